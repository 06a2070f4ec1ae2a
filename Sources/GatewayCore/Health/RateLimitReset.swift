/// When a limit that a provider told of is lifted, where it says so by other headers than `Retry-After` in seconds.
///
/// OpenAI and those that follow it send `x-ratelimit-reset-requests` and `-tokens` as durations (`6m0s`, `20ms`), Anthropic
/// `anthropic-ratelimit-…-reset` as RFC 3339 times, others `x-ratelimit-reset` as seconds or milliseconds since 1970.
package enum RateLimitReset {
    private static let openAILimits = ["requests", "tokens"]
    private static let anthropicLimits = ["requests", "tokens", "input-tokens", "output-tokens"]

    /// How long to wait; nil where no header says it, or where it says more than a day.
    ///
    /// - Parameter now: seconds since 1970.
    package static func delay(in headers: HTTPFields, at now: Double) -> Duration? {
        if let date = headers["retry-after"].flatMap({ Timestamp.seconds(httpDate: $0) }) { return checked(date - now) }
        let exhausted =
            openAILimits.compactMap { limit in
                seconds(headers, "x-ratelimit-remaining-\(limit)", "x-ratelimit-reset-\(limit)") { duration($0) }
            }
            + anthropicLimits.compactMap { limit in
                let name = "anthropic-ratelimit-\(limit)-"
                return seconds(headers, name + "remaining", name + "reset") { text in
                    Timestamp.seconds(iso8601: text).map { $0 - now }
                }
            }
        // Every limit that is used up must be lifted.
        if let longest = exhausted.max() { return checked(longest) }
        return headers["x-ratelimit-reset"].flatMap { Double($0) }.flatMap { checked(sinceWhenever: $0, now) }
    }

    /// The reset of a limit of which nothing remains.
    private static func seconds(
        _ headers: HTTPFields, _ remaining: String, _ reset: String, _ read: (String) -> Double?
    ) -> Double? {
        guard headers[remaining].flatMap({ Double($0) }) == 0 else { return nil }
        return headers[reset].flatMap(read)
    }

    /// `1h2m3.5s`, `20ms`, or plain seconds.
    static func duration(_ text: String) -> Double? {
        if let plain = Double(text) { return plain }
        var total = 0.0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(digits), let scale = scales[String(unit)] else { return nil }
            total += amount * scale
        }
        return text.isEmpty ? nil : total
    }

    private static let scales = [
        "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
    ]

    /// A moment in seconds or milliseconds since 1970, or a span.
    private static func checked(sinceWhenever value: Double, _ now: Double) -> Duration? {
        switch value {
        case 1e12...: checked(value / 1000 - now)
        case 1e9..<1e12: checked(value - now)
        default: checked(value)
        }
    }

    private static func checked(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, seconds <= 86_400 else { return nil }
        return .seconds(max(seconds, 0))
    }
}
