import GatewayCore

package enum HTTPVersion: Sendable, Equatable {
    case http10, http11
}

/// How the end of a request's body is found (RFC 9112 section 6.3).
package enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
}

/// A request up to its body, with everything that framing needs already decided.
package struct RequestHead: Sendable, Equatable {
    package var method: String
    package var target: RequestTarget
    package var version: HTTPVersion
    /// Names in lower case, as HTTP/2 has them.
    package var headers: HTTPFields
    package var framing: BodyFraming
    /// Whether the client allows another request on the connection.
    package var isPersistent: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    package var expectsContinue: Bool
}
