/// How much of an account's quota is used up, as its provider told at an instant.
public struct QuotaSnapshot: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case ok
        /// It was asked for and not told.
        case error
        /// Nobody tells it for instances with such credentials.
        case notAvailable = "not_available"
    }

    /// A span of time that has a limit of its own.
    public struct Window: Sendable, Equatable {
        /// 0...100, and more where a provider lets an account go over.
        public var percent: Double
        /// When it begins anew, in seconds since 1970; nil where nothing of it is used.
        public var resetsAt: Double?

        public init(percent: Double, resetsAt: Double? = nil) {
            self.percent = percent
            self.resetsAt = resetsAt
        }
    }

    /// The spans that are told apart; nil where the account has no such limit.
    public struct Windows: Sendable, Equatable {
        public var fiveHours: Window?
        public var sevenDays: Window?
        public var sevenDaysOfSonnet: Window?

        public init(fiveHours: Window? = nil, sevenDays: Window? = nil, sevenDaysOfSonnet: Window? = nil) {
            self.fiveHours = fiveHours
            self.sevenDays = sevenDays
            self.sevenDaysOfSonnet = sevenDaysOfSonnet
        }
    }

    /// Seconds since 1970.
    public var instant: Double
    /// The provider's key in the configuration.
    public var provider: String
    public var instance: String
    /// `oauth` or `bearer`.
    public var authMode: String
    public var state: State
    public var windows = Windows()
    /// What went wrong, without credentials.
    public var message: String?

    public init(at instant: Double, provider: String, instance: String, authMode: String, state: State) {
        self.instant = instant
        self.provider = provider
        self.instance = instance
        self.authMode = authMode
        self.state = state
    }
}

/// Where quota snapshots go; implementations only hand over.
public protocol QuotaLog: Sendable {
    func record(_ snapshot: QuotaSnapshot)
}

/// A provider that tells how much of an account's quota is used.
public protocol QuotaReporting: LlmProvider {
    /// Nil where it tells nothing to credentials like the instance's.
    func quotaRequest() -> TransportRequest?

    /// What the answer with status 200 says; nil when it says nothing of a quota.
    func quota(in answer: JSONValue) -> QuotaSnapshot.Windows?
}
