/// What a format takes for a name or identifier.
package struct IdentifierRule: Sendable, Hashable {
    /// In bytes; all allowed characters are ASCII.
    package var maximumLength: Int
    /// Bytes beyond letters, digits, `_` and `-`. Nil: all printable ASCII is allowed.
    package var punctuation: [UInt8]?
    /// Whether the first character must be a letter or `_`.
    package var startsWithLetter: Bool

    package init(maximumLength: Int, punctuation: [UInt8]? = [], startsWithLetter: Bool = false) {
        self.maximumLength = maximumLength
        self.punctuation = punctuation
        self.startsWithLetter = startsWithLetter
    }

    package func allows(_ identifier: String) -> Bool {
        guard let first = identifier.utf8.first, identifier.utf8.count <= maximumLength else { return false }
        if startsWithLetter, !(first.isASCIILetter || first == UInt8(ascii: "_")) { return false }
        return identifier.utf8.allSatisfy(allows)
    }

    /// The identifier itself when it is allowed, else the nearest one that is: other characters become `_`, and what is
    /// too long ends in a hash of the whole. The same input gives the same output in every process.
    package func fitting(_ identifier: String) -> String {
        allows(identifier) ? identifier : cut(replacing: identifier)
    }

    /// An allowed form that ends in a hash of the identifier, for when the plain one is taken.
    package func hashed(_ identifier: String) -> String {
        let hash = StableHash.hexadecimal(of: identifier)
        let kept = replaced(identifier).prefix(max(0, maximumLength - hash.utf8.count - 1))
        return "\(kept)_\(hash)"
    }

    private func cut(replacing identifier: String) -> String {
        let replaced = replaced(identifier)
        return replaced.utf8.count <= maximumLength ? replaced : hashed(identifier)
    }

    /// Allowed in everything but length; never empty.
    private func replaced(_ identifier: String) -> String {
        var bytes: [UInt8] = []
        for scalar in identifier.unicodeScalars {
            let byte = UInt8(exactly: scalar.value) ?? UInt8(ascii: "_")
            bytes.append(allows(byte) ? byte : UInt8(ascii: "_"))
        }
        if bytes.isEmpty || (startsWithLetter && !(bytes[0].isASCIILetter || bytes[0] == UInt8(ascii: "_"))) {
            bytes.insert(UInt8(ascii: "_"), at: 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func allows(_ byte: UInt8) -> Bool {
        guard let punctuation else { return (0x21...0x7E).contains(byte) }
        return byte.isASCIILetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-") || punctuation.contains(byte)
    }
}

/// A hash that is the same in every process, unlike `Hasher`'s: for names that must not change between turns.
package enum StableHash {
    /// FNV-1a, 64 bits.
    package static func value(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// Ten hexadecimal digits.
    package static func hexadecimal(of text: String) -> String {
        let digits = String(value(of: text), radix: 16)
        return String((String(repeating: "0", count: 16 - digits.count) + digits).suffix(10))
    }
}
