/// The smallest pieces of JSON text, appended to bytes that already exist.
package enum JSONText {
    /// Whether a comma stands before a member.
    package enum MemberPlace: Sendable {
        case first, later
    }

    /// What stands around a string.
    private enum Role {
        case content, value, firstKey, laterKey
    }

    /// Appends a string with its quotes. Escaped is only what RFC 8259 section 7 demands: quote, backslash and control
    /// characters; `/` and everything outside ASCII stay as they are.
    package static func write(_ string: String, into output: inout [UInt8]) {
        write(string, as: .value, into: &output)
    }

    /// Appends a string without its quotes, for text that is written in several pieces.
    package static func writeContent(of string: String, into output: inout [UInt8]) {
        write(string, as: .content, into: &output)
    }

    /// Appends a key with its colon.
    package static func writeKey(_ key: String, _ place: MemberPlace, into output: inout [UInt8]) {
        write(key, as: place == .first ? .firstKey : .laterKey, into: &output)
    }

    /// Appends in as few steps as there is room for escapes: almost always one.
    private static func write(_ string: String, as role: Role, into output: inout [UInt8]) {
        // SAFETY: the pointer is used inside the closure only.
        string.withBytes { text in
            var escaper = JSONEscaper(text: text)
            var isStarted = false
            repeat {
                let rest = text.count - escaper.offset
                output.append(addingCapacity: rest + rest / 8 + JSONEscaper.slack) { span in
                    // SAFETY: the escaper leaves room for what stands around the text.
                    span.withUnsafeMutableBufferPointer { target, count in
                        if !isStarted {
                            if role == .laterKey { append(UInt8(ascii: ","), to: target, at: &count) }
                            if role != .content { append(UInt8(ascii: "\""), to: target, at: &count) }
                            isStarted = true
                        }
                        escaper.write(into: target, at: &count)
                        guard escaper.isFinished, role != .content else { return }
                        append(UInt8(ascii: "\""), to: target, at: &count)
                        if role != .value { append(UInt8(ascii: ":"), to: target, at: &count) }
                    }
                }
            } while !escaper.isFinished
        }
    }

    @inline(__always)
    private static func append(_ byte: UInt8, to target: UnsafeMutableBufferPointer<UInt8>, at count: inout Int) {
        target[count] = byte
        count &+= 1
    }

    /// Appends a key that needs no escapes, with its colon.
    package static func writeKey(_ key: StaticString, _ place: MemberPlace, into output: inout [UInt8]) {
        key.withUTF8Buffer { text in
            output.append(addingCapacity: text.count + 4) { span in
                if place == .later { span.append(UInt8(ascii: ",")) }
                span.append(UInt8(ascii: "\""))
                for byte in text { span.append(byte) }
                span.append(UInt8(ascii: "\""))
                span.append(UInt8(ascii: ":"))
            }
        }
    }

    package static func write(_ value: Int, into output: inout [UInt8]) {
        var rest = value.magnitude
        var divisor: UInt = 1
        while rest / divisor >= 10 { divisor *= 10 }
        output.append(addingCapacity: 20) { span in
            if value < 0 { span.append(UInt8(ascii: "-")) }
            while divisor > 0 {
                span.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
                rest %= divisor
                divisor /= 10
            }
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
        // SAFETY: the pointer is used inside the closure only.
        text.withBytes { output.append(contentsOf: $0) }
    }
}
