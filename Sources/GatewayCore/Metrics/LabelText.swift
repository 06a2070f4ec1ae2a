/// Labels as they stand between the braces of a sample, made once for many samples.
package struct LabelText: Sendable, Hashable {
    private(set) var bytes: [UInt8] = []

    package static let none = LabelText()
    static let infinity = LabelText(name: "le", value: "+Inf")

    package init() {}

    package init(name: StaticString, value: String) {
        append(name, value)
    }

    /// Escapes what the formats do not allow in a value: backslash, quote and line feed.
    package mutating func append(_ name: StaticString, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        name.withUTF8Buffer { bytes += $0 }
        bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
        MetricsText.append(value, to: &bytes, escapingQuotes: true)
        bytes.append(UInt8(ascii: "\""))
    }

    package func appending(_ name: StaticString, _ value: String) -> LabelText {
        var text = self
        text.append(name, value)
        return text
    }
}

/// Texts of the exposition formats.
enum MetricsText {
    static func append(_ text: String, to bytes: inout [UInt8], escapingQuotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [byte, byte]
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\"") where escapingQuotes: bytes += [UInt8(ascii: "\\"), byte]
            default: bytes.append(byte)
            }
        }
    }
}
