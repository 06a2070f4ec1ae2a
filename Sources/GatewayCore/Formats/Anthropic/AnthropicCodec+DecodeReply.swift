extension AnthropicCodec {
    package func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply {
        var fields = FieldReader(body)
        guard try fields.optionalString("type") ?? "message" == "message" else {
            throw ConversionError("/type", "must be message")
        }
        fields.skip("role")
        var reply = ChatReply(id: try fields.optionalString("id"), model: try fields.optionalString("model"))
        var candidate = Candidate()
        for (index, block) in try fields.array("content").enumerated() {
            let reader = try FieldReader(checking: block, at: "/content/\(index)")
            candidate.parts.append(try Self.decodePart(reader))
        }
        candidate.stop = try Self.decodeStop(&fields, callsTools: !candidate.parts.toolCalls.isEmpty)
        candidate.extras = Self.decodeCandidateExtras(&fields)
        if let usage = try fields.optionalObject("usage") {
            let decoded = Self.decodeUsage(usage)
            reply.usage = decoded.usage
            reply.serviceTier = decoded.serviceTier
        }
        reply.candidates = [candidate]
        reply.extras = fields.rest(origin: .anthropic)
        return reply
    }

    /// Reads `stop_reason` and `stop_sequence` of a reply or of a `message_delta`; nil where the reason is null.
    static func decodeStop(_ fields: inout FieldReader, callsTools: Bool) throws(ConversionError) -> StopReason? {
        let sequence = try fields.optionalString("stop_sequence")
        guard let word = try fields.optionalString("stop_reason") else { return nil }
        return decodeStopReason(word, sequence: sequence, callsTools: callsTools)
    }

    /// The members that a stream tells only at its end.
    static func decodeCandidateExtras(_ fields: inout FieldReader) -> Extras? {
        var kept = JSONObject()
        for key in ["stop_details", "container"] {
            kept.append(key, ifPresent: fields.object[key])
            fields.skip(key)
        }
        return kept.isEmpty ? nil : Extras(origin: .anthropic, fields: kept)
    }
}
