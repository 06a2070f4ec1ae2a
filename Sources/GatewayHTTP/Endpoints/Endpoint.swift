import GatewayCore

/// What an address of the gateway stands for.
enum Endpoint: Equatable {
    case generate(Generation)
    case modelList(WireFormat)
    case model(String, WireFormat)
    case health(HealthCheck)

    /// A request for a reply, as far as the address tells.
    struct Generation: Equatable {
        var format: WireFormat
        /// Gemini names the model and whether to stream in the address.
        var model: String?
        var isStreaming: Bool?
        var framing = StreamFraming.sse
    }

    enum HealthCheck: Equatable {
        case overall, live, ready
    }

    var methods: [String] {
        switch self {
        case .generate: ["POST"]
        case .modelList, .model, .health: ["GET", "HEAD"]
        }
    }

    var needsKey: Bool {
        switch self {
        case .generate, .modelList, .model: true
        case .health: false
        }
    }

    /// The format in which errors are told.
    var format: WireFormat {
        switch self {
        case .generate(let generation): generation.format
        case .modelList(let format), .model(_, let format): format
        case .health: .openAI
        }
    }
}

extension Endpoint {
    /// The endpoint at that address; nil where there is none.
    ///
    /// `/v1/models` belongs to three APIs: their SDKs give themselves away by their headers.
    static func at(_ target: RequestTarget, headers: HTTPFields) -> Endpoint? {
        switch target.path {
        case "/v1/chat/completions", "/chat/completions": return .generate(Generation(format: .openAI))
        case "/v1/messages": return .generate(Generation(format: .anthropic))
        case "/health": return .health(.overall)
        case "/health/live": return .health(.live)
        case "/health/ready", "/ready": return .health(.ready)
        case "/v1/models": return .modelList(apiFormat(headers))
        case "/v1beta/models": return .modelList(.gemini)
        default: break
        }
        guard let segments = target.segments, segments.count > 2, segments[1] == "models" else { return nil }
        let name = segments[2...].joined(separator: "/")
        guard !name.isEmpty, segments[0] == "v1" || segments[0] == "v1beta" else { return nil }
        if let action = geminiAction(name, target) { return action }
        return .model(name, segments[0] == "v1beta" ? .gemini : apiFormat(headers))
    }

    private static func geminiAction(_ name: String, _ target: RequestTarget) -> Endpoint? {
        guard let colon = name.lastIndex(of: ":") else { return nil }
        var generation = Generation(format: .gemini, model: String(name[..<colon]))
        switch name[name.index(after: colon)...] {
        case "generateContent":
            generation.isStreaming = false
        case "streamGenerateContent":
            generation.isStreaming = true
            generation.framing = target.queryValue("alt") == "sse" ? .sse : .jsonArray
        default: return nil
        }
        return .generate(generation)
    }

    /// The API that a client of an address with nothing behind it most likely speaks.
    static func format(of target: RequestTarget, headers: HTTPFields) -> WireFormat {
        if target.path.hasPrefix("/v1/messages") { return .anthropic }
        return target.path.hasPrefix("/v1beta/") ? .gemini : apiFormat(headers)
    }

    private static func apiFormat(_ headers: HTTPFields) -> WireFormat {
        if headers["anthropic-version"] != nil { return .anthropic }
        if headers["x-goog-api-key"] != nil || headers["x-goog-api-client"] != nil { return .gemini }
        return .openAI
    }
}
