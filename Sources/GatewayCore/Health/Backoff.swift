/// Waits that grow.
package enum Backoff {
    /// `base` doubled for each attempt before this one, at most `limit`, shortened by chance to no less than half of it:
    /// requests that failed together must not come back together.
    ///
    /// - Parameter jitter: from -1 to 1.
    package static func delay(attempt: Int, base: Duration, limit: Duration, jitter: Double) -> Duration {
        let doublings = min(max(attempt, 0), 20)
        let grown = min(base * (1 << doublings), limit)
        return grown * (0.75 + 0.25 * jitter)
    }

    /// The duration, up to `share` of it longer or shorter.
    package static func jittered(_ duration: Duration, by share: Double, _ jitter: Double) -> Duration {
        duration * (1 + min(max(share, 0), 1) * jitter)
    }
}
