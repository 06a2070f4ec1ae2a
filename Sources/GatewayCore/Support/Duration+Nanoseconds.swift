extension Duration {
    /// Never negative, and at most what an integer holds: 292 years.
    var wholeNanoseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (scaled, overflow) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, scaled < Int.max - 1_000_000_000 else { return .max }
        return scaled + Int(attoseconds / 1_000_000_000)
    }
}
