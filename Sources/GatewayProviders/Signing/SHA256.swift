internal import CCrypto

/// SHA-256 (FIPS 180-4) and its HMAC (RFC 2104), by libcrypto.
enum SHA256 {
    static let byteCount = Int(CCRYPTO_SHA256_BYTES)

    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        filled { ccrypto_sha256(bytes, bytes.count, $0) }
    }

    static func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        filled { ccrypto_hmac_sha256(key, key.count, bytes, bytes.count, $0) }
    }

    private static func filled(_ fill: (UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            // Fails only without memory, or where libcrypto has no SHA-256.
            precondition(fill(buffer.baseAddress) == 1, "libcrypto has no SHA-256")
            count = byteCount
        }
    }
}

extension Sequence<UInt8> {
    /// Two small hexadecimal digits for each byte.
    var hexadecimal: String {
        var text: [UInt8] = []
        text.reserveCapacity(underestimatedCount * 2)
        for byte in self {
            for nibble in [byte >> 4, byte & 0xF] {
                text.append(nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "a"))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
