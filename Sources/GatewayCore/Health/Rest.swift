/// A while during which others are asked first, because the provider said so. It grows with each time in a row.
package struct Rest: Sendable, Equatable {
    /// Once it is over, when it was.
    package private(set) var until = MonotonicInstant(nanoseconds: .min)
    private var strikes = 0

    /// Where the provider does not say how long.
    static let standard = Duration.seconds(2)

    package init() {}

    package func isOver(at now: MonotonicInstant) -> Bool { now >= until }

    /// - Parameters:
    ///   - delay: what the provider asked for; bounded by `limit`.
    ///   - jitter: from -1 to 1.
    package mutating func begin(for delay: Duration?, at now: MonotonicInstant, limit: Duration, jitter: Double) {
        let wanted =
            delay ?? Backoff.delay(attempt: strikes, base: Self.standard, limit: limit, jitter: jitter)
        strikes = min(strikes + 1, 16)
        until = max(until, now + min(max(wanted, .zero), limit))
    }

    /// An answer came: nobody needs to wait any more.
    package mutating func end(at now: MonotonicInstant) {
        until = min(until, now)
        strikes = 0
    }
}
