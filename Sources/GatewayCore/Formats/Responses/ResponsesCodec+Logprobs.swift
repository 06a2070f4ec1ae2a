extension ResponsesCodec {
    /// Never fails: an entry that is not one is left out.
    func decodeLogprobs(_ value: JSONValue?) -> Logprobs? {
        guard let value, value.array?.isEmpty == false else { return nil }
        return OpenAICodec().decodeLogprobs(["content": value])
    }

    func encode(_ positions: [Logprobs.Position]) -> JSONValue {
        .array(
            positions.map { position in
                var object = encode(position.chosen)
                object.append("top_logprobs", .array(position.top.map { .object(encode($0)) }))
                return .object(object)
            })
    }

    /// The bytes are required; a provider that tells none meant those of the token.
    private func encode(_ entry: Logprobs.Entry) -> JSONObject {
        let bytes = (entry.bytes ?? Array(entry.token.utf8)).map { JSONValue.number(JSONNumber(Int($0))) }
        return ["token": .string(entry.token), "bytes": .array(bytes), "logprob": .number(entry.logprob)]
    }
}
