import GatewayCore

/// What a responder answers. Content-Length, Transfer-Encoding, Connection and Date are the server's to add.
package struct ServerResponse: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var body: ResponseBody

    package init(status: Int, headers: HTTPFields = [:], body: ResponseBody = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

package enum ResponseBody: Sendable {
    case empty
    case bytes([UInt8])
    /// Writes the body piece by piece in the responder's task; the body is complete when the closure returns. When it
    /// throws, the connection is closed so that the client sees a broken response, never a clean end. The closure does
    /// not run where no body is to be sent, as for HEAD.
    ///
    /// Indirect, so that a response has room in registers.
    indirect case stream(@Sendable (ResponseWriter) async throws(ResponseWriteError) -> Void)
}
