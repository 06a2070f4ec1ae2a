/// What happened to one request, told once, when it is over.
public struct RequestRecord: Sendable {
    public enum Outcome: String, Sendable, CaseIterable {
        case success
        /// The client's request was refused, by the gateway or the provider.
        case refused
        case failure
        case timeout
        /// The client went away first.
        case cancelled
    }

    /// What the response cache had to do with it.
    public enum CacheState: String, Sendable {
        case hit, miss
        /// The client wanted no cached answer, or the request cannot be cached.
        case bypass
    }

    public var id: String
    /// Seconds since 1970.
    public var startedAt: Double
    public var duration: Duration
    /// Until the first byte for the client was ready; nil when there was none.
    public var timeToFirstByte: Duration?
    /// What of that was the gateway's own time: neither the client's, sending its request, nor a provider's.
    public var overhead: Duration?
    /// Nil for a program that embeds the gateway.
    public var clientFormat: WireFormat?
    public var isStreaming: Bool
    public var keyName: String?
    /// The path of the API that was asked, without its query; nil for a program that embeds the gateway.
    public var endpoint: String?
    /// The conversation that the client says this belongs to.
    public var sessionID: String?
    /// What the client says of the request.
    public var metadata: RequestMetadata
    /// As the client named it.
    public var model: String?
    /// How the model's name led to the provider: `model`, `alias`, `prefix`, ...
    public var routeRule: String?
    /// The alias, entry or prefix that the configuration has for it; nil where the rule has no name.
    public var routeName: String?
    public var provider: String?
    public var instance: String?
    /// As the provider calls it.
    public var providerModel: String?
    /// Whether bytes went through unconverted.
    public var isRelayed: Bool
    /// In the order in which they began; empty for what was refused or answered without a provider.
    public var attempts: [AttemptRecord]
    /// Nil when no response cache is in use.
    public var cacheState: CacheState?
    /// What a cached answer took when it was made; nil unless the cache gave the answer.
    public var savedUsage: TokenUsage?
    /// What a cached answer would have cost, at the prices of now.
    public var savedCost: RequestCost?
    public var outcome: Outcome
    /// What the client was answered.
    public var status: Int
    public var failure: ProviderFailure?
    public var usage: TokenUsage?
    /// Whether the gateway counted what the provider did not report, as for an answer that broke off.
    public var isUsageEstimated: Bool
    /// Nil when nothing was priced.
    public var cost: RequestCost?
    public var notes: [ConversionNote]
    /// Nil when nothing is traced.
    package var trace: TraceContext?

    package init(id: String, startedAt: Double, clientFormat: WireFormat?, keyName: String?) {
        self.id = id
        self.startedAt = startedAt
        self.clientFormat = clientFormat
        self.keyName = keyName
        duration = .zero
        isStreaming = false
        isRelayed = false
        attempts = []
        metadata = RequestMetadata()
        isUsageEstimated = false
        outcome = .success
        status = 200
        notes = []
    }
}

extension RequestRecord.Outcome {
    /// The word for it in the request log's column `status`, in metrics and in reports.
    package var storedStatus: StaticString {
        switch self {
        case .success: "success"
        case .refused: "business_error"
        case .failure: "failure"
        case .timeout: "timeout"
        case .cancelled: "cancelled"
        }
    }
}

extension RequestRecord {
    /// Until the first token of a stream was ready for the client; nil for whole replies, which come at once.
    ///
    /// A stream is only begun with its first content, so this is its first byte.
    public var timeToFirstToken: Duration? { isStreaming && outcome != .refused ? timeToFirstByte : nil }

    /// How fast output came: of a stream from its first token on, of a whole reply all the time. Nil when nothing was
    /// counted or no time passed.
    public var tokensPerSecond: Double? {
        guard let output = usage?.output, output > 0 else { return nil }
        let seconds = (duration - (timeToFirstToken ?? .zero)) / .seconds(1)
        return seconds > 0 ? Double(output) / seconds : nil
    }
}

/// Where records go. Called on the thread that serves the request: implementations only hand over.
public protocol RequestLog: Sendable {
    /// Whether `began` is to be called; asked once for each request.
    var wantsBeginnings: Bool { get }

    /// A request has begun: of its record only what the request itself says is known. Once for each, before `record`.
    func began(_ record: RequestRecord)

    /// The request is over. Once for each.
    func record(_ finished: FinishedRecord)
}

extension RequestLog {
    public var wantsBeginnings: Bool { true }
    public func began(_ record: RequestRecord) {}

    /// The same of a record that is not on its way yet.
    public func record(_ record: consuming RequestRecord) { self.record(FinishedRecord(record)) }
}

/// Keeps nothing.
public struct NoRequestLog: RequestLog {
    public init() {}
    public var wantsBeginnings: Bool { false }
    public func record(_ finished: FinishedRecord) {}
}
