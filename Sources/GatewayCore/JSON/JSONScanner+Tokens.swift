extension JSONScanner {
    /// A string of the text: what stands between its quotes, and what is known about it.
    struct StringToken {
        var start: Int
        var end: Int
        var hasEscapes: Bool
        var isASCII: Bool

        var range: Range<Int> { start..<end }
    }

    mutating func skipLiteral(_ literal: StaticString) throws(JSONError) {
        let length = literal.utf8CodeUnitCount
        for index in 0..<length {
            guard offset + index < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
            guard base[offset + index] == literal.utf8Start[index] else { throw unexpected(.value) }
        }
        offset += length
    }

    /// Passes a number: RFC 8259 section 6.
    mutating func skipNumber() throws(JSONError) {
        if base[offset] == UInt8(ascii: "-") { offset += 1 }
        if offset < count, base[offset] == UInt8(ascii: "0") {
            offset += 1
            if isDigit(at: offset) { throw JSONError(offset: offset, kind: .invalidNumber) }
        } else {
            try skipDigits()
        }
        if offset < count, base[offset] == UInt8(ascii: ".") {
            offset += 1
            try skipDigits()
        }
        if offset < count, base[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < count, base[offset] == UInt8(ascii: "+") || base[offset] == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
    }

    @inline(__always)
    private func isDigit(at index: Int) -> Bool {
        index < count && base[index] &- UInt8(ascii: "0") < 10
    }

    private mutating func skipDigits() throws(JSONError) {
        guard isDigit(at: offset) else {
            throw JSONError(offset: offset, kind: offset < count ? .invalidNumber : .unexpectedEnd)
        }
        repeat { offset += 1 } while isDigit(at: offset)
    }

    /// Passes a string, from its opening quote to behind the closing one. Control characters, malformed escapes and
    /// invalid UTF-8 are errors; an escaped surrogate without its other half is not (RFC 8259 section 8.2).
    mutating func scanString() throws(JSONError) -> StringToken {
        var token = StringToken(start: offset + 1, end: offset + 1, hasEscapes: false, isASCII: true)
        var index = token.start
        while true {
            index = skipPlainText(from: index)
            guard index < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
            let byte = base[index]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                token.hasEscapes = true
                if index + 1 < count, base[index + 1].isEscapedByOneLetter {
                    index += 2
                } else {
                    index = try skipEscape(at: index)
                }
            } else if byte >= 0x80 {
                token.isASCII = false
                index = try skipMultibyteText(from: index)
            } else {
                throw JSONError(offset: index, kind: .controlCharacter(byte))
            }
        }
        token.end = index
        offset = index + 1
        return token
    }

    /// The index of the first byte that is not plain ASCII text of a string, or `count`.
    @inline(__always)
    private func skipPlainText(from start: Int) -> Int {
        var index = start
        while index &+ 4 &* ByteWord.width <= count {
            let pointer = base + index
            let first = ByteWord(loadingFrom: pointer).jsonStringStops
            if first != 0 { return index &+ ByteWord.firstIndex(in: first) }
            let second = ByteWord(loadingFrom: pointer + 8).jsonStringStops
            if second != 0 { return index &+ 8 &+ ByteWord.firstIndex(in: second) }
            let third = ByteWord(loadingFrom: pointer + 16).jsonStringStops
            if third != 0 { return index &+ 16 &+ ByteWord.firstIndex(in: third) }
            let fourth = ByteWord(loadingFrom: pointer + 24).jsonStringStops
            if fourth != 0 { return index &+ 24 &+ ByteWord.firstIndex(in: fourth) }
            index &+= 32
        }
        while index &+ ByteWord.width <= count {
            let stops = ByteWord(loadingFrom: base + index).jsonStringStops
            if stops != 0 { return index &+ ByteWord.firstIndex(in: stops) }
            index &+= ByteWord.width
        }
        while index < count {
            let byte = base[index]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index &+= 1
        }
        return index
    }

    /// The index behind the escape that starts with the backslash at `start`.
    private func skipEscape(at start: Int) throws(JSONError) -> Int {
        guard start + 1 < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
        if base[start + 1].isEscapedByOneLetter { return start + 2 }
        guard base[start + 1] == UInt8(ascii: "u") else { throw JSONError(offset: start, kind: .invalidEscape) }
        for index in start + 2..<start + 6 {
            guard index < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
            guard base[index].hexDigitValue != nil else { throw JSONError(offset: start, kind: .invalidEscape) }
        }
        return start + 6
    }
}

extension UInt8 {
    /// Whether the byte behind a backslash is the whole escape: one of `"\/bfnrt`.
    @inline(__always)
    fileprivate var isEscapedByOneLetter: Bool {
        // One bit for each ASCII character.
        let low: UInt64 = 1 << 0x22 | 1 << 0x2F
        let high: UInt64 = 1 << 0x1C | 1 << 0x22 | 1 << 0x26 | 1 << 0x2E | 1 << 0x32 | 1 << 0x34
        return self < 128 && (self < 64 ? low >> UInt64(self) : high >> UInt64(self & 63)) & 1 == 1
    }

    /// The value of the ASCII digit 0-9, a-f or A-F that the byte is.
    package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
