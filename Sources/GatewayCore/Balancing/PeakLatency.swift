/// How long an instance lets one wait for its first token: an average that forgets slowly and jumps up at once (peak EWMA,
/// as Finagle's load balancer has it), so that an instance that turns slow is noticed by its first slow answer.
package struct PeakLatency: Sendable {
    /// Seconds; nil before the first answer.
    package private(set) var seconds: Double?
    private var observedAt = MonotonicInstant(nanoseconds: 0)

    /// After so many seconds half of what was known is forgotten.
    private static let halfLife = 10.0

    package init() {}

    package mutating func observe(_ latency: Duration, at now: MonotonicInstant) {
        let sample = max(latency.inSeconds, 0)
        defer { observedAt = now }
        guard let known = seconds, sample < known else {
            seconds = sample
            return
        }
        // 1/(1+t) instead of 2^-t: close enough, and needs no mathematics library.
        let kept = 1 / (1 + max((now - observedAt).inSeconds, 0) / Self.halfLife)
        seconds = known * kept + sample * (1 - kept)
    }
}
