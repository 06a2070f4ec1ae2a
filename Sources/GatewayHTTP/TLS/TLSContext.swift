import COpenSSL
import GatewayCore
import Glibc

/// Why a certificate or a key cannot be used, with OpenSSL's reason, which names no contents.
package enum TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    case certificate(path: String, reason: String)
    case key(path: String, reason: String)
    /// The key is not the one the certificate was made for.
    case mismatch(certificate: String, key: String)
    case unavailable(reason: String)

    package var description: String {
        switch self {
        case .certificate(let path, let reason): "the certificate \(path) cannot be used: \(reason)"
        case .key(let path, let reason): "the private key \(path) cannot be used: \(reason)"
        case .mismatch(let certificate, let key):
            "the private key \(key) does not belong to the certificate \(certificate)"
        case .unavailable(let reason): "TLS is not available: \(reason)"
        }
    }
}

/// What all TLS connections of a listener share: the certificate with its chain, the key, and the versions spoken.
package final class TLSContext: @unchecked Sendable {
    // SAFETY: the context is set up here and only read afterwards, which OpenSSL allows from any thread.

    private let context: OpaquePointer

    /// - Parameters:
    ///   - certificateFile: path of a PEM file, the server's certificate first, then the chain.
    ///   - keyFile: path of the PEM file of its private key, unencrypted.
    ///   - minimumVersion: older clients are turned away.
    package init(
        certificateFile: String, keyFile: String, minimumVersion: TLSConfiguration.Version = .tls12
    ) throws(TLSError) {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else {
            throw .unavailable(reason: TLSError.latestReason())
        }
        self.context = context
        let version =
            switch minimumVersion {
            case .tls12: copenssl_version_1_2
            case .tls13: copenssl_version_1_3
            }
        guard copenssl_set_minimum_version(context, version) == 1 else {
            throw .unavailable(reason: TLSError.latestReason())
        }
        copenssl_never_ask_for_passphrase(context)
        guard SSL_CTX_use_certificate_chain_file(context, certificateFile) == 1 else {
            throw .certificate(path: certificateFile, reason: TLSError.latestReason())
        }
        guard SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1 else {
            let isMismatch = ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509
            throw isMismatch
                ? .mismatch(certificate: certificateFile, key: keyFile)
                : .key(path: keyFile, reason: TLSError.latestReason())
        }
        // Idle connections give their buffers back: 34 KiB each otherwise.
        copenssl_set_mode(
            context, copenssl_mode_partial_write | copenssl_mode_moving_buffer | copenssl_mode_release_buffers)
        // HTTP's own framing tells a message that was cut short, so clients that leave without a farewell do no harm.
        SSL_CTX_set_options(context, copenssl_option_no_renegotiation | copenssl_option_ignore_unexpected_eof)
        copenssl_set_read_ahead(context)
        // Sessions are resumed by tickets, which cost the server no memory.
        copenssl_disable_session_cache(context)
        copenssl_offer_protocol(context, Self.http11.utf8Start)
    }

    deinit { SSL_CTX_free(context) }

    /// "http/1.1" as ALPN writes it, its length first (RFC 7301 section 3.1).
    private static let http11: StaticString = "\u{8}http/1.1"

    /// A connection's channel over a non-blocking socket, which the caller closes after the channel's last use.
    package func makeChannel(descriptor: Int32) -> any ConnectionChannel {
        guard let session = SSL_new(context) else { return BrokenChannel(descriptor: descriptor) }
        guard copenssl_attach_socket(session, descriptor) == 1 else {
            SSL_free(session)
            return BrokenChannel(descriptor: descriptor)
        }
        SSL_set_accept_state(session)
        return TLSChannel(session: session, descriptor: descriptor)
    }
}

/// Stands in for a channel for which there was no memory: its connection ends at once.
private final class BrokenChannel: ConnectionChannel {
    let descriptor: Int32
    var isEncrypted: Bool { true }

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ChannelRead {
        .failed(SystemError(call: "SSL_new", code: ENOMEM))
    }

    func write(_ buffers: UnsafeBufferPointer<iovec>) -> ChannelWrite {
        .failed(SystemError(call: "SSL_new", code: ENOMEM))
    }

    func endWriting() {}
}
