/// Where and why a text is not JSON by RFC 8259.
public struct JSONError: Error, Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The text stops before the document does.
        case unexpectedEnd
        case unexpectedByte(UInt8, expected: Expectation)
        /// Something stands after the document.
        case trailingBytes
        /// RFC 8259 section 8.1 lets a parser refuse the mark, and the providers do.
        case byteOrderMark
        case invalidUTF8
        case invalidNumber
        case invalidEscape
        case controlCharacter(UInt8)
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
    }

    public enum Expectation: String, Sendable {
        case value = "a value"
        case keyOrEnd = "a key in double quotes or \"}\""
        case key = "a key in double quotes"
        case colon = "\":\""
        case commaOrObjectEnd = "\",\" or \"}\""
        case commaOrArrayEnd = "\",\" or \"]\""
    }

    /// The index of the offending byte, counted from the start of the bytes that were given.
    public let offset: Int
    public let kind: Kind

    public init(offset: Int, kind: Kind) {
        self.offset = offset
        self.kind = kind
    }

    /// The line and the column of the error in the text that was parsed, both from 1; the column counts characters.
    public func position(in bytes: some Collection<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// One sentence with line and column, for people who look at the text.
    public func description(in bytes: some Collection<UInt8>) -> String {
        let (line, column) = position(in: bytes)
        return "\(reason) (line \(line), column \(column))"
    }

    /// The sentence without a place.
    public var reason: String {
        switch kind {
        case .unexpectedEnd: "the JSON text ends too early"
        case .unexpectedByte(let byte, let expected): "expected \(expected.rawValue), found \(Self.name(of: byte))"
        case .trailingBytes: "there is more text after the end of the JSON value"
        case .byteOrderMark: "the JSON text starts with a byte order mark; send it without"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .invalidNumber: "a number is not written as JSON wants it"
        case .invalidEscape: "a string has an invalid escape after \"\\\""
        case .controlCharacter(let byte): "a string has an unescaped control character (\(Self.name(of: byte)))"
        case .tooDeep(let limit): "arrays and objects are nested deeper than \(limit) levels"
        case .tooManyValues(let limit): "the JSON text has more than \(limit) values"
        }
    }

    private static func name(of byte: UInt8) -> String {
        switch byte {
        case 0x21...0x7E: "\"\(Unicode.Scalar(byte))\""
        default: "byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
        }
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { "\(reason) (byte \(offset))" }
}
