extension TOMLParser {
    /// Longer numbers have no meaning that a 64-bit value could keep.
    private static let maximumNumberLength = 1000

    /// true, false, a number, a date or a time.
    mutating func parseScalar() throws(TOMLError) -> TOMLValue {
        let start = cursor.offset
        _ = cursor.take(while: \.isScalarCharacter)
        var token = cursor.slice(from: start)
        if token.looksLikeDate, token.count == 10, cursor.peek == UInt8(ascii: " "),
            cursor.peek(ahead: 1)?.isASCIIDigit == true
        {
            cursor.advance()
            _ = cursor.take(while: \.isScalarCharacter)
            token = cursor.slice(from: start)
        }
        guard let first = token.first else { throw noValue() }
        guard token.count <= Self.maximumNumberLength else {
            throw cursor.error("this value is too long to be a number", hint: "put texts in quotes", at: start)
        }
        let text = String(decoding: token, as: UTF8.self)
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "inf", "+inf": return .float(.infinity)
        case "-inf": return .float(-.infinity)
        case "nan", "+nan", "-nan": return .float(.nan)
        default: break
        }
        if token.looksLikeDate || token.looksLikeTime {
            guard let dateTime = TOMLDateTime(token) else {
                throw cursor.error(
                    "'\(text.excerpt)' is no date or time", hint: "write one as 2024-05-31T07:32:00Z or a part of it",
                    at: start
                )
            }
            return .dateTime(dateTime)
        }
        guard first.isASCIIDigit || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
            let small = text.lowercased()
            let isWord = ["true", "false", "inf", "nan"].contains(small)
            throw cursor.error(
                "'\(text.excerpt)' is no value", hint: isWord ? "write \(small)" : "put texts in quotes", at: start)
        }
        return try number(text, token, at: start)
    }

    private func noValue() -> TOMLError {
        if cursor.peek == UInt8(ascii: "\r"), !cursor.isAtLineBreak {
            return cursor.error("a carriage return without a line feed", hint: "end lines with LF or with CRLF")
        }
        return cursor.error(
            "a value should stand here, not \(cursor.nextDescription)",
            hint: "write a text in quotes, a number, true, false, a date, an array or a table")
    }

    private func number(_ text: String, _ token: ArraySlice<UInt8>, at start: Int) throws(TOMLError) -> TOMLValue {
        let digits = token.filter { $0 != UInt8(ascii: "_") }
        guard token.hasOnlyInnerUnderscores else {
            throw cursor.error(
                "in '\(text.excerpt)' a '_' stands where no digit is on both sides", hint: "delete it", at: start)
        }
        if let prefix = RadixPrefix(digits) {
            return .integer(try integer(digits.dropFirst(2), radix: prefix.radix, text, at: start))
        }
        guard let shape = DecimalShape(digits) else {
            throw cursor.error(
                "'\(text.excerpt)' is no number", hint: "put texts in quotes; numbers have digits on both sides of '.'",
                at: start)
        }
        if shape.hasLeadingZero {
            throw cursor.error("a decimal number cannot begin with 0", hint: "delete the leading 0", at: start)
        }
        guard shape.isFloat else { return .integer(try integer(digits[...], radix: 10, text, at: start)) }
        guard let float = Double(String(decoding: digits, as: UTF8.self)), float.isFinite else {
            throw cursor.error(
                "\(text.excerpt) is too large for a 64-bit float", hint: "write inf to mean infinity", at: start)
        }
        return .float(float)
    }

    private func integer(
        _ digits: ArraySlice<UInt8>, radix: Int, _ text: String, at start: Int
    ) throws(TOMLError) -> Int64 {
        guard let first = digits.first, radix == 10 || (first != UInt8(ascii: "+") && first != UInt8(ascii: "-")),
            digits.allSatisfy({ $0.isASCIIDigit || $0.isASCIILetter || $0 == first })
        else {
            throw cursor.error("'\(text.excerpt)' is no number", hint: "write digits after its prefix", at: start)
        }
        let number = String(decoding: digits, as: UTF8.self)
        if let value = Int64(number, radix: radix) { return value }
        guard digits.allSatisfy({ $0.isDigit(radix: radix) || !$0.isASCIILetter && !$0.isASCIIDigit }) else {
            throw cursor.error(
                "'\(text.excerpt)' holds a digit that base \(radix) has not", hint: "check the digits", at: start)
        }
        throw cursor.error(
            "\(text.excerpt) does not fit a 64-bit integer", hint: "put it in quotes, or write it as a float", at: start
        )
    }
}

/// `0x`, `0o` or `0b`, without a sign before it.
private struct RadixPrefix {
    let radix: Int

    init?(_ digits: [UInt8]) {
        guard digits.count >= 2, digits[0] == UInt8(ascii: "0") else { return nil }
        switch digits[1] {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: return nil
        }
    }
}

/// The grammar of decimal integers and floats.
private struct DecimalShape {
    private(set) var isFloat = false
    private(set) var hasLeadingZero = false

    init?(_ text: [UInt8]) {
        var rest = text[...]
        func takeDigits() -> ArraySlice<UInt8> {
            let digits = rest.prefix(while: \.isASCIIDigit)
            rest = rest.dropFirst(digits.count)
            return digits
        }
        func take(_ first: UInt8, _ second: UInt8) -> Bool {
            guard rest.first == first || rest.first == second else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
        let whole = takeDigits()
        guard let first = whole.first else { return nil }
        hasLeadingZero = first == UInt8(ascii: "0") && whole.count > 1
        if take(UInt8(ascii: "."), UInt8(ascii: ".")) {
            isFloat = true
            guard !takeDigits().isEmpty else { return nil }
        }
        if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            isFloat = true
            _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
            guard !takeDigits().isEmpty else { return nil }
        }
        guard rest.isEmpty else { return nil }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var looksLikeDate: Bool {
        prefix(4).count { $0.isASCIIDigit } == 4 && dropFirst(4).first == UInt8(ascii: "-")
    }

    fileprivate var looksLikeTime: Bool {
        prefix(2).count { $0.isASCIIDigit } == 2 && dropFirst(2).first == UInt8(ascii: ":")
    }

    /// Every underscore has a digit, also a hexadecimal one, on both sides.
    fileprivate var hasOnlyInnerUnderscores: Bool {
        indices.allSatisfy { place in
            guard self[place] == UInt8(ascii: "_") else { return true }
            guard place > startIndex, place + 1 < endIndex else { return false }
            let isHexadecimal = starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")])
            let radix = isHexadecimal && place > startIndex + 2 ? 16 : 10
            return self[place - 1].isDigit(radix: radix) && self[place + 1].isDigit(radix: radix)
        }
    }
}

extension UInt8 {
    fileprivate var isScalarCharacter: Bool {
        switch self {
        case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
        default: isASCIIDigit || isASCIILetter
        }
    }

    fileprivate func isDigit(radix: Int) -> Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0")) < radix
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
        default: false
        }
    }
}
