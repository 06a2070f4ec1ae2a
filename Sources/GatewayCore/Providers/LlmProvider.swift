/// A service that runs models, described: what to send for a call, and in which format it speaks. It never sends itself.
///
/// A new provider is one type of these and one line in the catalogue.
public protocol LlmProvider: Sendable {
    /// The format of its requests, replies and streams.
    var format: WireFormat { get }

    /// How its streams are cut into frames.
    var framing: StreamFraming { get }

    /// The request that carries out `call`. Pure: the same call gives the same request.
    func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest

    /// The request that lists the models; nil where the service has no list.
    func modelListRequest(with access: ProviderAccess) -> TransportRequest?

    /// Reads one page of the list. Unreadable entries are left out.
    func models(in list: JSONValue) -> [ListedModel]

    /// How the service differs from OpenAI, where OpenAI's chat format is what it speaks.
    var dialect: OpenAIDialect { get }

    /// Further ways to speak, for models of another format or for clients whose format the service has besides its own. The
    /// first that fits counts.
    var variants: [ProviderVariant] { get }

    /// How to reach this provider, when not over the network: the offline demo answers by itself.
    var transport: (any Transport)? { get }

    /// Where the credential of `ProviderAccess` comes from; nil where the configuration holds all there is.
    var credentials: (any CredentialSource)? { get }
}

extension LlmProvider {
    public var framing: StreamFraming { format.codec.streamFraming }
    public var dialect: OpenAIDialect { .standard }
    public var variants: [ProviderVariant] { [] }
    public var transport: (any Transport)? { nil }
    public var credentials: (any CredentialSource)? { nil }
}

/// How a provider is spoken to in some cases, with the provider's own credentials and transport.
public struct ProviderVariant: Sendable {
    public var provider: any LlmProvider
    /// Whether it is for that model and clients of that format; nil is a program that embeds the gateway.
    public let fits: @Sendable (_ model: String, _ client: WireFormat?) -> Bool

    public init(
        _ provider: any LlmProvider, where fits: @escaping @Sendable (_ model: String, _ client: WireFormat?) -> Bool
    ) {
        self.provider = provider
        self.fits = fits
    }

    /// For models whose names begin so.
    public init(_ provider: any LlmProvider, modelPrefixes: [String]) {
        self.init(provider) { model, _ in modelPrefixes.contains { model.beginsWithBytes(of: $0) } }
    }

    /// For clients of the variant's own format, which need no conversion.
    public init(nativeFor provider: any LlmProvider) {
        let format = provider.format
        self.init(provider) { _, client in client == format }
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
