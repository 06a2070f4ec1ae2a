/// What may pass in a window of time, and how much at once. An absent number limits nothing.
public struct LimitRule: Sendable, Hashable {
    /// Requests a window.
    public var requests: Int?
    /// Tokens a window, of prompts and answers together.
    public var tokens: Int?
    /// Requests under way at the same time.
    public var concurrent: Int?
    /// How long a full window takes to refill; it refills evenly, not at its end.
    public var window: Duration

    public init(
        requests: Int? = nil, tokens: Int? = nil, concurrent: Int? = nil, window: Duration = .seconds(60)
    ) {
        self.requests = requests
        self.tokens = tokens
        self.concurrent = concurrent
        self.window = window
    }

    var isEmpty: Bool { requests == nil && tokens == nil && concurrent == nil }
}

/// What a rule is held against.
public enum LimitScope: Sendable, Hashable {
    /// Everything the gateway does.
    case gateway
    /// One client key, by its name.
    case key(String)
    /// One model, or every model of a pattern, by what the configuration calls it.
    case model(String)
    case provider(String)
}

/// The `[limits]` of a configuration.
public struct LimitsConfiguration: Sendable, Hashable {
    /// Requests under way at which new ones are refused at once with 503, whoever asks; nil for no such number.
    public var maxInFlight: Int?
    public var gateway: LimitRule?
    /// For every key that has no rule of its own. Each key has its own count.
    public var eachKey: LimitRule?
    public var keys: [String: LimitRule] = [:]
    /// By model, as clients name it; a name that ends in `*` is for all that begin so, together.
    public var models: [String: LimitRule] = [:]
    public var providers: [String: LimitRule] = [:]

    public init() {}

    public var isEmpty: Bool { self == LimitsConfiguration() }
}
