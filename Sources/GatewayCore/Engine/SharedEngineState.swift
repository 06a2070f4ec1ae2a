/// What all requests share, whatever configuration they began with.
package final class SharedEngineState: Sendable {
    package let streams = StreamRegistry()
    package let sessions: StickySessions
    package let retryBudget: RetryBudget
    let firstTokens = FirstTokenTimes()

    init(_ configuration: GatewayConfiguration, at now: MonotonicInstant) {
        sessions = StickySessions(capacity: configuration.balancing.maxSessions)
        retryBudget = RetryBudget(configuration.failover.retryBudget, at: now)
    }

    func apply(_ configuration: GatewayConfiguration) {
        sessions.resize(to: configuration.balancing.maxSessions)
        retryBudget.apply(configuration.failover.retryBudget)
    }
}
