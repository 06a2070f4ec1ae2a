/// A moment of a clock that never goes back, in nanoseconds since a start that only that clock knows.
public struct MonotonicInstant: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than every moment that comes.
    public static let distantFuture = MonotonicInstant(nanoseconds: .max)

    public static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Ends at the distant future instead of overflowing.
    public static func + (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.signedNanoseconds)
        guard overflow else { return MonotonicInstant(nanoseconds: sum) }
        return MonotonicInstant(nanoseconds: duration < .zero ? .min : .max)
    }

    public static func - (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
        instant + (.zero - duration)
    }

    public static func - (left: MonotonicInstant, right: MonotonicInstant) -> Duration {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        // `Duration.nanoseconds` multiplies with a check of 128 bits, which the engine would pay a dozen times a request.
        let nanoseconds = overflow ? (left > right ? Int64.max : .min) : difference
        return Duration(attoseconds: Int128(nanoseconds) &* 1_000_000_000)
    }
}

/// Measures time for the engine, and waits: breakers, budgets, deadlines and hedges live by it, and tests move it by hand.
public protocol MonotonicClock: Sendable {
    func now() -> MonotonicInstant

    /// Returns at that moment, or earlier when the task is cancelled.
    func sleep(until instant: MonotonicInstant) async
}

/// The clock of this machine. It goes on while the machine sleeps.
public struct SystemMonotonicClock: MonotonicClock {
    private static let origin = ContinuousClock.now

    public init() {}

    public func now() -> MonotonicInstant {
        MonotonicInstant(nanoseconds: (ContinuousClock.now - Self.origin).signedNanoseconds)
    }

    public func sleep(until instant: MonotonicInstant) async {
        // Only cancelling throws, and the caller looks for that itself.
        try? await Task.sleep(for: instant - now(), clock: .continuous)
    }
}

extension Duration {
    /// Clamped to what 64 bits hold, some 292 years either way.
    fileprivate var signedNanoseconds: Int64 {
        // Up to nine seconds fit 64 bits, and most durations are shorter.
        if let attoseconds = Int64(exactly: attoseconds) { return attoseconds / 1_000_000_000 }
        return Int64(clamping: attoseconds / 1_000_000_000)
    }

    package var inSeconds: Double { Double(signedNanoseconds) / 1e9 }
}
