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

    /// How it speaks with that model, where that is not always the same; nil stands for `format` in its own framing.
    ///
    /// - Parameter client: the client's format, for a service that can speak several with a model; nil for a program.
    func speech(with model: String, for client: WireFormat?) -> ProviderSpeech?

    /// How the service differs from OpenAI, where OpenAI's chat format is what it speaks.
    var dialect: OpenAIDialect { get }

    /// How to reach this provider, when not over the network: the offline demo answers by itself.
    var transport: (any Transport)? { get }

    /// Where the credential of `ProviderAccess` comes from; nil where the configuration holds all there is.
    var credentials: (any CredentialSource)? { get }
}

extension LlmProvider {
    public func speech(with model: String, for client: WireFormat?) -> ProviderSpeech? { nil }
    public var dialect: OpenAIDialect { .standard }
    public var transport: (any Transport)? { nil }
    public var credentials: (any CredentialSource)? { nil }
}

/// A format and the way its streams are cut into frames.
public struct ProviderSpeech: Sendable, Hashable {
    public var format: WireFormat
    public var framing: StreamFraming

    public init(format: WireFormat, framing: StreamFraming) {
        self.format = format
        self.framing = framing
    }
}

/// One call for a provider, in the provider's own format already.
public struct ProviderCall: Sendable {
    /// The provider's name of the model.
    public var model: String
    public var isStreaming: Bool
    /// The body in the provider's format.
    public var body: [UInt8]
    /// That format; nil is the provider's `format`.
    public var format: WireFormat?
    /// The client's headers, of which a provider passes on those that belong to its API, never credentials.
    public var clientHeaders: HTTPFields
    public var access: ProviderAccess

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
