import GatewayCore

/// What an address of the gateway stands for.
enum Endpoint: Equatable {
    case generate(Generation)
    /// What the Responses API says of a model without a reply of it, such as how many tokens the input has.
    case responsesResource(path: String)
    case storedResponse(String, StoredResponsePart)
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

    enum StoredResponsePart: Equatable {
        case whole, inputItems, cancellation
    }

    enum HealthCheck: Equatable {
        case overall, live, ready
    }

    var methods: [String] {
        switch self {
        case .generate, .responsesResource, .storedResponse(_, .cancellation): ["POST"]
        case .storedResponse(_, .whole): ["GET", "DELETE"]
        case .storedResponse(_, .inputItems): ["GET"]
        case .modelList, .model, .health: ["GET", "HEAD"]
        }
    }

    var needsKey: Bool {
        switch self {
        case .generate, .responsesResource, .storedResponse, .modelList, .model: true
        case .health: false
        }
    }

    /// The format in which errors are told.
    var format: WireFormat {
        switch self {
        case .generate(let generation): generation.format
        case .responsesResource, .storedResponse: .responses
        case .modelList(let format), .model(_, let format): format
        case .health: .openAI
        }
    }
}
