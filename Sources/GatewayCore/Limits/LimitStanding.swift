/// What limits have left for a client: of each unit the count that is nearest to its end.
package struct LimitStanding: Sendable, Hashable {
    package struct Count: Sendable, Hashable {
        package var limit: Int
        package var remaining: Int
        /// How long until nothing is used up any more.
        package var reset: Duration

        package init(limit: Int, remaining: Int, reset: Duration) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }
    }

    package var requests: Count?
    package var tokens: Count?

    /// The tighter of both, unit by unit.
    package init(requests: Count? = nil, tokens: Count? = nil) {
        self.requests = requests
        self.tokens = tokens
    }

    package func tightened(by other: LimitStanding) -> LimitStanding {
        LimitStanding(
            requests: Self.tighter(requests, other.requests), tokens: Self.tighter(tokens, other.tokens))
    }

    private static func tighter(_ one: Count?, _ other: Count?) -> Count? {
        guard let one, let other else { return one ?? other }
        return other.remaining < one.remaining ? other : one
    }
}

extension LimitStanding {
    /// As OpenAI tells it, which its clients read: `x-ratelimit-limit-requests`, `-remaining-requests`, `-reset-requests`, and
    /// the same of tokens. What no limit counts has no header.
    package var headers: HTTPFields {
        var headers = HTTPFields()
        for (unit, count) in [("requests", requests), ("tokens", tokens)] {
            guard let count else { continue }
            headers.append("x-ratelimit-limit-\(unit)", String(count.limit))
            headers.append("x-ratelimit-remaining-\(unit)", String(count.remaining))
            headers.append("x-ratelimit-reset-\(unit)", Self.text(count.reset))
        }
        return headers
    }

    /// `120ms`, `6m0s`: as OpenAI writes durations.
    private static func text(_ duration: Duration) -> String {
        let milliseconds = Int((duration / .milliseconds(1)).rounded(.up))
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let seconds = (milliseconds + 999) / 1000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return (hours > 0 ? "\(hours)h" : "") + (hours + minutes > 0 ? "\(minutes)m" : "") + "\(seconds % 60)s"
    }
}
