import GatewayCore

/// One request as a responder sees it.
///
/// A class, since each step of the request is handed it.
package final class ServerRequest: Sendable {
    /// One of those of RFC 9110 and 5789, in upper case.
    package let method: String
    package let target: RequestTarget
    /// Names in lower case.
    package let headers: HTTPFields
    package let body: RequestBody
    /// The other end of the connection: a proxy's where one stands between.
    package let peerAddress: SocketAddress
    package let isEncrypted: Bool

    package init(
        method: String, target: RequestTarget, headers: HTTPFields = [:], body: RequestBody = RequestBody([]),
        peerAddress: SocketAddress = SocketAddress(host: .v4(0x7F00_0001), port: 0), isEncrypted: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.peerAddress = peerAddress
        self.isEncrypted = isEncrypted
    }
}
