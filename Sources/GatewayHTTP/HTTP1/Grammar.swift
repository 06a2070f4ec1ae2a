extension UInt8 {
    /// A character of a token (RFC 9110 section 5.6.2): a method, a header name.
    var isTokenCharacter: Bool {
        // One bit for each ASCII character.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        guard self < 128 else { return false }
        return (self < 64 ? low >> UInt64(self) : high >> UInt64(self & 63)) & 1 == 1
    }

    /// A byte that a header value may hold: visible, space, tab or outside ASCII (RFC 9110 section 5.5).
    var isFieldValueByte: Bool {
        (self >= 0x20 && self != 0x7F) || self == 0x09
    }

    /// A visible ASCII character that may stand in a request target: everything but "#", which no target form has.
    var isTargetByte: Bool {
        self > 0x20 && self < 0x7F && self != UInt8(ascii: "#")
    }

    /// A character of `host:port` (RFC 3986 section 3.2.2), with the brackets of an IP literal.
    var isHostByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"),
            UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// The value of a hexadecimal digit in either case.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without the spaces and tabs around it.
    var trimmed: UnsafeBufferPointer<UInt8> {
        var start = startIndex
        var end = endIndex
        while start < end, self[start].isBlank { start += 1 }
        while start < end, self[end - 1].isBlank { end -= 1 }
        return UnsafeBufferPointer(rebasing: self[start..<end])
    }

    /// The decimal number all of it is; nil for anything else and for what does not fit.
    var decimal: Int? {
        guard !isEmpty, count <= 19 else { return nil }
        var value = 0
        for byte in self {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// Whether it is that word, letters without case.
    ///
    /// - Parameter word: of letters in lower case, digits and marks below "@".
    func isWord(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount, let baseAddress else { return word.utf8CodeUnitCount == count }
        // SAFETY: both have `count` bytes, and each load below ends at the last of them at the latest.
        let (text, word) = (UnsafeRawPointer(baseAddress), UnsafeRawPointer(word.utf8Start))
        guard count >= 8 else {
            for place in 0..<count
            where !Self.isCased(UInt64(self[place]), as: UInt64(word.load(fromByteOffset: place, as: UInt8.self))) {
                return false
            }
            return true
        }
        var place = 0
        while true {
            guard
                Self.isCased(
                    text.loadUnaligned(fromByteOffset: place, as: UInt64.self),
                    as: word.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            else { return false }
            if place == count - 8 { return true }
            // The last eight overlap those before them.
            place = Swift.min(place + 8, count - 8)
        }
    }

    /// Whether eight bytes differ in the case of letters at most: letters alone have the bit 0x40, and lose or gain 0x20 with their
    /// case.
    @inline(__always)
    private static func isCased(_ text: UInt64, as word: UInt64) -> Bool {
        let difference = text ^ word
        let (cases, letters): (UInt64, UInt64) = (0x2020_2020_2020_2020, 0x4040_4040_4040_4040)
        return difference & ~cases == 0 && (difference &<< 1) & ~word & letters == 0
    }

    /// Whether it is that word, to the letter.
    func isExactly(_ word: StaticString) -> Bool {
        hasSameBytes(as: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)[...])
    }

    /// Whether it is a token (RFC 9110 section 5.6.2).
    var isToken: Bool {
        // Nearly all are letters, digits and hyphens, of which many are looked at at once.
        var marks: UInt8 = 0
        for byte in self {
            let isPlain = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2d
            marks |= isPlain ? 0 : 1
        }
        guard marks != 0 else { return !isEmpty }
        for byte in self where !byte.isTokenCharacter { return false }
        return true
    }

    /// Whether a request target may hold all of it.
    var isTarget: Bool {
        var misfits: UInt8 = 0
        for byte in self { misfits |= byte.isTargetByte ? 0 : 1 }
        return misfits == 0
    }

    /// Whether a header value may hold all of it. Looks at every byte without asking in between, so that many are looked at at
    /// once.
    var isFieldValue: Bool {
        var misfits: UInt8 = 0
        for byte in self { misfits |= byte.isFieldValueByte ? 0 : 1 }
        return misfits == 0
    }

    /// Calls the body with each member of a comma-separated list, trimmed; empty members are left out.
    func forEachListMember(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = startIndex
        while start <= endIndex {
            let end = self[start...].firstIndex(of: UInt8(ascii: ",")) ?? endIndex
            let member = UnsafeBufferPointer(rebasing: self[start..<end]).trimmed
            if !member.isEmpty { body(member) }
            start = end + 1
        }
    }
}
