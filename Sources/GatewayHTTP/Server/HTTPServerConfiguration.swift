/// Where a server listens, and how much and how long a client may ask of it.
package struct HTTPServerConfiguration: Sendable {
    /// An address in digits, or a name: all its addresses are listened on.
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port: UInt16 = 0
    package var backlog: Int32 = 4096
    /// Connections of all loops together; nil leaves half of the open files for connections to providers.
    package var maxConnections: Int?
    package var limits = HTTPLimits()
    package var maxBodyBytes = 64 * 1024 * 1024
    /// From a head's first byte to its end.
    package var headTimeout = Duration.seconds(10)
    /// What a client may take for its body beyond `minimumRate`.
    package var bodyTimeout = Duration.seconds(60)
    /// How long a client may leave a response unread, beyond `minimumRate`.
    package var writeTimeout = Duration.seconds(60)
    /// How long a connection may stay open without a request.
    package var keepAliveTimeout = Duration.seconds(75)
    /// How long connections without a request stay open when the server stops: what a client, above all a proxy with its
    /// pool, sends before it can know is still answered.
    package var drainTime = Duration.seconds(2)
    /// Bytes a second that a client must send or take on top of the timeouts; it bounds how long a large body may drip.
    package var minimumRate = 512
    /// Unsent bytes of a response above which its writer waits.
    package var highWatermark = 64 * 1024
    /// Makes the layer between connections and the network; TLS takes the plain one's place here.
    package var makeChannel: @Sendable (Int32) -> any ConnectionChannel = { PlainChannel(descriptor: $0) }
    /// The answer to a request that never reaches the responder.
    package var refusal: @Sendable (RequestRefusal) -> ServerResponse = { refusal in
        ServerResponse(
            status: refusal.status, headers: ["content-type": "text/plain; charset=utf-8"],
            body: .bytes(Array((refusal.explanation + "\n").utf8)))
    }

    package init() {}
}
