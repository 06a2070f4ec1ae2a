import GatewayCore

/// What an address of the gateway stands for.
enum Endpoint: Equatable {
    case generate(Generation)
    /// A response that was made before, or a part of it.
    case storedResponse(String, StoredResponsePart)
    /// How many tokens a request has; Gemini names the model in the address.
    case countTokens(WireFormat, model: String?)
    case embed(Embedding)
    /// One of OpenAI's other APIs, passed on as it is.
    case resource(ResourceRequest, methods: [String])
    case modelList(WireFormat)
    case model(String, WireFormat)
    case health(HealthCheck)
    case administration(Administration)

    /// A request for a reply, as far as the address tells.
    struct Generation: Equatable {
        var format: WireFormat
        /// Whether the body decides the format after all.
        var isAnyFormat = false
        /// Gemini names the model and whether to stream in the address.
        var model: String?
        var isStreaming: Bool?
        var framing = StreamFraming.sse
        /// Whether the body is one for Bedrock's InvokeModel: Anthropic's, but for what the address and AWS's headers say.
        var isInvocation = false
    }

    /// A request for embeddings; Gemini names the model in the address.
    struct Embedding: Equatable {
        var format: WireFormat
        var model: String?
        var isBatch = true
    }

    enum StoredResponsePart: Equatable {
        case whole, inputItems, cancellation
    }

    enum HealthCheck: Equatable {
        case overall, live, ready
    }

    /// What concerns the gateway itself, below `/api/v1`.
    enum Administration: Equatable {
        case usage
        /// One request of the log.
        case request(String)
        /// What would become of a request.
        case explain
        case providerStatus
        case clearCache

        /// Whether keys without `admin` are refused.
        var isForAdmins: Bool {
            switch self {
            case .usage, .request, .explain, .providerStatus: false
            case .clearCache: true
            }
        }
    }

    var methods: [String] {
        switch self {
        case .generate, .countTokens, .embed, .storedResponse(_, .cancellation): ["POST"]
        case .storedResponse(_, .whole): ["GET", "DELETE"]
        case .storedResponse(_, .inputItems): ["GET"]
        case .resource(_, let methods): methods
        case .modelList, .model, .health: ["GET", "HEAD"]
        case .administration(.usage), .administration(.request), .administration(.providerStatus): ["GET", "HEAD"]
        case .administration(.explain), .administration(.clearCache): ["POST"]
        }
    }

    var needsKey: Bool {
        switch self {
        case .generate, .storedResponse, .countTokens, .embed, .resource, .modelList, .model, .administration: true
        case .health: false
        }
    }

    /// Whether a provider is asked, or what the engine keeps of providers' answers.
    var isAnsweredByEngine: Bool {
        switch self {
        case .generate, .storedResponse, .countTokens, .embed, .resource: true
        case .modelList, .model, .health, .administration: false
        }
    }

    /// Whether a body must be JSON.
    var takesJSONAlone: Bool {
        switch self {
        case .resource, .storedResponse: false
        case .generate, .countTokens, .embed, .modelList, .model, .health, .administration: true
        }
    }

    /// Whether the client is one of Bedrock's InvokeModel.
    var isInvocation: Bool {
        guard case .generate(let generation) = self else { return false }
        return generation.isInvocation
    }

    /// The format of answers, and of errors but for InvokeModel's.
    var format: WireFormat {
        switch self {
        case .generate(let generation): generation.format
        case .modelList(let format), .model(_, let format), .countTokens(let format, _): format
        case .embed(let embedding): embedding.format
        case .storedResponse: .responses
        case .resource, .health, .administration: .openAI
        }
    }

    /// Notes in the call what its address says besides the format.
    ///
    /// - Parameter provider: that the address fixes.
    func note(_ path: String, of provider: String?, in call: InboundCall) {
        call.note(path, of: provider)
        switch self {
        case .generate(let generation):
            if generation.isAnyFormat { call.isAnyFormat = true }
            // An address without a name in it says nothing else.
            guard let model = generation.model else { return }
            call.modelInPath = model
            call.streamInPath = generation.isStreaming
            call.framing = generation.framing
            call.isInvocation = generation.isInvocation
        case .countTokens(_, let model):
            call.modelInPath = model
            call.streamInPath = false
        case .embed(let embedding):
            call.modelInPath = embedding.model
            call.streamInPath = false
        case .storedResponse, .resource, .modelList, .model, .health, .administration: break
        }
    }
}
