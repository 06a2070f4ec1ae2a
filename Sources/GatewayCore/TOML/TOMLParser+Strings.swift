extension TOMLParser {
    /// Any of the four forms of strings.
    mutating func parseString() throws(TOMLError) -> String {
        let start = cursor.offset
        guard let quote = cursor.peek else { return "" }
        if cursor.peek(ahead: 1) == quote, cursor.peek(ahead: 2) == quote {
            return try parseMultilineString(quote)
        }
        cursor.advance()
        var text: [UInt8] = []
        while true {
            text += cursor.take { $0.isStringContent && $0 != quote && $0 != UInt8(ascii: "\\") }
            guard let next = cursor.peek, !cursor.isAtLineBreak else {
                throw cursor.error(
                    "the string is not closed on its line",
                    hint: "close it by \(Character(Unicode.Scalar(quote))); texts of several lines stand in \"\"\"",
                    at: start)
            }
            if cursor.take(quote) { return String(decoding: text, as: UTF8.self) }
            guard next == UInt8(ascii: "\\") else { throw forbiddenCharacter() }
            if quote == UInt8(ascii: "'") {
                text.append(next)
                cursor.advance()
            } else {
                try parseEscape(into: &text)
            }
        }
    }

    private mutating func parseMultilineString(_ quote: UInt8) throws(TOMLError) -> String {
        let isBasic = quote == UInt8(ascii: "\"")
        let opening = cursor.position()
        cursor.advance(3)
        var text: [UInt8] = []
        _ = cursor.takeLineBreak()
        while true {
            text += cursor.take { $0.isStringContent && $0 != quote && $0 != UInt8(ascii: "\\") }
            let start = cursor.offset
            if cursor.takeLineBreak() {
                text += cursor.slice(from: start)
                continue
            }
            switch cursor.peek {
            case nil:
                throw TOMLError(
                    position: opening, message: "the multi-line string is never closed",
                    hint: "close it by \(isBasic ? "\"\"\"" : "'''")")
            case quote:
                // Up to two quotes may stand before the three that close the string.
                let quotes = cursor.take { $0 == quote }
                if quotes.count < 3 {
                    text += quotes
                } else if quotes.count <= 5 {
                    text += quotes.dropLast(3)
                    return String(decoding: text, as: UTF8.self)
                } else {
                    throw cursor.error(
                        "more than five quotes in a row", hint: "write \\\" for quotes inside the string", at: start)
                }
            case UInt8(ascii: "\\") where isBasic:
                if !(try skipLineContinuation()) { try parseEscape(into: &text) }
            case UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                cursor.advance()
            default: throw forbiddenCharacter()
            }
        }
    }

    /// A backslash at the end of a line swallows the break and all white space up to the next character.
    private mutating func skipLineContinuation() throws(TOMLError) -> Bool {
        var ahead = 1
        while let byte = cursor.peek(ahead: ahead), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            ahead += 1
        }
        guard let byte = cursor.peek(ahead: ahead), byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
            return false
        }
        cursor.advance(ahead)
        try refuseLoneCarriageReturn()
        while cursor.takeLineBreak() { cursor.skipBlanks() }
        return true
    }

    private func refuseLoneCarriageReturn() throws(TOMLError) {
        guard cursor.isAtLineBreak else { throw forbiddenCharacter() }
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(TOMLError) {
        let start = cursor.offset
        cursor.advance()
        let kind = cursor.peek
        let replacement: UInt8
        switch kind {
        case UInt8(ascii: "b"): replacement = 0x08
        case UInt8(ascii: "t"): replacement = 0x09
        case UInt8(ascii: "n"): replacement = 0x0A
        case UInt8(ascii: "f"): replacement = 0x0C
        case UInt8(ascii: "r"): replacement = 0x0D
        case UInt8(ascii: "\""): replacement = UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): replacement = UInt8(ascii: "\\")
        case UInt8(ascii: "u"): return try parseScalarEscape(digits: 4, into: &text, at: start)
        case UInt8(ascii: "U"): return try parseScalarEscape(digits: 8, into: &text, at: start)
        default:
            throw cursor.error(
                "a backslash cannot stand before \(cursor.nextDescription)",
                hint: "write \\\\ for a backslash, or put the text in single quotes", at: start)
        }
        cursor.advance()
        text.append(replacement)
    }

    private mutating func parseScalarEscape(
        digits count: Int, into text: inout [UInt8], at start: Int
    ) throws(TOMLError) {
        cursor.advance()
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = cursor.peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw cursor.error(
                    "\(count) hexadecimal digits should follow", hint: "write é as \\u00E9 or \\U000000E9", at: start)
            }
            value = value << 4 | UInt32(digit)
            cursor.advance()
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw cursor.error(
                "U+\(hexadecimal(value)) is no Unicode scalar value",
                hint: "surrogates and numbers above 10FFFF have no character", at: start)
        }
        text += Array(String(Character(scalar)).utf8)
    }

    private func forbiddenCharacter() -> TOMLError {
        if cursor.peek == UInt8(ascii: "\r") {
            return cursor.error(
                "a carriage return without a line feed", hint: "end lines with LF or CRLF, or write \\r")
        }
        return cursor.error(
            "a string cannot hold \(cursor.nextDescription) as it is", hint: "write it as an escape such as \\u0001")
    }
}

extension UInt8 {
    /// Characters that a string holds as they are, whatever its form.
    fileprivate var isStringContent: Bool {
        (self >= 0x20 && self != 0x7F) || self == UInt8(ascii: "\t")
    }
}
