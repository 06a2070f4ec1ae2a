/// A service that runs models, described: what to send for a call, and in which format it speaks. It never sends itself.
///
/// A new provider is one type of these and one line in the catalogue.
public protocol LlmProvider: Sendable {
    /// The format of its requests, replies and streams.
    var format: WireFormat { get }

    /// The request that carries out `call`. Pure: the same call gives the same request.
    func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest

    /// The request that lists the models; nil where the service has no list.
    func modelListRequest(with access: ProviderAccess) -> TransportRequest?

    /// Reads one page of the list. Unreadable entries are left out.
    func models(in list: JSONValue) -> [ListedModel]

    /// How the service differs from OpenAI, where OpenAI's chat format is what it speaks.
    var dialect: OpenAIDialect { get }

    /// Further ways to speak, where models behind one account have different formats. The first that fits counts.
    var variants: [ProviderVariant] { get }

    /// How to reach this provider, when not over the network: the offline demo answers by itself.
    var transport: (any Transport)? { get }

    /// Where the credential of `ProviderAccess` comes from; nil where the configuration holds all there is.
    var credentials: (any CredentialSource)? { get }
}

extension LlmProvider {
    public var dialect: OpenAIDialect { .standard }
    public var variants: [ProviderVariant] { [] }
    public var transport: (any Transport)? { nil }
    public var credentials: (any CredentialSource)? { nil }
}

/// How some of a provider's models are spoken to, with the provider's own credentials and transport.
public struct ProviderVariant: Sendable {
    /// The beginnings of those models' names.
    public var modelPrefixes: [String]
    public var provider: any LlmProvider

    public init(modelPrefixes: [String], provider: any LlmProvider) {
        self.modelPrefixes = modelPrefixes
        self.provider = provider
    }
}

/// One call for a provider, in the provider's own format already.
public struct ProviderCall: Sendable {
    /// The provider's name of the model.
    public var model: String
    public var isStreaming: Bool
    /// The body in the provider's format.
    public var body: [UInt8]
    /// The client's headers, of which a provider passes on those that belong to its API, never credentials.
    public var clientHeaders: HTTPFields
    public var access: ProviderAccess
    /// Providers' `request(for:)` sees replies alone; other operations are asked of the protocols that name them.
    public var operation = ProviderOperation.generate

    public init(
        model: String, isStreaming: Bool, body: [UInt8], clientHeaders: HTTPFields = [:],
        access: ProviderAccess = ProviderAccess()
    ) {
        self.model = model
        self.isStreaming = isStreaming
        self.body = body
        self.clientHeaders = clientHeaders
        self.access = access
    }
}

/// The provider cannot be asked as it is configured.
public struct ProviderError: Error, Sendable, Equatable {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }
}

/// A model as a provider lists it.
public struct ListedModel: Sendable, Hashable {
    public var id: String
    /// Seconds since 1970, where the provider says it.
    public var created: Int?
    public var displayName: String?
    public var inputTokenLimit: Int?
    public var outputTokenLimit: Int?

    public init(
        id: String, created: Int? = nil, displayName: String? = nil, inputTokenLimit: Int? = nil,
        outputTokenLimit: Int? = nil
    ) {
        self.id = id
        self.created = created
        self.displayName = displayName
        self.inputTokenLimit = inputTokenLimit
        self.outputTokenLimit = outputTokenLimit
    }
}
