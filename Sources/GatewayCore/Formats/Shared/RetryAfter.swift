/// How long a provider asks to wait, as its headers say it.
package enum RetryAfter {
    /// Reads `retry-after-ms`, then `retry-after` in seconds. A date needs a clock and counts as nothing here.
    ///
    /// Negative, huge (above a day) and unreadable values count as nothing, too.
    package static func duration(in headers: HTTPFields) -> Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = amount(text) {
            return checked(milliseconds / 1000)
        }
        guard let text = headers["retry-after"], let seconds = amount(text) else { return nil }
        return checked(seconds)
    }

    /// Whole seconds for a `retry-after` header, rounded up.
    package static func seconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return max(0, Int(seconds) + (attoseconds > 0 ? 1 : 0))
    }

    private static func amount(_ text: String) -> Double? {
        Double(text.drop { $0 == " " })
    }

    private static func checked(_ seconds: Double) -> Duration? {
        guard seconds >= 0, seconds <= 86_400 else { return nil }
        return .seconds(seconds)
    }
}
