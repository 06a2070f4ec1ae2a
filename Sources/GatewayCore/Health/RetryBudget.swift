import Synchronization

/// Bounds how much of the traffic is asked again, so that retries do not turn an outage into a storm: a share of the
/// requests, and a few each second.
package struct RetryAllowance: Sendable {
    private var tokens: Double
    private var requestsSeen = 0
    private var refilledAt: MonotonicInstant
    private var ratio: Double
    private var perSecond: Double

    /// What is not used fades away within so many seconds.
    private static let memory = 10.0

    package init(_ settings: RetryBudgetConfiguration, at now: MonotonicInstant) {
        ratio = settings.percent / 100
        perSecond = settings.minPerSecond
        tokens = settings.minPerSecond * Self.memory
        refilledAt = now
    }

    /// Other settings from now on, with the tokens there are as far as these allow.
    package mutating func apply(_ settings: RetryBudgetConfiguration) {
        ratio = settings.percent / 100
        perSecond = settings.minPerSecond
        tokens = min(tokens, settings.minPerSecond * Self.memory)
    }

    /// Takes one retry, when there is one.
    ///
    /// - Parameter requests: how many there have been since the beginning, retries not counted.
    package mutating func withdraw(requests: Int, at now: MonotonicInstant) -> Bool {
        let seconds = max((now - refilledAt).inSeconds, 0)
        let earned = Double(max(requests - requestsSeen, 0)) * ratio + seconds * perSecond
        let kept = tokens * max(1 - seconds / Self.memory, 0)
        tokens = kept + min(earned, earned / max(seconds, 1) * Self.memory)
        requestsSeen = requests
        refilledAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Returns retries that were taken and not made.
    package mutating func giveBack(_ retries: Int) {
        tokens += Double(retries)
    }
}

/// The allowance of a whole gateway. Counting a request costs one atomic addition.
package final class RetryBudget: Sendable {
    private let requests = Atomic(0)
    private let allowance: Mutex<RetryAllowance>

    package init(_ settings: RetryBudgetConfiguration, at now: MonotonicInstant) {
        allowance = Mutex(RetryAllowance(settings, at: now))
    }

    package func noteRequest() {
        requests.wrappingAdd(1, ordering: .relaxed)
    }

    package func apply(_ settings: RetryBudgetConfiguration) {
        allowance.withLock { $0.apply(settings) }
    }

    /// Takes one retry, when there is one.
    package func withdraw(at now: MonotonicInstant) -> Bool {
        allowance.withLock { $0.withdraw(requests: requests.load(ordering: .relaxed), at: now) }
    }

    /// Returns retries that were taken and not made.
    package func giveBack(_ retries: Int) {
        guard retries > 0 else { return }
        allowance.withLock { $0.giveBack(retries) }
    }
}
