import GatewayCore

/// Carries requests over libcurl: HTTP/1.1 with kept connections, HTTP/2 where the server offers it, TLS verified.
///
/// A call on one of its event loops stays on that loop; a call from anywhere else is served by one of them. Redirects are
/// not followed and bodies are not decoded. A request that found its kept connection closed is sent again on a new one, as
/// libcurl does when not a byte of a response had come.
final class CurlTransport: Transport {
    /// One for each loop.
    let clients: [CurlClient]
    private let group: EventLoopGroup

    /// A transport for a program without event loops of its own: it runs this many, each on a thread.
    convenience init(options: HTTPTransportOptions = HTTPTransportOptions(), loops: Int = 1)
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
    convenience init(options: HTTPTransportOptions = HTTPTransportOptions(), group: EventLoopGroup) {
        self.init(options: options, group: group, runner: nil)
    }

    private init(options: HTTPTransportOptions, group: EventLoopGroup, runner: LoopRunner?) {
        self.group = group
        clients = group.loops.map { CurlClient(loop: $0, options: options, runner: runner) }
    }

    deinit {
        for client in clients { client.loop.submit { client.close() } }
    }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        switch await exchange(request) {
        case .success(let response): return response
        case .failure(let failure): throw failure.error
        }
    }

    /// As `send`, with what a failure tells beyond its error.
    func exchange(_ request: TransportRequest) async -> Result<TransportResponse, ExchangeFailure> {
        let client = clients[indexForCaller()]
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
    func shutdown() async {
        for client in clients {
            await withUnsafeContinuation { continuation in
                client.loop.submit {
                    client.close()
                    continuation.resume()
                }
            }
        }
    }

    /// The loop that the caller is on, or any.
    func indexForCaller() -> Int {
        if let loop = EventLoop.current, loop.index < clients.count, clients[loop.index].loop === loop {
            return loop.index
        }
        return group.anyLoop().index
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
