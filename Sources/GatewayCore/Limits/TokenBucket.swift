/// The classic token bucket: holds at most `capacity`, refills evenly, and can be overdrawn by what turns out to have cost
/// more than was reserved.
///
/// Pure: the time is given. A clock that goes back refills nothing and takes nothing.
package struct TokenBucket: Sendable, Equatable {
    package let capacity: Double
    /// What flows in each second.
    package let rate: Double
    /// What is there to take; below zero when settled costs were above what was reserved.
    private var level: Double
    private var refilled: ContinuousClock.Instant

    /// A full bucket.
    ///
    /// - Parameters:
    ///   - capacity: more than 0; also what a whole `window` refills.
    ///   - window: more than 0.
    package init(capacity: Int, per window: Duration, at now: ContinuousClock.Instant) {
        self.capacity = Double(capacity)
        rate = Double(capacity) / (window / .seconds(1))
        level = Double(capacity)
        refilled = now
    }

    /// Whole units that could be taken now.
    package func available(at now: ContinuousClock.Instant) -> Int { max(0, Int(level(at: now))) }

    /// How long until `amount` is there; zero when it is. More than the bucket holds is there when it is full.
    package func wait(for amount: Int, at now: ContinuousClock.Instant) -> Duration {
        let missing = min(Double(amount), capacity) - level(at: now)
        return missing > Self.tolerance ? .seconds(missing / rate) : .zero
    }

    /// How long until it is full again.
    package func timeUntilFull(at now: ContinuousClock.Instant) -> Duration {
        .seconds(max(0, capacity - level(at: now)) / rate)
    }

    /// Takes `amount`, whether it is there or not; a debt is bounded by the capacity.
    package mutating func take(_ amount: Int, at now: ContinuousClock.Instant) {
        refill(at: now)
        level = max(level - Double(amount), -capacity)
    }

    /// Puts back what was taken and not used.
    package mutating func putBack(_ amount: Int, at now: ContinuousClock.Instant) {
        refill(at: now)
        level = min(level + Double(amount), capacity)
    }

    /// Sums of fractions are not exact: a billionth of a unit is nothing.
    private static let tolerance = 1e-9

    private func level(at now: ContinuousClock.Instant) -> Double {
        min(capacity, level + max(0, (now - refilled) / .seconds(1)) * rate)
    }

    private mutating func refill(at now: ContinuousClock.Instant) {
        level = level(at: now)
        refilled = max(refilled, now)
    }
}
