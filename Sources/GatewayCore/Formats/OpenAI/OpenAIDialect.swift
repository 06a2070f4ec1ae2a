/// How a service that speaks OpenAI's chat format differs from OpenAI itself: data that a provider states and the engine
/// acts on.
public struct OpenAIDialect: Sendable, Hashable {
    /// What tells that a stream is complete.
    public enum StreamEnd: String, Sendable, Hashable, CaseIterable {
        /// `data: [DONE]`. A stream without it was cut off.
        case done
        /// A finish reason of every candidate: the service may leave `[DONE]` out. A stream that ends before is still cut
        /// off, so nothing unfinished passes for an answer.
        case finishReason = "finish_reason"
    }

    /// Members of the request that models refuse.
    public struct Refusal: Sendable, Hashable {
        public var parameters: [String]
        /// Parts of the names of the models it holds for; empty for every model.
        public var models: [String]

        public init(_ parameters: [String], models: [String] = []) {
            self.parameters = parameters
            self.models = models
        }

        func concerns(_ model: String) -> Bool {
            models.isEmpty || models.contains { model.contains($0) }
        }
    }

    public var quirks: Set<OpenAIQuirk>
    public var refusals: [Refusal]
    public var streamEnd: StreamEnd
    /// What the service's own names of models begin with and people leave out, such as `accounts/fireworks/models/`.
    public var modelFolder: String?

    public init(
        _ quirks: Set<OpenAIQuirk> = [], refusals: [Refusal] = [], streamEnd: StreamEnd = .done,
        modelFolder: String? = nil
    ) {
        self.quirks = quirks
        self.refusals = refusals
        self.streamEnd = streamEnd
        self.modelFolder = modelFolder
    }

    /// OpenAI's own.
    public static let standard = OpenAIDialect()
}

extension OpenAIDialect {
    /// Of the service's Completions API, which has parameters and streams in common with its chat, but no messages or tools.
    package var ofCompletions: OpenAIDialect {
        OpenAIDialect(
            quirks.intersection([.noStreamOptions, .oneCandidate]), refusals: refusals, streamEnd: streamEnd,
            modelFolder: modelFolder)
    }

    /// Whether requests go as they are.
    package var leavesRequestsAlone: Bool { quirks.isEmpty && refusals.isEmpty }

    /// The name under which the service knows the model.
    package func name(of model: String) -> String {
        guard let modelFolder, let root = modelFolder.split(separator: "/").first, !model.hasPrefix(root + "/") else {
            return model
        }
        return modelFolder + model
    }

    /// Whether a request of this very format must take the way through the hub, which alone can make of it, or of its
    /// answer, what either side understands.
    package func needsTranslation(_ request: JSONPeek, model: String) -> Bool {
        if quirks.contains(.contentPieces), model.contains("magistral") || request["reasoning_effort"] != nil {
            return true
        }
        return quirks.contains(.mediaAsBytes) && request.hasMediaByURL
    }

    /// The request as the service takes it. What it cannot carry is told in `notes`.
    package func adapt(
        _ request: [UInt8], model: String, notes: inout [ConversionNote]
    ) throws(ConversionError) -> [UInt8] {
        guard !leavesRequestsAlone else { return request }
        do {
            var editor = OpenAIDialectEditor(self, try JSONPeek(request), model: model)
            editor.edit()
            notes += editor.notes
            return try editor.request.bytes(applying: editor.edits)
        } catch {
            throw ConversionError("", "The body cannot be adapted to its provider: \(error)")
        }
    }
}

extension WireFormat {
    /// The codec of the format as a service of that dialect speaks it.
    package func codec(in dialect: OpenAIDialect) -> any WireCodec {
        guard dialect.streamEnd == .finishReason else { return codec }
        return switch self {
        case .openAI: OpenAICodec(requiresTerminator: false)
        case .completions: CompletionsCodec(requiresTerminator: false)
        case .responses, .anthropic, .gemini, .converse: codec
        }
    }
}

extension JSONPeek {
    /// Whether a message has an image that somebody must fetch.
    fileprivate var hasMediaByURL: Bool {
        guard let messages = self["messages"] else { return false }
        return elements(of: messages).contains { message in
            guard let content = self["content", in: message] else { return false }
            return elements(of: content).contains { part in
                guard let image = self["image_url", in: part] else { return false }
                let url = string(self["url", in: image]) ?? string(image) ?? ""
                return url.prefix(4).equalsIgnoringASCIICase("http")
            }
        }
    }
}
