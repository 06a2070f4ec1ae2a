extension JSONScanner {
    mutating func skipLiteral(_ literal: StaticString) throws(JSONError) {
        let length = literal.utf8CodeUnitCount
        for index in 0..<length {
            guard offset + index < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
            guard base[offset + index] == literal.utf8Start[index] else { throw unexpected(.value) }
        }
        offset += length
    }

    /// Passes a number: RFC 8259 section 6.
    @inline(__always)
    mutating func skipNumber() throws(JSONError) {
        let whole = base[offset] == UInt8(ascii: "-") ? offset &+ 1 : offset
        let end = endOfDigits(from: whole)
        guard end > whole else { throw numberError(at: whole) }
        if base[whole] == UInt8(ascii: "0"), end > whole &+ 1 {
            throw JSONError(offset: whole + 1, kind: .invalidNumber)
        }
        offset = end
        if end < count, base[end] == UInt8(ascii: ".") || base[end] | 0x20 == UInt8(ascii: "e") {
            try skipFractionAndExponent()
        }
    }

    @inline(never)
    private mutating func skipFractionAndExponent() throws(JSONError) {
        if base[offset] == UInt8(ascii: ".") { try skipDigits() }
        if offset < count, base[offset] | 0x20 == UInt8(ascii: "e") {
            if offset + 1 < count, base[offset + 1] == UInt8(ascii: "+") || base[offset + 1] == UInt8(ascii: "-") {
                offset += 1
            }
            try skipDigits()
        }
    }

    /// Passes the byte at the offset and the digits that must follow it.
    private mutating func skipDigits() throws(JSONError) {
        let end = endOfDigits(from: offset + 1)
        guard end > offset + 1 else { throw numberError(at: offset + 1) }
        offset = end
    }

    @inline(__always)
    private func endOfDigits(from start: Int) -> Int {
        var index = start
        while index < count, base[index] &- UInt8(ascii: "0") < 10 { index &+= 1 }
        return index
    }

    private func numberError(at index: Int) -> JSONError {
        JSONError(offset: index, kind: index < count ? .invalidNumber : .unexpectedEnd)
    }
}

extension UInt8 {
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
