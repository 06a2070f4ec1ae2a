/// Walks over the bytes of a document and knows, for any of them, its line and column.
struct TOMLCursor {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private var line = 1
    private var lineStart = 0
    /// The last place of the current line whose column was counted, so that a long line is counted once.
    private var counted = (offset: 0, column: 1)

    /// Refuses bytes that are not UTF-8; a byte order mark at the start is skipped.
    init(_ bytes: [UInt8]) throws(TOMLError) {
        self.bytes = bytes
        if String(validating: bytes, as: UTF8.self) == nil {
            throw invalidUTF8()
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            offset = 3
            lineStart = 3
            counted.offset = 3
        }
    }

    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func peek(ahead distance: Int) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    }

    /// Moves over bytes that hold no line break.
    mutating func advance(_ count: Int = 1) {
        offset += count
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    mutating func take(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = offset
        while offset < bytes.count, isWanted(bytes[offset]) { offset += 1 }
        return bytes[start..<offset]
    }

    func slice(from start: Int) -> ArraySlice<UInt8> { bytes[start..<offset] }

    /// Moves over LF or CRLF when one is next.
    mutating func takeLineBreak() -> Bool {
        guard let length = lineBreakLength else { return false }
        offset += length
        line += 1
        lineStart = offset
        counted = (offset, 1)
        return true
    }

    var isAtLineBreak: Bool { lineBreakLength != nil }

    private var lineBreakLength: Int? {
        switch peek {
        case UInt8(ascii: "\n"): 1
        case UInt8(ascii: "\r") where peek(ahead: 1) == UInt8(ascii: "\n"): 2
        default: nil
        }
    }

    mutating func skipBlanks() {
        while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
    }

    /// Where the next byte stands.
    mutating func position() -> SourcePosition {
        let column = counted.column + scalars(from: counted.offset, to: offset)
        counted = (offset, column)
        return SourcePosition(line: line, column: column)
    }

    /// An error at a byte of the current line; nil is the next one.
    func error(_ message: String, hint: String? = nil, at place: Int? = nil) -> TOMLError {
        let column = 1 + scalars(from: lineStart, to: place ?? offset)
        return TOMLError(position: SourcePosition(line: line, column: column), message: message, hint: hint)
    }

    /// The character at the next byte as prose shows it; control characters by number.
    var nextDescription: String {
        guard let scalar = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first, peek != nil
        else { return "the end of the file" }
        if lineBreakLength != nil { return "the end of the line" }
        let isControl = scalar.value < 0x20 || scalar.value == 0x7F
        return isControl ? "the control character U+\(hexadecimal(scalar.value))" : "'\(scalar)'"
    }

    private func scalars(from start: Int, to end: Int) -> Int {
        guard start < end else { return 0 }
        return bytes[start..<end].count { $0 & 0xC0 != 0x80 }
    }

    private func invalidUTF8() -> TOMLError {
        var position = SourcePosition(line: 1, column: 1)
        var decoder = UTF8.ForwardParser()
        var source = bytes.makeIterator()
        while case .valid(let scalar) = decoder.parseScalar(from: &source) {
            if scalar.first == UInt8(ascii: "\n") {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else {
                position.column += 1
            }
        }
        return TOMLError(
            position: position, message: "these bytes are not UTF-8", hint: "save the file in the encoding UTF-8")
    }
}

/// At least four digits, as `U+` and `\u` want them.
func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

extension UInt8 {
    package var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    package var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(asciiLowercased) }
}
