import GatewayCore

/// Every address of the gateway. A new API is a line of `fixed`, or a case of `endpoint(_:_:)` where its addresses hold a name.
enum EndpointTable {
    /// The first segments of the APIs' paths. A provider of such a name cannot be reached by path routing.
    static let roots: Set<Substring> = ["v1", "v1beta", "model"]

    private static let chat = Endpoint.Generation(format: .openAI, isAnyFormat: true)

    /// The addresses without a name in them, found as they were written. They stand behind a provider too.
    static let fixed: AddressTable = [
        "/v1/chat/completions": .generate(chat),
        "/v1/completions": .generate(Endpoint.Generation(format: .completions)),
        "/v1/responses": .generate(Endpoint.Generation(format: .responses)),
        "/v1/messages": .generate(Endpoint.Generation(format: .anthropic)),
        "/v1/messages/count_tokens": .countTokens(.anthropic, model: nil),
        "/v1/responses/input_tokens": .countTokens(.responses, model: nil),
        "/v1/embeddings": .embed(Endpoint.Embedding(format: .openAI)),
        "/v1beta/models": .modelList(.gemini),
    ]

    /// The addresses that stand at the root alone.
    static let unpinned: AddressTable = [
        "/chat/completions": .generate(chat),
        "/health": .health(.overall),
        "/health/live": .health(.live),
        "/health/ready": .health(.ready),
        "/ready": .health(.ready),
        "/api/v1/providers/status": .administration(.providerStatus),
        "/api/v1/usage": .administration(.usage),
        "/api/v1/explain": .administration(.explain),
        "/api/v1/cache/clear": .administration(.clearCache),
    ]

    private static let requestRoot = "/api/v1/requests/"

    /// The addresses of the gateway itself with a name in them.
    static func administration(_ path: String) -> Endpoint? {
        guard path.hasPrefix(requestRoot) else { return nil }
        let name = path.utf8.dropFirst(requestRoot.utf8.count)
        guard !name.isEmpty, !name.contains(UInt8(ascii: "/")) else { return nil }
        return PercentEncoding.decode(name).map { .administration(.request($0)) }
    }

    /// The addresses with a name in them, by their decoded segments from the API's root on.
    static func endpoint(_ segments: [String], _ request: ServerRequest) -> Endpoint? {
        guard segments.count > 1 else { return nil }
        switch (segments[0], segments[1]) {
        case ("v1", "models"), ("v1beta", "models"): return models(segments, request)
        case ("model", _): return bedrock(segments)
        case ("v1", "responses"): return storedResponse(segments, request)
        case ("v1", _): return ResourceTable.endpoint(segments[1...], request)
        default: return nil
        }
    }

    /// Bedrock's `model/{name}/{action}`; a name may have slashes.
    private static func bedrock(_ segments: [String]) -> Endpoint? {
        guard segments.count > 2, let action = segments.last else { return nil }
        let name = segments[1..<(segments.count - 1)].joined(separator: "/")
        guard !name.isEmpty else { return nil }
        var generation = Endpoint.Generation(format: .converse, model: name)
        switch action {
        case "converse", "invoke": generation.isStreaming = false
        case "converse-stream", "invoke-with-response-stream": generation.isStreaming = true
        default: return nil
        }
        if action.hasPrefix("invoke") {
            generation.format = .anthropic
            generation.isInvocation = true
            if generation.isStreaming == true { generation.framing = .wrappedEventStream }
        } else if generation.isStreaming == true {
            generation.framing = .eventStream
        }
        return .generate(generation)
    }

    /// `responses/{id}` and what is under it; `responses/compact` is an API of the model's.
    private static func storedResponse(_ segments: [String], _ request: ServerRequest) -> Endpoint? {
        guard (3...4).contains(segments.count), !segments[2].isEmpty else { return nil }
        switch segments.count == 4 ? segments[3] : nil {
        case nil:
            return ResourceTable.endpoint(segments[1...], request) ?? .storedResponse(segments[2], .whole)
        case "input_items"?: return .storedResponse(segments[2], .inputItems)
        case "cancel"?: return .storedResponse(segments[2], .cancellation)
        case _?: return nil
        }
    }

    /// `/v1/models` belongs to three APIs: their SDKs give themselves away by their headers.
    static func apiFormat(_ headers: HTTPFields) -> WireFormat {
        if headers["anthropic-version"] != nil { return .anthropic }
        if headers["x-goog-api-key"] != nil || headers["x-goog-api-client"] != nil { return .gemini }
        return .openAI
    }

    /// `models`, `models/{name}` and Gemini's `models/{name}:{action}`; a name may have slashes.
    private static func models(_ segments: [String], _ request: ServerRequest) -> Endpoint? {
        let format = segments[0] == "v1beta" ? .gemini : apiFormat(request.headers)
        guard segments.count > 2 else { return .modelList(format) }
        let name = segments[2...].joined(separator: "/")
        guard !name.isEmpty else { return nil }
        if let colon = name.lastIndex(of: ":") {
            let model = String(name[..<colon])
            let action = name[name.index(after: colon)...]
            if let endpoint = geminiAction(action, of: model, request.target) { return endpoint }
            // Names have colons as well, but nothing is sent to a name.
            if request.method == "POST" { return nil }
        }
        return .model(name, format)
    }

    private static func geminiAction(_ action: Substring, of model: String, _ target: RequestTarget) -> Endpoint? {
        var generation = Endpoint.Generation(format: .gemini, model: model)
        switch action {
        case "generateContent":
            generation.isStreaming = false
        case "streamGenerateContent":
            generation.isStreaming = true
            generation.framing = target.queryValue("alt") == "sse" ? .sse : .jsonArray
        case "embedContent": return .embed(Endpoint.Embedding(format: .gemini, model: model, isBatch: false))
        case "batchEmbedContents": return .embed(Endpoint.Embedding(format: .gemini, model: model))
        case "countTokens": return .countTokens(.gemini, model: model)
        default: return nil
        }
        return .generate(generation)
    }
}
