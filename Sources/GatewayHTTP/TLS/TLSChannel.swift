import COpenSSL
import CSystem
import Glibc

/// One side of a TLS connection. The handshake happens inside the first reads, under whatever deadline those have.
package final class TLSChannel: ConnectionChannel {
    package let descriptor: Int32
    package var isEncrypted: Bool { true }
    package var isEstablished: Bool { SSL_is_init_finished(session) == 1 }

    private let session: OpaquePointer
    /// After a fatal error OpenSSL must not be asked for anything more, a farewell included.
    private var failure: SystemError?

    /// The most that fits into one TLS record (RFC 8446 section 5.1).
    private static let recordSize = 16_384

    /// Why the peer's certificate is not taken; nil when it is, or was not looked at.
    package var verificationProblem: String? {
        let result = SSL_get_verify_result(session)
        guard result != X509_V_OK else { return nil }
        return X509_verify_cert_error_string(result).map { String(cString: $0) }
    }

    /// Takes over the session, whose socket must be attached already.
    init(session: OpaquePointer, descriptor: Int32) {
        self.session = session
        self.descriptor = descriptor
    }

    deinit { SSL_free(session) }

    package func read(into buffer: UnsafeMutableRawBufferPointer) -> ChannelRead {
        if let failure { return .failed(failure) }
        var count = 0
        // Records are read until the socket is empty: only then will the next edge tell of more.
        while count < buffer.count {
            var more = 0
            ERR_clear_error()
            let result = SSL_read_ex(session, buffer.baseAddress?.advanced(by: count), buffer.count - count, &more)
            if result == 1 {
                count += more
                continue
            }
            let outcome = outcome(of: result, call: "SSL_read")
            // What came before the end or a failure is told first; either will be there again.
            if count > 0 { return .bytes(count, isDrained: outcome.isWaiting) }
            switch outcome {
            case .wouldBlock(let interest): return .wouldBlock(interest)
            case .end: return .end
            case .failed(let error): return .failed(error)
            }
        }
        return .bytes(count, isDrained: false)
    }

    package func write(_ buffers: UnsafeBufferPointer<iovec>) -> ChannelWrite {
        if let failure { return .failed(failure) }
        return withUnsafeTemporaryAllocation(byteCount: Self.recordSize, alignment: 1) { record in
            var cursor = RecordCursor(buffers)
            var written = 0
            while let piece = cursor.next(gatheringInto: record) {
                var count = 0
                ERR_clear_error()
                let result = SSL_write_ex(session, piece.baseAddress, piece.count, &count)
                if result == 1 {
                    written += count
                    cursor.advance(by: count)
                    continue
                }
                switch outcome(of: result, call: "SSL_write") {
                case .wouldBlock(let interest): return written > 0 ? .bytes(written) : .wouldBlock(interest)
                case .end: return .failed(SystemError(call: "SSL_write", code: EPIPE))
                case .failed(let error): return .failed(error)
                }
            }
            return .bytes(written)
        }
    }

    package func endWriting() {
        if failure == nil, isEstablished {
            ERR_clear_error()
            // A farewell that does not fit into the socket's buffer is lost, as on a broken connection.
            _ = SSL_shutdown(session)
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    private enum Outcome {
        case wouldBlock(Interest)
        case end
        case failed(SystemError)

        var isWaiting: Bool {
            if case .wouldBlock = self { true } else { false }
        }
    }

    private func outcome(of result: Int32, call: String) -> Outcome {
        let systemCode = errno
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .wouldBlock(.read)
        case SSL_ERROR_WANT_WRITE: return .wouldBlock(.write)
        case SSL_ERROR_ZERO_RETURN: return .end
        case SSL_ERROR_SYSCALL where systemCode != 0: return fail(SystemError(call: call, code: systemCode))
        default: return fail(SystemError(call: call, code: EPROTO))
        }
    }

    private func fail(_ error: SystemError) -> Outcome {
        failure = error
        return .failed(error)
    }
}
