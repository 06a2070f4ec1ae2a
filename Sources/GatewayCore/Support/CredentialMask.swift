/// Takes credentials out of text that others wrote, such as a provider's error message that quotes the key it refused.
package enum CredentialMask {
    /// How the credentials of the known services begin.
    private static let prefixes = [
        "sk-", "sk_", "gsk_", "xai-", "AIza", "AKIA", "ASIA", "ya29.", "eyJ", "ghp_", "gho_", "pplx-", "hf_", "r8_",
    ]
    /// A word this long with letters and digits is taken for a credential whatever it begins with; UUIDs are not.
    private static let longWord = 32

    /// The same text with the tail of every credential replaced by `…`.
    package static func masked(_ text: String) -> String {
        guard text.utf8.count >= 8 else { return text }
        var output = ""
        var isAfterScheme = false
        for piece in pieces(of: text) {
            guard let first = piece.utf8.first, isWordByte(first) else {
                output += piece
                continue
            }
            if let kept = keptBytes(of: piece, isAfterScheme) {
                output += piece.prefix(kept) + "…"
            } else {
                output += piece
            }
            isAfterScheme = piece.equalsIgnoringASCIICase("bearer") || piece.equalsIgnoringASCIICase("basic")
        }
        return output
    }

    /// The same name with every known kind of credential in it masked. Long words are left alone: names of models are.
    package static func maskedName(_ name: String) -> String {
        guard name.utf8.count >= 8, mayHoldCredential(name) else { return name }
        return pieces(of: name).map { piece in
            if let prefix = prefixes.first(where: { piece.hasPrefix($0) }) {
                return piece.utf8.count >= prefix.utf8.count + 4 ? prefix + "…" : String(piece)
            }
            return maskedInside(piece)
        }.joined()
    }

    /// A credential behind other words, as in `gpt-4o-sk-…`; a longer one than at the beginning, since names have parts that
    /// look like the beginning of one.
    private static func maskedInside(_ piece: Substring) -> String {
        var start = piece.startIndex
        while let dash = piece[start...].firstIndex(where: { !$0.isLetter && !$0.isNumber }) {
            start = piece.index(after: dash)
            if let prefix = prefixes.first(where: { piece[start...].hasPrefix($0) }),
                piece[start...].utf8.count >= prefix.utf8.count + 12
            {
                return piece[..<start] + prefix + "…"
            }
        }
        return String(piece)
    }

    /// Whether a prefix begins a word of the name. Asked for every request, and nearly always no.
    private static func mayHoldCredential(_ name: String) -> Bool {
        var name = name
        let beginnings = beginnings
        return name.withUTF8 { name in
            var isInWord = false
            for start in name.indices {
                let byte = name[start]
                let beginsWord = !isInWord
                isInWord = byte.isASCIILetter || byte.isASCIIDigit
                guard beginsWord, isInWord, start + 1 < name.count,
                    beginnings & sieveBit(byte, name[start + 1]) != 0
                else { continue }
                let rest = UnsafeBufferPointer(rebasing: name[start...])
                if prefixes.contains(where: { $0.utf8.first == byte && rest.starts(with: $0.utf8) }) { return true }
            }
            return false
        }
    }

    /// What the prefixes' first two bytes leave of them, each as a bit: a sieve before the comparison.
    private static let beginnings = prefixes.reduce(into: UInt64(0)) { bits, prefix in
        let bytes = Array(prefix.utf8.prefix(2))
        bits |= sieveBit(bytes[0], bytes[1])
    }

    private static func sieveBit(_ first: UInt8, _ second: UInt8) -> UInt64 {
        1 << UInt64((first &* 7 &+ second) & 63)
    }

    /// How much of a credential may be shown; nil when the word is none.
    private static func keptBytes(of word: Substring, _ isAfterScheme: Bool) -> Int? {
        if let prefix = prefixes.first(where: { word.hasPrefix($0) }), word.utf8.count >= prefix.utf8.count + 4 {
            return prefix.utf8.count
        }
        if isAfterScheme && word.utf8.count >= 16 { return 0 }
        guard word.utf8.count >= longWord, !isUUID(word) else { return nil }
        let hasDigit = word.utf8.contains { $0.isASCIIDigit }
        let hasLetter = word.utf8.contains { $0.isASCIILetter }
        return hasDigit && hasLetter ? 4 : nil
    }

    /// Words and what stands between them, in order.
    private static func pieces(of text: String) -> [Substring] {
        var pieces: [Substring] = []
        var rest = text[...]
        while let first = rest.utf8.first {
            let isWord = isWordByte(first)
            let end = rest.utf8.firstIndex { isWordByte($0) != isWord } ?? rest.endIndex
            pieces.append(rest[..<end])
            rest = rest[end...]
        }
        return pieces
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
    }

    private static func isUUID(_ word: Substring) -> Bool {
        word.utf8.count == 36 && word.utf8.filter { $0 == UInt8(ascii: "-") }.count == 4
            && word.utf8.allSatisfy {
                $0 == UInt8(ascii: "-") || $0.isASCIIDigit || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x66
            }
    }
}
