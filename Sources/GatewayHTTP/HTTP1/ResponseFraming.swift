/// How a response is sent so that the client knows where it ends (RFC 9112 section 6.3), and what becomes of the
/// connection. Pure.
package struct ResponseFraming: Sendable, Equatable {
    package enum Body: Sendable, Equatable {
        /// Nothing is sent and no length is told.
        case none
        /// A length is told; the bytes follow unless the request was HEAD.
        case length(Int)
        case chunked
        /// For HTTP/1.0: the end of the connection is the end of the body.
        case untilClose
    }

    package enum ConnectionOption: Sendable, Equatable {
        case close, keepAlive
    }

    package var body: Body
    package var sendsBody: Bool
    package var closes: Bool
    /// What the Connection field has to say: HTTP/1.0 clients must be told that the connection stays open, others that
    /// it does not.
    package var connectionOption: ConnectionOption?

    /// - Parameters:
    ///   - isHead: whether the request was HEAD.
    ///   - length: the body's; nil where it is not known beforehand.
    package init(isHead: Bool, version: HTTPVersion, status: Int, length: Int?, isPersistent: Bool) {
        closes = !isPersistent
        if status < 200 || status == 204 || status == 304 {
            body = .none
        } else if let length {
            body = .length(length)
        } else if isHead {
            body = .none
        } else if version == .http11 {
            body = .chunked
        } else {
            body = .untilClose
            closes = true
        }
        sendsBody = !isHead && body != .none
        connectionOption = closes ? .close : version == .http10 ? .keepAlive : nil
    }
}
