internal import CCrypto
import GatewayCore

/// RSASSA-PKCS1-v1_5 over SHA-256, the `RS256` of JSON Web Tokens (RFC 7518 section 3.3), by libcrypto.
enum RSASignature {
    /// Enough for a key of 16,384 bits, the largest that libcrypto takes.
    private static let capacity = 2048

    /// Throws when the PEM holds no unencrypted RSA key.
    static func sign(_ bytes: [UInt8], withPEM key: Secret) throws(ProviderError) -> [UInt8] {
        let pem = Array(key.revealed.utf8)
        var written = 0
        let signature = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            written = ccrypto_rsa_sha256_sign(
                pem, pem.count, bytes, bytes.count, buffer.baseAddress, buffer.count)
            count = max(0, written)
        }
        guard written != 0 else { throw ProviderError("the private key is no unencrypted RSA key in PEM") }
        guard written > 0 else { throw ProviderError("the private key cannot sign") }
        return signature
    }
}
