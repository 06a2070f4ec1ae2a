extension ConverseCodec {
    /// The format has neither an identifier nor the model's name.
    package func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply {
        var fields = FieldReader(body)
        var output = try fields.reader("output")
        var message = try output.reader("message")
        message.skip("role")
        var candidate = Candidate(parts: try Self.decodeContent("content", of: &message))
        if let word = try fields.optionalString("stopReason") {
            candidate.stop = Self.decodeStop(
                word, fields.peek("additionalModelResponseFields"), callsTools: !candidate.parts.toolCalls.isEmpty)
            candidate.extras.keep(stopReason: word)
        }
        var reply = ChatReply(candidates: [candidate])
        if let usage = fields.peek("usage")?.object { reply.usage = decodeUsage(in: ["usage": .object(usage)]) }
        fields.skip("usage")
        var kept = output.rest(origin: .converse)
        kept.nest(message.rest(origin: .converse), under: "message")
        reply.candidates[0].extras.nest(kept, under: "output")
        reply.candidates[0].extras.merge(fields.rest(origin: .converse))
        return reply
    }

    /// - Parameter additional: `additionalModelResponseFields`, where a client may have asked for the matched sequence.
    static func decodeStop(_ word: String, _ additional: JSONValue?, callsTools: Bool) -> StopReason {
        decodeStopReason(word, sequence: additional?["stop_sequence"]?.string, callsTools: callsTools)
    }
}

extension Extras? {
    /// Keeps a word that means the same to the hub as another, for clients of the format.
    mutating func keep(stopReason word: String) {
        guard word == "guardrail_intervened" || word == "malformed_tool_use" else { return }
        merge(Extras(origin: .converse, fields: ["stopReason": .string(word)]))
    }

    mutating func merge(_ more: Extras?) {
        guard let more, !more.fields.isEmpty else { return }
        var all = self ?? Extras(origin: more.origin)
        all.fields.append(extras: more.fields)
        self = all
    }
}
