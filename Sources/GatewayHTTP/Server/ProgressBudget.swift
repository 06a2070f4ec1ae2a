/// How long one side may keep the other waiting: a fixed time, which the bytes it moves earn back. So a pause is forgiven
/// and dripping is not. Only time spent waiting counts. Pure; times are nanoseconds of one clock.
struct ProgressBudget {
    private let bytesPerSecond: Int64
    private let most: Int64
    private var left: Int64
    private var waitingSince: Int64?

    init(time: Duration, bytesPerSecond: Int) {
        self.bytesPerSecond = Int64(max(1, bytesPerSecond))
        most = time.clampedNanoseconds
        left = most
    }

    /// Begins or continues a wait, and returns the instant at which it has lasted too long.
    mutating func deadline(at now: Int64) -> Int64 {
        let since = waitingSince ?? now
        waitingSince = since
        return since + left
    }

    /// Ends a wait that moved bytes.
    mutating func moved(_ bytes: Int, at now: Int64) {
        if let since = waitingSince { left -= now - since }
        waitingSince = nil
        left = min(left + min(Int64(bytes), 1 << 30) * 1_000_000_000 / bytesPerSecond, most)
    }
}
