extension Timestamp {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970 of a date of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7); nil for the two
    /// obsolete forms and for anything else.
    package static func seconds(httpDate text: String) -> Double? {
        let words = text.split(separator: " ")
        guard text.utf8.count == 29, words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let padded = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return seconds(iso8601: "\(words[3])-\(padded)-\(words[1])T\(words[4])Z")
    }
}
