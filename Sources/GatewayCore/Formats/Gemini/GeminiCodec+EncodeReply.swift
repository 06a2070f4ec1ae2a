extension GeminiCodec {
    package func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject {
        var body = JSONObject()
        let candidates = reply.candidates.map { JSONValue.object(Self.encode($0)) }
        if !candidates.isEmpty { body.append("candidates", .array(candidates)) }
        body.append("usageMetadata", ifPresent: reply.usage.map { .object(Self.encodeUsage($0)) })
        body.append("modelVersion", .string(reply.model ?? echo.model))
        body.append("responseId", .string(reply.id ?? echo.fallbackID))
        body.append(extras: reply.extras.fields(for: .gemini))
        return body
    }

    private static func encode(_ candidate: Candidate) -> JSONObject {
        var content = JSONObject()
        let parts = candidate.parts.compactMap(encodeReplyPart)
        if !parts.isEmpty { content.append("parts", .array(parts)) }
        content.append("role", "model")
        var object: JSONObject = ["content": .object(content)]
        let extras = candidate.extras.fields(for: .gemini)
        object.append("finishReason", ifPresent: encodeStop(candidate.stop, extras))
        object.append("index", .number(JSONNumber(candidate.index)))
        object.append("logprobsResult", ifPresent: candidate.logprobs.map { .object(encode($0)) })
        object.append(extras: extras)
        return object
    }

    /// Nil for what a reply of this format cannot hold: other formats' own parts, and text that is empty.
    static func encodeReplyPart(_ part: ContentPart) -> JSONValue? {
        switch part {
        case .text(let text):
            return encodeReplyText(text.text, signature: text.signature, extras: text.extras)
        case .refusal(let text):
            return encodeReplyText(text, signature: nil, extras: nil)
        case .reasoning(let reasoning):
            return encodeReplyText(
                reasoning.text, isThought: true, signature: reasoning.signature, extras: reasoning.extras)
        case .toolCall(let call):
            var object = callPart(id: call.id, name: call.name, arguments: ArgumentsObject(call.arguments).object)
            finish(&object, signature: call.signature, extras: call.extras)
            return .object(object)
        case .media(let media):
            return encodeReplyMedia(media)
        case .toolResult:
            return nil
        case .foreign(let foreign):
            guard foreign.origin == .gemini else { return nil }
            return foreign.value
        }
    }

    /// A call as both requests and replies hold it. An identifier this gateway minted is left out: the API gave none.
    static func callPart(id: String, name: String, arguments: JSONObject) -> JSONObject {
        var call = JSONObject()
        if !GeminiCallIDs.isMinted(id) { call.append("id", .string(id)) }
        call.append("name", .string(name))
        call.append("args", .object(arguments))
        return ["functionCall": .object(call)]
    }

    private static func encodeReplyText(
        _ text: String, isThought: Bool = false, signature: Signature?, extras: Extras?
    ) -> JSONValue? {
        var object: JSONObject = ["text": .string(text)]
        if isThought { object.append("thought", true) }
        let head = object.count
        finish(&object, signature: signature, extras: extras)
        guard !text.isEmpty || object.count > head else { return nil }
        return .object(object)
    }

    private static func encodeReplyMedia(_ part: MediaPart) -> JSONValue? {
        var object: JSONObject
        switch part.source {
        case .base64(let data):
            let type = part.mediaType ?? MediaType.sniffed(base64: data) ?? "application/octet-stream"
            object = ["inlineData": ["mimeType": .string(type), "data": .string(data)]]
        case .url(let uri), .file(let uri, origin: .gemini):
            var file = JSONObject()
            let type = part.mediaType ?? mediaType(ofAddress: uri)
            file.append("mimeType", ifPresent: type.map { .string($0) })
            file.append("fileUri", .string(uri))
            object = ["fileData": .object(file)]
        case .text(let text):
            object = ["text": .string(text)]
        case .file:
            return nil
        }
        finish(&object, signature: part.signature, extras: part.extras)
        return .object(object)
    }

    private static func finish(_ object: inout JSONObject, signature: Signature?, extras: Extras?) {
        if let signature, signature.origin == .gemini {
            object.append("thoughtSignature", .string(signature.value))
        }
        object.append(extras: extras.fields(for: .gemini))
    }
}
