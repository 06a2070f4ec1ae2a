/// A change in how an instance fares, told when it happens.
public struct FailoverEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A request failed in a way that counts against the instance.
        case failure
        /// The instance is left out from now on.
        case circuitOpen = "circuit_open"
        /// One request may try the instance.
        case circuitHalfOpen = "circuit_half_open"
        /// The instance is asked as usual again.
        case circuitClosed = "circuit_closed"
        /// A request succeeded after failures that had not opened the circuit.
        case recovery
    }

    public var kind: Kind
    /// Seconds since 1970.
    public var instant: Double
    /// The provider's key in the configuration.
    public var provider: String
    public var instance: String
    /// The request that brought it about; nil for a timer or a health check.
    public var requestID: String?
    public var failureKind: ProviderFailure.Kind?
    public var message: String?
    /// Failures in a row that count.
    public var failures: Int?
    /// When the instance is tried again, in seconds since 1970.
    public var retryAt: Double?

    public init(_ kind: Kind, at instant: Double, provider: String, instance: String) {
        self.kind = kind
        self.instant = instant
        self.provider = provider
        self.instance = instance
    }
}

/// Where failover events go. Called on the thread that serves the request: implementations only hand over.
public protocol FailoverEventLog: Sendable {
    func record(_ event: FailoverEvent)
}

/// Keeps nothing.
public struct NoFailoverEventLog: FailoverEventLog {
    public init() {}
    public func record(_ event: FailoverEvent) {}
}
