/// The members of an object of counts, read from a tree or straight from the text.
protocol UsageFields {
    /// An integer of 0 to 2^53; nil for everything else, since larger ones would overflow sums. Counts below zero are zero.
    func count(_ key: String) -> Int?
    /// The object under that key.
    func fields(_ key: String) -> Self?
}

extension JSONObject: UsageFields {
    func count(_ key: String) -> Int? {
        guard let int = self[key]?.int, int < 1 << 53 else { return nil }
        return Swift.max(0, int)
    }

    func fields(_ key: String) -> JSONObject? { self[key]?.object }
}

/// Counts in a text that was peeked at.
struct PeekedUsage: UsageFields {
    private let text: JSONPeek
    private let members: [JSONPeek.Member]

    /// Nil unless the value is an object.
    init?(_ text: JSONPeek, _ value: JSONPeek.Value?) {
        guard let value, value.kind == .object else { return nil }
        self.text = text
        members = text.members(of: value)
    }

    func count(_ key: String) -> Int? {
        guard let int = text.int(text.value(of: key, in: members)), int < 1 << 53 else { return nil }
        return max(0, int)
    }

    func fields(_ key: String) -> PeekedUsage? {
        PeekedUsage(text, text.value(of: key, in: members))
    }
}
