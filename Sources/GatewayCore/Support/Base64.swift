/// Base64 with the standard alphabet and padding (RFC 4648 section 4).
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            var place = 0
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let group = bytes[start..<min(start + 3, bytes.count)]
                let first = group.first.map(UInt32.init) ?? 0
                let second = group.count > 1 ? UInt32(group[start + 1]) : 0
                let third = group.count > 2 ? UInt32(group[start + 2]) : 0
                let bits = first << 16 | second << 8 | third
                for digit in 0..<4 {
                    text[place + digit] =
                        digit <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * digit)) & 63] : UInt8(ascii: "=")
                }
                place += 4
            }
            return place
        }
    }
}
