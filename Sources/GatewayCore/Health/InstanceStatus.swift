/// How an instance is, at one moment: for `GET /api/v1/providers/status`, metrics and embedding programs.
public struct InstanceStatus: Sendable, Equatable {
    public enum Circuit: String, Sendable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
    }

    public enum Condition: String, Sendable, CaseIterable {
        case healthy
        /// It can be asked, but the provider wants fewer requests.
        case resting
        /// It was out and is let back, one request at a time.
        case recovering
        case unhealthy
    }

    /// One of its provider keys, told by its number only.
    public struct Key: Sendable, Equatable {
        /// Counted from 1, in the configuration's order.
        public var number: Int
        public var circuit: Circuit
        public var retryIn: Duration?
        /// How long the provider wants it left alone; nil when it does not.
        public var restsFor: Duration?
    }

    public var provider: String
    public var instance: String
    public var condition: Condition
    public var circuit: Circuit
    /// Those that count towards opening the circuit now.
    public var recentFailures: Int
    public var failuresInARow: Int
    /// Until the next try; nil unless the circuit, or that of every key, is open.
    public var retryIn: Duration?
    public var inFlight: Int
    /// Until the first token, lately; nil before the first answer.
    public var latency: Duration?
    public var lastFailure: ProviderFailure.Kind?
    public var lastFailureStatus: Int?
    public var lastFailureAge: Duration?
    public var keys: [Key]

    init(provider: String, instance: String, _ state: borrowing InstanceState, at now: MonotonicInstant) {
        self.provider = provider
        self.instance = instance
        circuit = Circuit(state.breaker)
        recentFailures = state.breaker.failureCount(at: now)
        failuresInARow = state.failuresInARow
        inFlight = state.inFlight
        latency = state.latency.seconds.map { .seconds($0) }
        lastFailure = state.lastFailure?.failure
        lastFailureStatus = state.lastFailure?.status
        lastFailureAge = state.lastFailure.map { now - $0.at }
        keys = state.keys.enumerated().map { index, key in
            Key(
                number: index + 1, circuit: Circuit(key.breaker), retryIn: key.breaker.wait(at: now),
                restsFor: key.rest.isOver(at: now) ? nil : key.rest.until - now)
        }
        retryIn = state.retryMoment(at: now).map { $0 - now }
        let isRecovering = circuit != .closed || keys.allSatisfy { $0.circuit != .closed }
        switch state.standing(for: "", excluding: 0, at: now) {
        case .out: condition = circuit == .halfOpen ? .recovering : .unhealthy
        case .ready: condition = isRecovering ? .recovering : .healthy
        case .resting: condition = isRecovering ? .recovering : .resting
        }
    }
}

extension InstanceStatus.Circuit {
    init(_ breaker: CircuitBreaker) {
        switch breaker.state {
        case .closed: self = .closed
        case .open: self = .open
        case .halfOpen: self = .halfOpen
        }
    }
}

extension CircuitBreaker {
    /// How long it lets nothing through yet; nil when it does.
    fileprivate func wait(at now: MonotonicInstant) -> Duration? {
        guard let moment = opensAgainAt, moment > now else { return nil }
        return moment - now
    }
}

extension InstanceState {
    /// When it can be asked again at the earliest; nil when it can be now, or when that hangs on a probe under way.
    package func retryMoment(at now: MonotonicInstant) -> MonotonicInstant? {
        let keyMoments = keys.map { $0.breaker.opensAgainAt ?? now }
        let moment = max(breaker.opensAgainAt ?? now, keyMoments.min() ?? now)
        return moment > now ? moment : nil
    }
}
