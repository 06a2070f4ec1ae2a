/// One time that one instance was asked for a request: when, how it ended, and what was done about it.
public struct AttemptRecord: Sendable, Hashable {
    /// What the gateway did when an attempt gave no answer; `failureKind` says why it gave none.
    public enum FollowUp: String, Sendable, Hashable, CaseIterable {
        /// The same instance was asked again.
        case retry
        /// Another instance of the same provider was asked.
        case failover
        /// Another provider, or another model, was asked.
        case fallback
        /// Another instance was asked while this one still worked.
        case hedge
        /// Its answer broke off after it had begun, and another instance went on with it.
        case continued
    }

    /// The provider's key in the configuration, such as `openai` or `custom:deepseek`.
    public var provider: String
    public var instance: String
    /// As the provider calls it.
    public var model: String
    /// Counted from the start of the request.
    public var startedAfter: Duration
    /// Until its answer ended, well or not.
    public var duration: Duration
    /// From the start of the attempt until the head of the provider's answer was there; nil when none came.
    public var timeToFirstByte: Duration?
    /// The provider's HTTP status; nil when it answered with none.
    public var status: Int?
    /// Nil when the attempt gave the answer, and when it was given up because its answer was not needed any more.
    public var failureKind: ProviderFailure.Kind?
    /// In the provider's words, or the gateway's where the way to it broke.
    public var failureMessage: String?
    /// Nil when the provider reported none.
    public var usage: TokenUsage?
    /// Whether the gateway counted what the provider did not come to report.
    public var isUsageEstimated = false
    /// Nil when nothing was priced.
    public var cost: RequestCost?
    /// Nil when nothing was tried after it.
    public var followUp: FollowUp?
    /// Until the journal knows its end.
    var isUnderWay = true

    public init(provider: String, instance: String, model: String, startedAfter: Duration = .zero) {
        self.provider = provider
        self.instance = instance
        self.model = model
        self.startedAfter = startedAfter
        duration = .zero
    }
}
