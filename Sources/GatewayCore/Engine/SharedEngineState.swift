import Synchronization

/// What all requests share, whatever configuration they began with.
package final class SharedEngineState: Sendable {
    package let streams = StreamRegistry()
    package let sessions: StickySessions
    package let retryBudget: RetryBudget
    let firstTokens = FirstTokenTimes()
    package let reasoning: ReasoningStore

    private let currentLimiter: Mutex<Limiter>

    init(
        _ configuration: GatewayConfiguration, clock: any MonotonicClock, sharedState: (any SharedState)?
    ) {
        let now = clock.now()
        currentLimiter = Mutex(
            Limiter(configuration.limits, keys: configuration.apiKeys.map(\.name), clock: clock, shared: sharedState))
        reasoning = ReasoningStore(configuration.reasoning, clock: clock)
        sessions = StickySessions(capacity: configuration.balancing.maxSessions)
        retryBudget = RetryBudget(configuration.failover.retryBudget, at: now)
    }

    func apply(_ configuration: GatewayConfiguration) {
        sessions.resize(to: configuration.balancing.maxSessions)
        retryBudget.apply(configuration.failover.retryBudget)
        reasoning.apply(configuration.reasoning)
        currentLimiter.withLock { limiter in
            limiter = limiter.applying(configuration.limits, keys: configuration.apiKeys.map(\.name))
        }
    }

    /// Requests let in by one limiter are settled with it, whatever comes after it.
    package var limiter: Limiter { currentLimiter.withLock { $0 } }
}
