extension OpenAICodec {
    package func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject {
        var body: JSONObject = [
            "id": .string(reply.id ?? echo.fallbackID), "object": "chat.completion",
            "created": .number(JSONNumber(reply.created ?? echo.created)),
            "model": .string(reply.model ?? echo.model),
        ]
        let custom = Self.customTools(echo)
        body.append("choices", .array(choices(of: reply).map { .object(encode($0, custom)) }))
        body.append("usage", ifPresent: reply.usage.map { .object(encode($0)) })
        body.append("service_tier", ifPresent: reply.serviceTier.map { .string($0) })
        body.append(extras: reply.extras.fields(for: format))
        return body
    }

    /// A reply without candidates is Gemini's way to say that the prompt was blocked.
    private func choices(of reply: ChatReply) -> [Candidate] {
        reply.candidates.isEmpty ? [Candidate(stop: .contentFilter)] : reply.candidates
    }

    /// - Parameter custom: the client's tools that take free text.
    private func encode(_ candidate: Candidate, _ custom: Set<String>) -> JSONObject {
        var choice: JSONObject = [
            "index": .number(JSONNumber(candidate.index)), "message": .object(encodeMessage(candidate.parts, custom)),
        ]
        choice.append("logprobs", candidate.logprobs.map { .object(encode($0)) } ?? .null)
        let word = Self.finishReason(candidate.stop ?? .endOfTurn, StopContext(candidate.parts))
        choice.append("finish_reason", .string(word))
        choice.append(extras: candidate.extras.fields(for: format))
        return choice
    }

    /// Parts of other formats that Chat cannot say, such as their own tools' calls, are left out.
    private func encodeMessage(_ parts: [ContentPart], _ custom: Set<String>) -> JSONObject {
        var pieces = ReplyPieces(custom: custom)
        for part in parts { pieces.take(part) }
        var message: JSONObject = ["role": "assistant"]
        let hasOther = !pieces.calls.isEmpty || pieces.refusal != nil
        message.append("content", pieces.text.isEmpty && hasOther ? .null : .string(pieces.text))
        message.append("refusal", pieces.refusal.map { .string($0) } ?? .null)
        if !pieces.reasoning.isEmpty { message.append("reasoning_content", .string(pieces.reasoning)) }
        if !pieces.annotations.isEmpty { message.append("annotations", .array(pieces.annotations)) }
        if !pieces.images.isEmpty { message.append("images", .array(pieces.images)) }
        if !pieces.calls.isEmpty { message.append("tool_calls", .array(pieces.calls)) }
        return message
    }

    /// An image the model drew, as services write it in `images`.
    static func encode(image part: MediaPart) -> JSONValue? {
        let url: String
        switch part.source {
        case .base64(let base64): url = DataURL(mediaType: part.mediaType, base64: base64).text
        case .url(let address): url = address
        case .text, .file: return nil
        }
        return ["type": "image_url", "image_url": ["url": .string(url)]]
    }
}

/// The parts of a reply sorted into the members of a Chat message.
private struct ReplyPieces {
    let custom: Set<String>
    var text = ""
    var refusal: String?
    var reasoning = ""
    var annotations: [JSONValue] = []
    var images: [JSONValue] = []
    var calls: [JSONValue] = []

    mutating func take(_ part: ContentPart) {
        switch part {
        case .text(let part):
            text += part.text
            annotations += part.citations.compactMap(\.chatAnnotation)
        case .refusal(let more):
            refusal = (refusal ?? "") + more
        case .reasoning(let part):
            reasoning += part.text
        case .toolCall(let call) where custom.contains(call.name):
            calls.append(OpenAICodec.encodeCustomCall(call, name: call.name, id: call.id))
        case .toolCall(let call):
            let extras = call.extras.fields(for: .openAI)
            calls.append(OpenAICodec.encode(call, name: call.name, id: call.id, extras: extras))
        case .foreign(let foreign) where foreign.isOpenAIToolCall:
            calls.append(foreign.value)
        case .media(let part) where part.kind == .image:
            if let image = OpenAICodec.encode(image: part) { images.append(image) }
        case .media, .toolResult, .foreign:
            break
        }
    }
}
