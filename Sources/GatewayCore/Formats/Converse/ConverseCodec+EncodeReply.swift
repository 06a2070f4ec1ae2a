extension ConverseCodec {
    /// Only the first candidate is written: the format has room for one. A reply without any is Gemini's way to say that
    /// the prompt was blocked.
    package func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject {
        let candidate = reply.candidates.first
        let parts = candidate?.parts ?? []
        let extras = (candidate?.extras).fields(for: .converse)
        let stop = Self.encodeStopReason(
            candidate == nil ? .contentFilter : candidate?.stop, told: extras["stopReason"]?.string,
            callsTools: !parts.toolCalls.isEmpty)
        let content = parts.compactMap(Self.encodeReplyPart)
        var body: JSONObject = [
            "output": ["message": ["role": "assistant", "content": .array(content)]], "stopReason": .string(stop),
            "usage": .object(Self.encodeUsage(reply.usage)),
        ]
        body.append(extras: extras)
        body.append(extras: reply.extras.fields(for: .converse))
        if body["metrics"] == nil { body.append("metrics", Self.unmeasured) }
        return body
    }

    /// The service model demands a latency. Codecs have no clock: 0 says that nobody measured.
    static let unmeasured: JSONValue = ["latencyMs": 0]

    /// Nil for what a reply of this format cannot hold: other formats' own parts, and text that is empty, which the API
    /// would refuse when the client sends it back.
    static func encodeReplyPart(_ part: ContentPart) -> JSONValue? {
        switch part {
        case .text(let text): return encodeReplyText(text)
        case .refusal(let text): return text.isEmpty ? nil : ["text": .string(text)]
        case .reasoning(let reasoning): return encodeReasoning(reasoning)
        case .toolCall(let call):
            var use: JSONObject = [
                "toolUseId": .string(callIDRule.fitting(call.id)), "name": .string(call.name),
                "input": .object(ArgumentsObject(call.arguments).object),
            ]
            use.append(extras: call.extras.fields(for: .converse)["toolUse"]?.object ?? [:])
            return ["toolUse": .object(use)]
        case .media(let media): return encodeReplyMedia(media)
        case .toolResult: return nil
        case .foreign(let foreign):
            guard foreign.origin == .converse else { return nil }
            return foreign.value
        }
    }

    private static func encodeReplyText(_ part: TextPart) -> JSONValue? {
        let citations = part.citations.filter { $0.origin == .converse }
        guard citations.isEmpty else {
            return [
                "citationsContent": [
                    "content": [["text": .string(part.text)]], "citations": .array(citations.map(\.value)),
                ]
            ]
        }
        guard !part.text.isEmpty else { return nil }
        var block: JSONObject = ["text": .string(part.text)]
        block.append(extras: part.extras.fields(for: .converse))
        return .object(block)
    }

    /// Reasoning of models that prove nothing has no signature.
    static func encodeReasoning(_ part: ReasoningPart) -> JSONValue? {
        if let redacted = part.redacted {
            guard redacted.origin == .anthropic else { return nil }
            return redactedContent(redacted)
        }
        let signature = part.signature.flatMap { $0.origin == .anthropic ? $0.value : nil }
        guard signature != nil || !part.text.isEmpty else { return nil }
        var text: JSONObject = ["text": .string(part.text)]
        text.append("signature", ifPresent: signature.map(JSONValue.string))
        return ["reasoningContent": ["reasoningText": .object(text)]]
    }

    /// Drawn by a model: only images, and only as bytes.
    private static func encodeReplyMedia(_ part: MediaPart) -> JSONValue? {
        guard part.kind == .image, case .base64(let data) = part.source else { return nil }
        let type = part.mediaType.map(MediaType.normalized) ?? MediaType.sniffed(base64: data) ?? "image/png"
        guard let format = MediaFormats.format(of: type, .image) else { return nil }
        var image: JSONObject = ["format": .string(format), "source": ["bytes": .string(data)]]
        image.append(extras: part.extras.fields(for: .converse)["image"]?.object ?? [:])
        return ["image": .object(image)]
    }
}
