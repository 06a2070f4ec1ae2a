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
        /// Whether the body decides the format after all.
        var isAnyFormat = false
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
