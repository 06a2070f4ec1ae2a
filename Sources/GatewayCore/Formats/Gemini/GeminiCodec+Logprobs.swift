/// `logprobsResult`: the chosen tokens, and beside them for each position the likeliest ones.
extension GeminiCodec {
    /// Reads the member of a candidate. One that holds more than tokens, such as a sum, also stays with the extras.
    static func decodeLogprobs(_ fields: inout FieldReader) -> Logprobs? {
        guard let result = fields.peek("logprobsResult")?.object, let chosen = result["chosenCandidates"]?.array else {
            return nil
        }
        fields.skip("logprobsResult")
        if result.contains(where: { $0.key != "chosenCandidates" && $0.key != "topCandidates" }) {
            fields.unread("logprobsResult")
        }
        return positions(chosen, result["topCandidates"]?.array ?? [])
    }

    private static func positions(_ chosen: [JSONValue], _ top: [JSONValue]) -> Logprobs {
        var positions: [Logprobs.Position] = []
        for (index, value) in chosen.enumerated() {
            guard let entry = decodeEntry(value) else { continue }
            let others = index < top.count ? top[index]["candidates"]?.array ?? [] : []
            positions.append(Logprobs.Position(chosen: entry, top: others.compactMap(decodeEntry)))
        }
        return Logprobs(positions: positions)
    }

    /// A probability of 1 has the logarithm 0, which proto3's JSON may leave out.
    private static func decodeEntry(_ value: JSONValue) -> Logprobs.Entry? {
        guard let token = value["token"]?.string else { return nil }
        let logprob = value["logProbability"]?.number ?? JSONNumber(0)
        return Logprobs.Entry(token: token, logprob: logprob, tokenID: value["tokenId"]?.int)
    }

    static func encode(_ logprobs: Logprobs) -> JSONObject {
        let positions = logprobs.positions + logprobs.refusal
        var object: JSONObject = ["chosenCandidates": .array(positions.map { encode($0.chosen) })]
        guard positions.contains(where: { !$0.top.isEmpty }) else { return object }
        object.append("topCandidates", .array(positions.map { ["candidates": .array($0.top.map(encode))] }))
        return object
    }

    private static func encode(_ entry: Logprobs.Entry) -> JSONValue {
        var object: JSONObject = ["token": .string(entry.token)]
        object.append("tokenId", ifPresent: entry.tokenID.map { .number(JSONNumber($0)) })
        object.append("logProbability", .number(entry.logprob))
        return .object(object)
    }
}
