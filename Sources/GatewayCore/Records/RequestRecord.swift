/// What happened to one request, told once, when it is over.
public struct RequestRecord: Sendable {
    public enum Outcome: String, Sendable {
        case success
        /// The client's request was refused, by the gateway or the provider.
        case refused
        case failure
        case timeout
        /// The client went away first.
        case cancelled
    }

    public var id: String
    /// Seconds since 1970.
    public var startedAt: Double
    public var duration: Duration
    /// Until the first byte for the client was ready; nil when there was none.
    public var timeToFirstByte: Duration?
    /// Nil for a program that embeds the gateway.
    public var clientFormat: WireFormat?
    public var isStreaming: Bool
    public var keyName: String?
    /// The path of the API that was asked, without its query; nil for a program that embeds the gateway.
    public var endpoint: String?
    /// The conversation that the client says this belongs to.
    public var sessionID: String?
    /// As the client named it.
    public var model: String?
    public var provider: String?
    public var instance: String?
    /// As the provider calls it.
    public var providerModel: String?
    /// Whether bytes went through unconverted.
    public var isRelayed: Bool
    public var attempts: Int
    public var outcome: Outcome
    /// What the client was answered.
    public var status: Int
    public var failure: ProviderFailure?
    public var usage: TokenUsage?
    /// Nil when nothing was priced.
    public var cost: RequestCost?
    public var notes: [ConversionNote]

    package init(id: String, startedAt: Double, clientFormat: WireFormat?, keyName: String?) {
        self.id = id
        self.startedAt = startedAt
        self.clientFormat = clientFormat
        self.keyName = keyName
        duration = .zero
        isStreaming = false
        isRelayed = false
        attempts = 0
        outcome = .success
        status = 200
        notes = []
    }
}

/// What a request cost, in 10^-12 USD: exact for every price that has at most six decimals per million tokens.
///
/// Nil is unknown, never free; `note` then says why.
public struct RequestCost: Sendable, Hashable {
    /// Of the input that no cache held.
    public var input: Int64?
    public var output: Int64?
    public var cacheWrite: Int64?
    public var cacheRead: Int64?
    public var total: Int64?
    public var note: String?

    public init(
        input: Int64? = nil, output: Int64? = nil, cacheWrite: Int64? = nil, cacheRead: Int64? = nil,
        total: Int64? = nil, note: String? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheWrite = cacheWrite
        self.cacheRead = cacheRead
        self.total = total
        self.note = note
    }
}

/// Where records go. Called once for each request, on the thread that served it: implementations only hand over.
public protocol RequestLog: Sendable {
    func record(_ record: RequestRecord)
}

/// Keeps nothing.
public struct NoRequestLog: RequestLog {
    public init() {}
    public func record(_ record: RequestRecord) {}
}
