/// How the requests of a provider are spread over its instances.
public struct BalancingConfiguration: Sendable, Equatable {
    /// For the providers that have no word of their own.
    public var general: BalancingRule
    /// By the provider's key.
    public var providers: [String: BalancingRule]
    /// How long a session that asks nothing stays with its instance.
    public var sessionLifetime: Duration = .seconds(3600)
    /// Within which time the sessions that yielded from an instance return to it, once it can be asked again.
    public var sessionReturn: Duration = .seconds(300)
    /// Sessions remembered at most; those unused for longest are forgotten first.
    public var maxSessions: Int = 100_000

    public init(general: BalancingRule = BalancingRule(), providers: [String: BalancingRule] = [:]) {
        self.general = general
        self.providers = providers
    }

    public func rule(for provider: String) -> BalancingRule { providers[provider] ?? general }
}

public struct BalancingRule: Sendable, Equatable {
    public var policy: BalancingPolicy
    public var stickiness: Stickiness

    public init(policy: BalancingPolicy = .weightedRandom, stickiness: Stickiness = .conversation) {
        self.policy = policy
        self.stickiness = stickiness
    }
}

/// Which of several healthy instances of one priority is asked.
public enum BalancingPolicy: String, Sendable, CaseIterable {
    /// By chance, in the shares that the weights say.
    case weightedRandom = "weighted_random"
    /// Each in its turn.
    case roundRobin = "round_robin"
    /// The one with the fewest requests under way for its weight.
    case leastInFlight = "least_in_flight"
    /// The one whose first token came soonest lately, under the load it has.
    case leastLatency = "least_latency"
    /// The one with the lowest price, by `price_factor` and the price table.
    case cheapest
}

/// What keeps requests on one instance, so that the provider's prompt cache stays warm.
public enum Stickiness: String, Sendable, CaseIterable {
    case off
    /// The client's key.
    case key
    /// The conversation, where the client names one; other requests are spread.
    case conversation
}
