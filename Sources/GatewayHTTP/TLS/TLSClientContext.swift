import COpenSSL
import GatewayCore
import Glibc

/// What the TLS connections of one client share: whom it trusts. Servers are always verified, their names too.
package final class TLSClientContext: @unchecked Sendable {
    // SAFETY: the context is set up here and only read afterwards, which OpenSSL allows from any thread.

    private let context: OpaquePointer

    /// - Parameter authorities: path of a PEM file with the authorities to trust in place of the system's.
    package init(authorities: String?) throws(TLSError) {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_client_method()) else {
            throw .unavailable(reason: TLSError.latestReason())
        }
        self.context = context
        guard copenssl_set_minimum_version(context, copenssl_version_1_2) == 1 else {
            throw .unavailable(reason: TLSError.latestReason())
        }
        if let authorities {
            guard SSL_CTX_load_verify_locations(context, authorities, nil) == 1 else {
                throw .certificate(path: authorities, reason: TLSError.latestReason())
            }
        } else {
            guard SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw .unavailable(reason: TLSError.latestReason())
            }
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        copenssl_set_mode(context, copenssl_mode_partial_write | copenssl_mode_moving_buffer)
        SSL_CTX_set_options(context, copenssl_option_no_renegotiation)
    }

    deinit { SSL_CTX_free(context) }

    /// A connection's channel over a non-blocking socket, which the caller closes after the channel's last use. The handshake
    /// happens inside its first writes and reads; nil where there is no memory for it.
    ///
    /// - Parameter host: the name or address that the server's certificate must be for.
    package func makeChannel(descriptor: Int32, host: String) -> TLSChannel? {
        guard let session = SSL_new(context) else { return nil }
        guard copenssl_attach_socket(session, descriptor) == 1, copenssl_expect_host(session, host) == 1 else {
            SSL_free(session)
            return nil
        }
        SSL_set_connect_state(session)
        return TLSChannel(session: session, descriptor: descriptor)
    }
}

extension TLSError {
    /// OpenSSL's reason for its latest failure on this thread.
    static func latestReason() -> String {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason given"
    }
}
