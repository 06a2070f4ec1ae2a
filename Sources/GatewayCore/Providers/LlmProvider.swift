/// A service that runs models, described: what to send for a call, and in which format it speaks. It never sends itself.
///
/// A new provider is one type of these and one line in the catalogue.
public protocol LlmProvider: Sendable {
    /// The format of its requests, replies and streams: what other formats are translated into.
    var format: WireFormat { get }

    /// Further formats that the service speaks: requests of clients that speak them go there as they are.
    var furtherFormats: Set<WireFormat> { get }

    /// The request that carries out `call`. Pure: the same call gives the same request.
    func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest

    /// The request that passes `call` on; nil where the service has nothing there.
    func request(for call: ResourceCall) throws(ProviderError) -> TransportRequest?

    /// The request that lists the models; nil where the service has no list.
    func modelListRequest(with access: ProviderAccess) -> TransportRequest?

    /// Reads one page of the list. Unreadable entries are left out.
    func models(in list: JSONValue) -> [ListedModel]

    /// How the service differs from OpenAI, where OpenAI's chat format is what it speaks.
    var dialect: OpenAIDialect { get }

    /// How to reach this provider, when not over the network: the offline demo answers by itself.
    var transport: (any Transport)? { get }

    /// Where the credential of `ProviderAccess` comes from; nil where the configuration holds all there is.
    var credentials: (any CredentialSource)? { get }
}

extension LlmProvider {
    public var furtherFormats: Set<WireFormat> { [] }
    public func request(for call: ResourceCall) throws(ProviderError) -> TransportRequest? { nil }
    public var dialect: OpenAIDialect { .standard }
    public var transport: (any Transport)? { nil }
    public var credentials: (any CredentialSource)? { nil }
}

/// One call for a provider, in the provider's own format already.
public struct ProviderCall: Sendable {
    /// The provider's name of the model.
    public var model: String
    public var isStreaming: Bool
    /// Which of the provider's further formats the body has; nil is its own.
    public var furtherFormat: WireFormat?
    public var body: [UInt8]
    /// The client's headers, of which a provider passes on those that belong to its API, never credentials.
    public var clientHeaders: HTTPFields
    public var access: ProviderAccess

    public init(
        model: String, isStreaming: Bool, body: [UInt8], furtherFormat: WireFormat? = nil,
        clientHeaders: HTTPFields = [:], access: ProviderAccess = ProviderAccess()
    ) {
        self.model = model
        self.isStreaming = isStreaming
        self.furtherFormat = furtherFormat
        self.body = body
        self.clientHeaders = clientHeaders
        self.access = access
    }
}

/// A call to something below the root of a provider's API that is no request for a reply, such as a stored response. It is
/// passed on as the client made it.
public struct ResourceCall: Sendable {
    public var method: String
    /// Below the API's root, percent-encoded, without a slash before it: `responses/resp_1/input_items`.
    public var path: String
    /// As it stands after the question mark; nil for none.
    public var query: String?
    public var body: [UInt8]
    /// The client's headers, of which a provider passes on those that belong to its API, never credentials.
    public var clientHeaders: HTTPFields
    public var access: ProviderAccess

    public init(
        method: String, path: String, query: String? = nil, body: [UInt8] = [], clientHeaders: HTTPFields = [:],
        access: ProviderAccess = ProviderAccess()
    ) {
        self.method = method
        self.path = path
        self.query = query
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
