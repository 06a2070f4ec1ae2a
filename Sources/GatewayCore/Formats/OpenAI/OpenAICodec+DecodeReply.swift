extension OpenAICodec {
    /// Strict where the answer itself is concerned, lenient in what only describes it: services differ in that.
    package func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply {
        var fields = FieldReader(body)
        var reply = ChatReply()
        fields.skip("object")
        reply.id = fields.value("id")?.string.flatMap { $0.isEmpty ? nil : $0 }
        reply.created = fields.value("created")?.int
        reply.model = fields.value("model")?.string.flatMap { $0.isEmpty ? nil : $0 }
        reply.serviceTier = fields.value("service_tier")?.string
        for (position, reader) in try fields.readers("choices").enumerated() {
            reply.candidates.append(try decodeChoice(reader, position: position, replyID: reply.id))
        }
        reply.usage = fields.value("usage")?.object.map { decodeUsage($0, serviceTier: reply.serviceTier) }
        reply.extras = fields.rest(origin: format)
        return reply
    }

    private func decodeChoice(
        _ reader: FieldReader, position: Int, replyID: String?
    ) throws(ConversionError) -> Candidate {
        var fields = reader
        var candidate = Candidate(index: fields.value("index")?.int ?? position)
        var message = try fields.reader("message")
        let calls = CallIDs(replyID: replyID, candidate: candidate.index)
        candidate.parts = try decodeReplyParts(&message, calls: calls)
        if let word = fields.value("finish_reason")?.string {
            candidate.stop = stopReason(word, StopContext(candidate.parts))
        }
        candidate.logprobs = fields.value("logprobs")?.object.map(decodeLogprobs)
        message.skip("role")
        candidate.extras = fields.rest(origin: format)
        candidate.extras.nest(message.rest(origin: format), under: "message")
        return candidate
    }

    /// Reasoning, text, refusal, tool calls: in the order in which a stream brings them.
    private func decodeReplyParts(_ fields: inout FieldReader, calls: CallIDs) throws(ConversionError) -> [ContentPart]
    {
        var parts: [ContentPart] = []
        let reasoning = Self.reasoning(&fields)
        if !reasoning.isEmpty { parts.append(.reasoning(ReasoningPart(text: reasoning))) }
        for piece in Self.pieces(of: fields.value("content")) {
            parts.append(piece)
        }
        if let refusal = fields.value("refusal")?.string, !refusal.isEmpty { parts.append(.refusal(refusal)) }
        attach(annotations: fields.value("annotations")?.array ?? [], to: &parts)
        parts += Self.images(&fields).map { .media($0) }
        for (index, var reader) in try (fields.optionalReaders("tool_calls") ?? []).enumerated() {
            parts.append(try decodeToolCall(&reader, mintedID: calls.id(at: index)))
        }
        if var reader = try fields.optionalReader("function_call") {
            let name = try reader.string("name")
            let arguments = try decodeArguments(&reader)
            parts.append(.toolCall(ToolCall(id: calls.id(at: 0), name: name, arguments: arguments)))
        }
        return parts
    }

    private func attach(annotations: [JSONValue], to parts: inout [ContentPart]) {
        guard !annotations.isEmpty else { return }
        let citations = annotations.map { Foreign(origin: format, value: $0) }
        for index in parts.indices.reversed() {
            guard case .text(var part) = parts[index] else { continue }
            part.citations += citations
            parts[index] = .text(part)
            return
        }
        var part = TextPart("")
        part.citations = citations
        parts.append(.text(part))
    }
}

// MARK: - What services add

extension OpenAICodec {
    /// Readable reasoning under the names that services use: `reasoning_content` (DeepSeek and most others) or `reasoning`
    /// (OpenRouter, Groq). Some send both with the same text.
    static func reasoning(_ fields: inout FieldReader) -> String {
        let first = fields.value("reasoning_content")?.string ?? ""
        guard case .string(let second)? = fields.peek("reasoning") else { return first }
        fields.skip("reasoning")
        return first.isEmpty ? second : first
    }

    /// Images the model drew: `images`, as OpenRouter and others have it.
    static func images(_ fields: inout FieldReader) -> [MediaPart] {
        guard let elements = fields.peek("images")?.array else { return [] }
        let urls = elements.compactMap { $0["image_url"]?["url"]?.string }
        guard urls.count == elements.count else { return [] }
        fields.skip("images")
        return urls.map { url in
            guard let data = DataURL(url) else { return MediaPart(kind: .image, source: .url(url)) }
            return MediaPart(kind: .image, source: .base64(data.base64), mediaType: data.mediaType)
        }
    }

    /// The content of a reply or delta: a string, or (Mistral) an array of text and `thinking` parts.
    static func pieces(of content: JSONValue?) -> [ContentPart] {
        switch content {
        case .string(let text)?:
            return text.isEmpty ? [] : [.text(text)]
        case .array(let elements)?:
            return elements.compactMap { element in
                if let text = element["text"]?.string { return text.isEmpty ? nil : .text(text) }
                let thinking = element["thinking"]?.array?.compactMap { $0["text"]?.string }.joined() ?? ""
                return thinking.isEmpty ? nil : .reasoning(ReasoningPart(text: thinking))
            }
        case nil, .null?, .bool?, .number?, .object?:
            return []
        }
    }
}

/// Mints identifiers for calls that a service sent without one: the same in a stream as in a whole reply, and different
/// from reply to reply, since a conversation must not hold one twice.
struct CallIDs {
    var replyID: String?
    var candidate: Int

    func id(at index: Int) -> String {
        let hash = StableHash.hexadecimal(of: replyID ?? "")
        return candidate == 0 ? "call_\(hash)_\(index)" : "call_\(hash)_\(candidate)_\(index)"
    }
}
