/// What a call asks a provider for.
public enum ProviderOperation: Sendable, Hashable {
    /// A reply, whole or streamed.
    case generate
    /// The number of input tokens: `TokenCounting`.
    case countTokens
    /// Embeddings: `EmbeddingProvider`.
    case embed
    /// A request of OpenAI's other APIs as it is: `ResourceProvider`.
    case resource(ResourceRequest)
}

/// A provider with an API that counts the tokens of a request.
public protocol TokenCounting: LlmProvider {
    /// The format of the request whose tokens it counts; nil where this service has no such API.
    var countedFormat: WireFormat? { get }

    func countRequest(for call: ProviderCall) throws(ProviderError) -> TransportRequest
}

/// A provider with an API that turns texts into vectors.
public protocol EmbeddingProvider: LlmProvider {
    /// The format in which the model is asked; nil where it cannot be.
    func embeddingFormat(of model: String) -> EmbeddingFormat?

    func embeddingRequest(for call: ProviderCall) throws(ProviderError) -> TransportRequest
}

/// A provider with OpenAI's other APIs: images, audio, moderations, files, batches.
public protocol ResourceProvider: LlmProvider {
    func resourceRequest(
        _ resource: ResourceRequest, for call: ProviderCall
    ) throws(ProviderError) -> TransportRequest
}

/// A request that goes to a provider as it came but for its key and its model's name.
public struct ResourceRequest: Sendable, Hashable {
    public var method: String
    /// Below the API's root, percent-encoded, with its query: `/files/file-1/content`.
    public var path: String
    /// Nil without a body.
    public var contentType: String?
    /// Whether the path names a model's own API, which some services have at the model's own address.
    public var isOfModel: Bool

    public init(method: String, path: String, contentType: String? = nil, isOfModel: Bool = false) {
        self.method = method
        self.path = path
        self.contentType = contentType
        self.isOfModel = isOfModel
    }
}

extension LlmProvider {
    /// The request that carries out the call, whatever it asks for.
    func transportRequest(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        switch call.operation {
        case .generate: return try request(for: call)
        case .countTokens:
            if let provider = self as? any TokenCounting { return try provider.countRequest(for: call) }
        case .embed:
            if let provider = self as? any EmbeddingProvider { return try provider.embeddingRequest(for: call) }
        case .resource(let resource):
            if let provider = self as? any ResourceProvider {
                return try provider.resourceRequest(resource, for: call)
            }
        }
        throw ProviderError("the provider has no such API")
    }
}
