import GatewayCore

/// How a `CurlTransport` connects.
public struct CurlTransportOptions: Sendable {
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

/// Carries requests over libcurl: HTTP/1.1 with kept connections, HTTP/2 where the server offers it, TLS verified.
///
/// A call on one of its event loops stays on that loop; a call from anywhere else is served by one of them. Redirects are
/// not followed and bodies are not decoded. A request that found its kept connection closed is sent again on a new one, as
/// libcurl does when not a byte of a response had come.
public final class CurlTransport: Transport {
    private let clients: [CurlClient]
    private let group: EventLoopGroup

    /// A transport for a program without event loops of its own: it runs this many, each on a thread.
    public convenience init(options: CurlTransportOptions = CurlTransportOptions(), loops: Int = 1)
        throws(TransportError)
    {
        let runner: LoopRunner
        do {
            runner = try LoopRunner(count: loops)
        } catch {
            throw .unreachable(detail: "no event loop: \(error)")
        }
        self.init(options: options, group: runner.group, runner: runner)
    }

    /// A transport on loops that its owner runs, and stops after `shutdown`.
    package convenience init(options: CurlTransportOptions = CurlTransportOptions(), group: EventLoopGroup) {
        self.init(options: options, group: group, runner: nil)
    }

    private init(options: CurlTransportOptions, group: EventLoopGroup, runner: LoopRunner?) {
        self.group = group
        clients = group.loops.map { CurlClient(loop: $0, options: options, runner: runner) }
    }

    deinit {
        for client in clients { client.loop.submit { client.close() } }
    }

    public func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        switch await exchange(request) {
        case .success(let response): return response
        case .failure(let failure): throw failure.error
        }
    }

    /// As `send`, with what a failure tells beyond its error.
    func exchange(_ request: TransportRequest) async -> Result<TransportResponse, ExchangeFailure> {
        let client = clientForCaller()
        let exchange = CurlExchange(request, on: client)
        guard let upload = exchange.upload else { return await head(of: exchange) }
        // An answer may come before all of the body is sent; an error is not kept waiting for the rest.
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await client.loop.run { await upload.run(for: exchange) } }
            let head = await head(of: exchange)
            guard case .success(let response) = head, (200..<300).contains(response.status) else {
                exchange.endUpload()
                return head
            }
            return head
        }
    }

    private func head(of exchange: CurlExchange) async -> Result<TransportResponse, ExchangeFailure> {
        let client = exchange.client
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if client.loop.isCurrent {
                    exchange.start(continuation)
                } else {
                    client.loop.submit { exchange.start(continuation) }
                }
            }
        } onCancel: {
            exchange.cancel()
        }
    }

    /// Ends all exchanges with `.cancelled` and closes all connections; later requests fail with `.cancelled`.
    public func shutdown() async {
        for client in clients {
            await withUnsafeContinuation { continuation in
                client.loop.submit {
                    client.close()
                    continuation.resume()
                }
            }
        }
    }

    private func clientForCaller() -> CurlClient {
        if let loop = EventLoop.current, loop.index < clients.count, clients[loop.index].loop === loop {
            return clients[loop.index]
        }
        return clients[group.anyLoop().index]
    }
}

/// Runs event loops for as long as somebody holds it: the transport and whoever still reads one of its responses.
final class LoopRunner: Sendable {
    let group: EventLoopGroup

    init(count: Int) throws(SystemError) {
        group = try EventLoopGroup(count: count)
        try group.start()
    }

    deinit { group.stop() }
}
