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

/// Where records go. Called once for each request, on the thread that served it: implementations only hand over.
public protocol RequestLog: Sendable {
    func record(_ record: RequestRecord)
}

/// Keeps nothing.
public struct NoRequestLog: RequestLog {
    public init() {}
    public func record(_ record: RequestRecord) {}
}
