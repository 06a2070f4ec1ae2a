/// Base64 with the standard alphabet and padding (RFC 4648 section 4), and the one for URLs without padding (section 5).
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet, padding: UInt8(ascii: "="))
    }

    package static func encodeForURL(_ bytes: [UInt8]) -> String {
        encode(bytes, urlAlphabet, padding: nil)
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padding: UInt8?) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            var place = 0
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let group = bytes[start..<min(start + 3, bytes.count)]
                let first = group.first.map(UInt32.init) ?? 0
                let second = group.count > 1 ? UInt32(group[start + 1]) : 0
                let third = group.count > 2 ? UInt32(group[start + 2]) : 0
                let bits = first << 16 | second << 8 | third
                for digit in 0..<4 {
                    guard digit <= group.count else {
                        guard let padding else { return place }
                        text[place] = padding
                        place += 1
                        continue
                    }
                    text[place] = alphabet[Int(bits >> UInt32(18 - 6 * digit)) & 63]
                    place += 1
                }
            }
            return place
        }
    }

    /// What each byte stands for in either alphabet; 0xFF for one that stands for nothing.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for alphabet in [alphabet, urlAlphabet] {
            for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        }
        return values
    }()

    /// Reads either alphabet, padded or not; nil for anything else, line breaks included.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        text.withContiguousStorageIfAvailable(decode(contiguous:))
            ?? Array(text).withUnsafeBufferPointer(decode(contiguous:))
    }

    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    private static func decode(contiguous text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var count = text.count
        var padding = 0
        while count > 0, padding < 2, text[count - 1] == UInt8(ascii: "=") {
            count -= 1
            padding += 1
        }
        let rest = count % 4
        guard rest != 1, padding == 0 || (rest + padding) == 4 else { return nil }
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count / 4 * 3 + 2) { output, written in
            values.withUnsafeBufferPointer { values in
                var bits: UInt32 = 0
                var seen: UInt8 = 0
                var place = 0
                while place + 4 <= count {
                    let (a, b) = (values[Int(text[place])], values[Int(text[place + 1])])
                    let (c, d) = (values[Int(text[place + 2])], values[Int(text[place + 3])])
                    seen |= a | b | c | d
                    bits = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
                    output[written] = UInt8(truncatingIfNeeded: bits >> 16)
                    output[written + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    output[written + 2] = UInt8(truncatingIfNeeded: bits)
                    written += 3
                    place += 4
                }
                bits = 0
                for index in place..<count {
                    seen |= values[Int(text[index])]
                    bits = bits << 6 | UInt32(values[Int(text[index])] & 63)
                }
                if rest == 2 {
                    output[written] = UInt8(truncatingIfNeeded: bits >> 4)
                    written += 1
                } else if rest == 3 {
                    output[written] = UInt8(truncatingIfNeeded: bits >> 10)
                    output[written + 1] = UInt8(truncatingIfNeeded: bits >> 2)
                    written += 2
                }
                isValid = seen < 64
            }
        }
        return isValid ? bytes : nil
    }
}
