extension OpenAICodec {
    /// Never fails: an entry that is not one is left out.
    func decodeLogprobs(_ object: JSONObject) -> Logprobs {
        Logprobs(positions: decodePositions(object["content"]), refusal: decodePositions(object["refusal"]))
    }

    private func decodePositions(_ value: JSONValue?) -> [Logprobs.Position] {
        (value?.array ?? []).compactMap { element in
            guard let chosen = decodeEntry(element) else { return nil }
            return Logprobs.Position(
                chosen: chosen, top: (element["top_logprobs"]?.array ?? []).compactMap(decodeEntry))
        }
    }

    private func decodeEntry(_ value: JSONValue) -> Logprobs.Entry? {
        guard let token = value["token"]?.string, let logprob = value["logprob"]?.number else { return nil }
        let bytes = value["bytes"]?.array?.compactMap { $0.int.flatMap(UInt8.init(exactly:)) }
        return Logprobs.Entry(token: token, logprob: logprob, bytes: bytes)
    }

    func encode(_ logprobs: Logprobs) -> JSONObject {
        ["content": encode(logprobs.positions), "refusal": encode(logprobs.refusal)]
    }

    private func encode(_ positions: [Logprobs.Position]) -> JSONValue {
        guard !positions.isEmpty else { return .null }
        return .array(
            positions.map { position in
                var object = encode(position.chosen)
                object.append("top_logprobs", .array(position.top.map { .object(encode($0)) }))
                return .object(object)
            })
    }

    private func encode(_ entry: Logprobs.Entry) -> JSONObject {
        let bytes = entry.bytes.map { JSONValue.array($0.map { .number(JSONNumber(Int($0))) }) }
        return ["token": .string(entry.token), "logprob": .number(entry.logprob), "bytes": bytes ?? .null]
    }
}
