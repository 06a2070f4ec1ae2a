import COpenSSL

/// SHA-256 at OpenSSL's speed.
enum SHA256Digest {
    /// 64 lower-case digits; nil where OpenSSL has no memory.
    static func hexadecimal(of bytes: [UInt8]) -> String? {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let result = bytes.withUnsafeBytes { bytes in
            EVP_Digest(bytes.baseAddress, bytes.count, &digest, &count, EVP_sha256(), nil)
        }
        guard result == 1, count == 32 else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
