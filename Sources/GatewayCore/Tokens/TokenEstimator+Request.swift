extension TokenEstimator {
    /// What a message costs besides its content: the marks around it.
    private static let messageOverhead = 4
    private static let toolOverhead = 8
    /// An image whose size cannot be read, such as one given by its address.
    private static let unknownImage = 1000
    /// For each page of a document, of which about this many bytes make one.
    private static let page = 1500
    private static let bytesPerPage = 50_000
    private static let bytesPerAudioToken = 1000

    /// The input tokens of a whole request: messages, tools, the schema of the reply, and media by their size.
    public func tokens(in request: ChatRequest) -> Int {
        var total = 3
        for message in request.messages {
            total += Self.messageOverhead + tokens(in: message.parts)
            if let name = message.name { total += tokens(in: name) }
        }
        for tool in request.tools {
            switch tool {
            case .function(let tool):
                total += Self.toolOverhead + tokens(in: tool.name) + tokens(in: tool.description ?? "")
                total += tool.parameters.map { tokens(in: $0.serializedString) } ?? 0
            case .foreign(let foreign): total += Self.toolOverhead + tokens(in: foreign.value.serializedString)
            }
        }
        if case .jsonSchema(let schema)? = request.responseFormat {
            total += tokens(in: schema.schema.serializedString)
        }
        return total
    }

    private func tokens(in parts: [ContentPart]) -> Int {
        parts.reduce(0) { $0 + tokens(in: $1) }
    }

    private func tokens(in part: ContentPart) -> Int {
        switch part {
        case .text(let part): tokens(in: part.text)
        case .refusal(let text): tokens(in: text)
        case .reasoning(let part): tokens(in: part.text)
        case .toolCall(let call): Self.toolOverhead + tokens(in: call.name) + tokens(in: call.arguments)
        case .toolResult(let result): Self.toolOverhead + tokens(in: result.content)
        case .media(let part): tokens(in: part)
        case .foreign(let foreign): tokens(in: foreign.value.serializedString)
        }
    }

    private func tokens(in media: MediaPart) -> Int {
        let bytes: Int
        switch media.source {
        case .text(let text): return tokens(in: text)
        case .url, .file: return media.kind == .image ? Self.unknownImage : Self.page
        case .base64(let base64): bytes = base64.utf8.count / 4 * 3
        }
        switch media.kind {
        case .image:
            guard media.detail != "low" else { return 85 }
            guard case .base64(let base64) = media.source, let size = ImageSize(base64: base64) else {
                return Self.unknownImage
            }
            return size.tokens
        case .document: return max(1, bytes / Self.bytesPerPage + 1) * Self.page
        case .audio, .video: return max(1, bytes / Self.bytesPerAudioToken)
        }
    }
}
