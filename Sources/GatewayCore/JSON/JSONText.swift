/// The smallest pieces of JSON text, appended to bytes that already exist.
package enum JSONText {
    /// Appends a string with its quotes. Escaped is only what RFC 8259 section 7 demands: quote, backslash and control
    /// characters; `/` and everything outside ASCII stay as they are.
    package static func write(_ string: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        writeContent(of: string, into: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends a string without its quotes, for text that is written in several pieces.
    package static func writeContent(of string: String, into output: inout [UInt8]) {
        var string = string
        // SAFETY: the pointer is used inside the closure only.
        string.withUTF8 { writeContent(of: $0, into: &output) }
    }

    /// Appends UTF-8 bytes as the inside of a string.
    static func writeContent(of text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        guard let base = text.baseAddress else { return }
        var start = 0
        while true {
            let stop = firstEscape(in: text, from: start)
            output.append(contentsOf: UnsafeBufferPointer(start: base + start, count: stop - start))
            guard stop < text.count else { return }
            writeEscape(of: text[stop], into: &output)
            start = stop + 1
        }
    }

    package static func write(_ number: JSONNumber, into output: inout [UInt8]) {
        append(number.text, to: &output)
    }

    package static func write(_ bool: Bool, into output: inout [UInt8]) {
        append(bool ? "true" : "false", to: &output)
    }

    /// Appends ASCII that is already JSON.
    @inline(__always)
    package static func append(_ literal: StaticString, to output: inout [UInt8]) {
        // SAFETY: the pointer is used inside the closure only.
        literal.withUTF8Buffer { output.append(contentsOf: $0) }
    }

    @inline(__always)
    static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        // SAFETY: the pointer is used inside the closure only.
        text.withUTF8 { output.append(contentsOf: $0) }
    }

    /// SAFETY: a word is only loaded where eight bytes are left.
    @inline(__always)
    private static func firstEscape(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = text.baseAddress else { return start }
        var index = start
        while index + ByteWord.width <= text.count {
            let marks = ByteWord(loadingFrom: base + index).jsonEscapes
            if marks != 0 { return index + ByteWord.firstIndex(in: marks) }
            index += ByteWord.width
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }

    private static func writeEscape(of byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"", to: &output)
        case UInt8(ascii: "\\"): append("\\\\", to: &output)
        case 0x08: append("\\b", to: &output)
        case 0x09: append("\\t", to: &output)
        case 0x0A: append("\\n", to: &output)
        case 0x0C: append("\\f", to: &output)
        case 0x0D: append("\\r", to: &output)
        default:
            append("\\u00", to: &output)
            output.append(hexDigit(byte >> 4))
            output.append(hexDigit(byte & 0x0F))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
