extension ResponsesCodec {
    /// Strict where the answer itself is concerned, lenient in what only describes it.
    package func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply {
        var fields = FieldReader(body)
        var reply = decodeHead(&fields)
        var candidate = Candidate()
        for var item in try fields.readers("output") {
            candidate.parts += try decodeItem(&item, logprobs: &candidate.logprobs)
        }
        candidate.stop = decodeEnding(&fields).flatMap { stopReason($0, StopContext(candidate.parts)) }
        fields.skip("error")
        reply.candidates = [candidate]
        reply.usage = fields.value("usage")?.object.map { decodeUsage($0, serviceTier: reply.serviceTier) }
        reply.extras = fields.rest(origin: format)
        return reply
    }

    /// What stands at the beginning of a response, streamed or not.
    func decodeHead(_ fields: inout FieldReader) -> ChatReply {
        fields.skip("object")
        var reply = ChatReply()
        reply.id = fields.value("id")?.string.flatMap { $0.isEmpty ? nil : $0 }
        reply.model = fields.value("model")?.string.flatMap { $0.isEmpty ? nil : $0 }
        // A number by its type; fractions of a second say nothing.
        reply.created = fields.value("created_at")?.double.flatMap { Int(exactly: $0.rounded(.down)) }
        reply.serviceTier = fields.value("service_tier")?.string
        return reply
    }

    /// A response without a status is one that ended well.
    func decodeEnding(_ fields: inout FieldReader) -> Ending? {
        let status = fields.value("status")?.string ?? "completed"
        let reason = fields.value("incomplete_details")?["reason"]?.string
        return Ending(status: status, reason: reason)
    }

    /// The parts of one output item.
    func decodeItem(
        _ item: inout FieldReader, logprobs: inout Logprobs?
    ) throws(ConversionError) -> [ContentPart] {
        let type = try item.string("type")
        switch type {
        case "message":
            var parts: [ContentPart] = []
            for var content in try item.readers("content") { parts += try decodeContent(&content, &logprobs) }
            item.skip("role", "status")
            ResponsesItemExtras.mark(&parts, with: item.rest(origin: format))
            return parts
        case "function_call":
            item.skip("status")
            return [.toolCall(try decodeToolCall(&item, type: type))]
        case "custom_tool_call":
            return [.foreign(try decodeCustomCall(&item))]
        case "reasoning":
            return try decodeReasoningItem(&item).map { .reasoning($0) }
        case "image_generation_call":
            return [decodeImageCall(&item)]
        default:
            return [.foreign(Foreign(origin: format, value: .object(item.object)))]
        }
    }

    private func decodeContent(
        _ content: inout FieldReader, _ logprobs: inout Logprobs?
    ) throws(ConversionError) -> [ContentPart] {
        if let told = decodeLogprobs(content.value("logprobs")) {
            var all = logprobs ?? Logprobs()
            all.positions += told.positions
            logprobs = all
        }
        return [try decodePart(&content)]
    }

    /// In Chat's words, which both formats' encoders understand.
    private func decodeCustomCall(_ item: inout FieldReader) throws(ConversionError) -> Foreign {
        let call: JSONValue = [
            "id": .string(try item.string("call_id")), "type": "custom",
            "custom": ["name": .string(try item.string("name")), "input": .string(try item.string("input"))],
        ]
        return Foreign(origin: .openAI, value: call)
    }

    /// An image that the model's own tool drew.
    private func decodeImageCall(_ item: inout FieldReader) -> ContentPart {
        let object = item.object
        guard let base64 = item.value("result")?.string else {
            return .foreign(Foreign(origin: format, value: .object(object)))
        }
        var part = MediaPart(kind: .image, source: .base64(base64), mediaType: MediaType.sniffed(base64: base64))
        item.skip("type", "status")
        part.extras = item.rest(origin: format)
        return .media(part)
    }
}
