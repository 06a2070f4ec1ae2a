extension AnthropicCodec {
    /// Only the first candidate is written: the format has room for one. A reply without any is Gemini's way to say that
    /// the prompt was blocked.
    package func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject {
        let candidate = reply.candidates.first
        let parts = candidate?.parts ?? []
        let reason = candidate == nil ? .contentFilter : candidate?.stop
        let stop = Self.encodeStopReason(reason, callsTools: !parts.toolCalls.isEmpty)

        var body = Self.messageHead(id: reply.id, model: reply.model, for: echo)
        body.append("content", .array(parts.compactMap(Self.encodeReplyPart)))
        body.append("stop_reason", .string(stop.reason))
        body.append("stop_sequence", stop.sequence.map(JSONValue.string) ?? .null)
        body.append("usage", .object(Self.encodeUsage(reply.usage, serviceTier: reply.serviceTier)))
        body.merge((candidate?.extras).fields(for: .anthropic))
        body.merge(reply.extras.fields(for: .anthropic))
        return body
    }

    static func messageHead(id: String?, model: String?, for echo: RequestEcho) -> JSONObject {
        [
            "id": .string(messageID(id ?? echo.fallbackID)), "type": "message", "role": "assistant",
            "model": .string(model ?? echo.model),
        ]
    }

    /// Identifiers of this format start with `msg_`; programs look for that.
    private static func messageID(_ id: String) -> String {
        id.hasPrefix("msg_") ? id : "msg_\(id)"
    }

    /// Nil for what a reply of this format cannot hold: other formats' own parts, and text that is empty, which the API
    /// would refuse when the client sends it back.
    static func encodeReplyPart(_ part: ContentPart) -> JSONValue? {
        switch part {
        case .text(let text):
            let citations = text.citations.filter { $0.origin == .anthropic }
            guard !text.text.isEmpty || !citations.isEmpty else { return nil }
            var block: JSONObject = ["type": "text", "text": .string(text.text)]
            if !citations.isEmpty { block.append("citations", .array(citations.map(\.value))) }
            block.merge(text.extras.fields(for: .anthropic))
            return .object(block)
        case .refusal(let text):
            guard !text.isEmpty else { return nil }
            return ["type": "text", "text": .string(text)]
        case .reasoning(let reasoning):
            return encodeReplyReasoning(reasoning)
        case .toolCall(let call):
            var block: JSONObject = [
                "type": "tool_use", "id": .string(replyCallID(call.id)), "name": .string(call.name),
            ]
            block.append("input", .object(ArgumentsObject(call.arguments).object))
            block.merge(call.extras.fields(for: .anthropic))
            return .object(block)
        case .media(let media):
            return encodeReplyMedia(media)
        case .toolResult:
            return nil
        case .foreign(let foreign):
            guard foreign.origin == .anthropic else { return nil }
            return foreign.value
        }
    }

    /// The type of the official SDKs requires a signature, and one must not be made up: reasoning of other providers gets
    /// an empty one. Sent back, it is taken for what it is and left out.
    private static func encodeReplyReasoning(_ part: ReasoningPart) -> JSONValue? {
        var block: JSONObject
        if let redacted = part.redacted {
            guard redacted.origin == .anthropic else { return nil }
            block = ["type": "redacted_thinking", "data": .string(redacted.value)]
        } else {
            let signature = part.signature.flatMap { $0.origin == .anthropic ? $0.value : nil }
            guard signature != nil || !part.text.isEmpty else { return nil }
            block = ["type": "thinking", "thinking": .string(part.text), "signature": .string(signature ?? "")]
        }
        block.merge(part.extras.fields(for: .anthropic))
        return .object(block)
    }

    /// Anthropic's models draw nothing, but those of others do: the block looks as it would in a request.
    private static func encodeReplyMedia(_ part: MediaPart) -> JSONValue? {
        guard part.kind == .image else { return nil }
        switch part.source {
        case .base64(let data):
            let type = part.mediaType.map(normalizedMediaType) ?? sniffedMediaType(base64: data) ?? "image/png"
            let source: JSONValue = ["type": "base64", "media_type": .string(type), "data": .string(data)]
            return ["type": "image", "source": source]
        case .url(let url):
            return ["type": "image", "source": ["type": "url", "url": .string(url)]]
        case .text, .file:
            return nil
        }
    }

    /// The identifier a client gets, which it will send back to this gateway or to the API itself.
    static func replyCallID(_ id: String) -> String {
        AnthropicRequestEncoder.callIDRule.fitting(id)
    }
}
