import GatewayCore

/// How a `HTTPTransport` connects.
public struct HTTPTransportOptions: Sendable {
    /// The proxy for http and https URLs. `ProxySettings(environment:)` reads the usual variables.
    public var proxy = ProxySettings.none
    /// Path of a PEM file with the authorities to trust in place of the system's.
    public var certificateAuthorities: String?
    /// From this many bytes on that nobody has pulled, a response is no longer read from the network.
    public var watermark = 256 * 1024
    /// Idle connections kept open per event loop.
    public var maximumIdleConnections = 4096

    var headLimits = ResponseHeadReader.Limits()
    var addresses = AddressPolicy.any
    /// Stands for the resolver in tests: asked before each request for what `CURLOPT_RESOLVE` takes.
    var resolver: (@Sendable (_ url: String) -> String?)?
    /// What libcurl reads at a time, kept for as long as a response lasts.
    var readSize = 16 * 1024
    /// The same of a stream, of which there may be thousands.
    var streamReadSize = 4 * 1024

    public init() {}
}

/// Carries requests to servers: HTTP/1.1 with kept connections, HTTP/2 where the server offers it, TLS verified.
///
/// A call on one of its event loops stays on that loop; a call from anywhere else is served by one of them. Redirects are
/// not followed and bodies are not decoded. A request that found its kept connection closed is sent again on a new one when
/// not a byte of a response had come.
///
/// libcurl carries what is encrypted, goes through a proxy or is sent while it arrives, and makes every connection. Plain
/// requests to `http` URLs are written and their responses read here, at a third of the cost (decision 0020).
public final class HTTPTransport: Transport {
    private let curl: CurlTransport
    /// One for each loop; none where a proxy is to be asked.
    private let plain: [PlainClient]

    /// A transport for a program without event loops of its own: it runs this many, each on a thread.
    public convenience init(options: HTTPTransportOptions = HTTPTransportOptions(), loops: Int = 1)
        throws(TransportError)
    {
        self.init(try CurlTransport(options: options, loops: loops), options)
    }

    /// A transport on loops that its owner runs, and stops after `shutdown`.
    package convenience init(options: HTTPTransportOptions = HTTPTransportOptions(), group: EventLoopGroup) {
        self.init(CurlTransport(options: options, group: group), options)
    }

    private init(_ curl: CurlTransport, _ options: HTTPTransportOptions) {
        self.curl = curl
        plain = options.proxy.http == nil ? curl.clients.map { PlainClient($0) } : []
    }

    deinit {
        for client in plain { client.loop.submit { client.close() } }
    }

    public func send(_ request: consuming TransportRequest) async throws(TransportError) -> TransportResponse {
        guard !plain.isEmpty, request.upload == nil else { return try await curl.send(request) }
        let client = plain[curl.indexForCaller()]
        guard let target = client.target(of: request) else { return try await curl.send(request) }
        return try await client.send(request, to: target).get()
    }

    /// Ends all exchanges with `.cancelled` and closes all connections; later requests fail with `.cancelled`.
    public func shutdown() async {
        for client in plain {
            await withUnsafeContinuation { continuation in
                client.loop.submit {
                    client.close()
                    continuation.resume()
                }
            }
        }
        await curl.shutdown()
    }
}
