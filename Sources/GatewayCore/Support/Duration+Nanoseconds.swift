extension Duration {
    /// Never negative, and at most what an integer holds: 292 years.
    var wholeNanoseconds: Int {
        // Up to nine seconds fit 64 bits, and most durations are shorter.
        if let attoseconds = Int64(exactly: attoseconds) { return max(0, Int(attoseconds / 1_000_000_000)) }
        return max(0, Int(clamping: attoseconds / 1_000_000_000))
    }
}
