/// How far one scope's rule is used up.
struct LimitMeter: Sendable {
    let scope: LimitScope
    let rule: LimitRule
    private var requests: TokenBucket?
    private var tokens: TokenBucket?
    private(set) var inFlight = 0

    init(scope: LimitScope, rule: LimitRule, at now: MonotonicInstant) {
        self.scope = scope
        self.rule = rule
        requests = rule.requests.map { TokenBucket(capacity: $0, per: rule.window, at: now) }
        tokens = rule.tokens.map { TokenBucket(capacity: $0, per: rule.window, at: now) }
    }

    /// Why a request that may cost so many tokens cannot pass now; nil when it can.
    func refusal(tokens amount: Int, at now: MonotonicInstant) -> LimitRefusal? {
        if let limit = rule.concurrent, inFlight >= limit {
            return LimitRefusal(scope: scope, unit: .concurrent, limit: limit, retryAfter: Self.concurrencyDelay)
        }
        if let requests, let limit = rule.requests, case let wait = requests.wait(for: 1, at: now), wait > .zero {
            return LimitRefusal(scope: scope, unit: .requests, limit: limit, retryAfter: wait)
        }
        if let tokens, let limit = rule.tokens, case let wait = tokens.wait(for: amount, at: now), wait > .zero {
            return LimitRefusal(scope: scope, unit: .tokens, limit: limit, retryAfter: wait)
        }
        return nil
    }

    mutating func reserve(tokens amount: Int, at now: MonotonicInstant) {
        inFlight += 1
        requests?.take(1, at: now)
        tokens?.take(amount, at: now)
    }

    /// Ends a request: what was reserved is exchanged for what it used.
    mutating func settle(reserved: Int, used: Int, at now: MonotonicInstant) {
        inFlight -= 1
        if used < reserved {
            tokens?.putBack(reserved - used, at: now)
        } else if used > reserved {
            tokens?.take(used - reserved, at: now)
        }
    }

    /// Undoes a reservation, as if the request had never come.
    mutating func withdraw(tokens amount: Int, at now: MonotonicInstant) {
        inFlight -= 1
        requests?.putBack(1, at: now)
        tokens?.putBack(amount, at: now)
    }

    /// What is left, for the headers of an answer.
    func standing(at now: MonotonicInstant) -> LimitStanding {
        LimitStanding(
            requests: requests.map { Self.standing(of: $0, at: now) },
            tokens: tokens.map { Self.standing(of: $0, at: now) })
    }

    /// Nobody knows when a request under way will end.
    private static let concurrencyDelay = Duration.seconds(1)

    private static func standing(of bucket: TokenBucket, at now: MonotonicInstant) -> LimitStanding.Count {
        LimitStanding.Count(
            limit: Int(bucket.capacity), remaining: bucket.available(at: now), reset: bucket.timeUntilFull(at: now))
    }
}
