/// A JSON number, kept as the text that was sent: `1.0` stays `1.0` and 64-bit identifiers survive.
public struct JSONNumber: Sendable, Hashable {
    /// The number as RFC 8259 section 6 writes it.
    public let text: String

    public init(_ value: Int) {
        text = String(value)
    }

    /// Nil for infinities and NaN, which JSON cannot write.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let text = value.description
        self.text = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// - Parameter text: must already be valid by RFC 8259 section 6; the parser guarantees it.
    package init(validText text: String) {
        self.text = text
    }

    /// The value, when it is an integer of at most 64 bits, also when written as `1.0` or `1e3`.
    public var int: Int? {
        if let int = Int(text) { return int }
        guard let double, let int = Int(exactly: double), int.magnitude < 1 << 53 else { return nil }
        return int
    }

    /// The nearest double; nil when the number is too large for one.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
