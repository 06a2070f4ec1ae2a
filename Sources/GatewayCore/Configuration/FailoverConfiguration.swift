/// What happens when an instance fails.
public struct FailoverConfiguration: Sendable, Equatable {
    /// Instances asked for one request at most, the first included.
    public var maxAttempts: Int = 3
    /// From the request's arrival until an answer has begun; what takes longer is given up.
    public var deadline: Duration = .seconds(600)
    /// The longest a request waits for the only instance there is, when that asks to wait; longer waits go to the client.
    public var maxWait: Duration = .seconds(5)
    /// Before the only instance there is is asked again; doubles each time.
    public var backoff: Duration = .milliseconds(250)
    /// The longest that a provider's `Retry-After` or reset time moves requests to other instances.
    public var maxRest: Duration = .seconds(60)
    public var retryBudget = RetryBudgetConfiguration()
    public var circuit = CircuitConfiguration()
    public var probes = ProbeConfiguration()
    /// Goes on with another instance when a stream of plain text breaks off, instead of telling the client of the break.
    public var continuesStreams: Bool = false

    public init() {}
}

/// How many requests may be asked again of instances that have failed lately.
public struct RetryBudgetConfiguration: Sendable, Equatable {
    /// Of all requests; more than that would turn a provider's bad minute into a storm.
    public var percent: Double = 20
    /// Allowed beside that, so that a quiet gateway can try again too.
    public var minPerSecond: Double = 10

    public init() {}
}

/// When an instance is taken out, and how it comes back.
public struct CircuitConfiguration: Sendable, Equatable {
    /// So many failures within `window` take it out.
    public var failures: Int = 3
    public var window: Duration = .seconds(60)
    /// But only where they are at least this share of the requests since the first of them: a busy instance is not taken
    /// out for three failures among a thousand. 0 counts failures alone.
    public var minFailurePercent: Double = 5
    /// How long it stays out: the first time, the second time in a row, and so on; the last one repeats.
    public var openDurations: [Duration] = [60, 120, 240, 480, 600].map { .seconds($0) }
    /// Each of these is shortened or lengthened by chance, up to this share.
    public var jitter: Double = 0.2
    /// So many answers in a row bring it back.
    public var successes: Int = 2

    public init() {}
}

/// Asking instances how they are, beside the requests of clients.
public struct ProbeConfiguration: Sendable, Equatable {
    public var isEnabled: Bool = true
    public var interval: Duration = .seconds(10)
    public var timeout: Duration = .seconds(5)
    /// Whether healthy instances are asked too.
    public var includesHealthy: Bool = false

    public init() {}
}
