import GatewayCore

/// An exchange as the reader of its response sees it.
protocol PulledExchange: AnyObject, Sendable {
    var loop: EventLoop { get }

    /// Takes what has arrived, or says to wait. On-loop only, as `wait`.
    func pull() -> ResponseBuffer.Pull

    /// Takes the rest of a response that has arrived as a whole. On-loop only.
    func takeWhole() -> [UInt8]?

    /// Resumes the reader with what arrives next.
    func wait(_ continuation: UnsafeContinuation<Result<[UInt8]?, TransportError>, Never>)

    /// Gives up. From any thread.
    func cancel()
}

/// The body of a response: ends the exchange when nobody holds it any more.
final class ExchangeBody<Exchange: PulledExchange>: TransportBody {
    private let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    deinit { exchange.cancel() }

    func next() async throws(TransportError) -> [UInt8]? {
        if exchange.loop.isCurrent, !Task.isCancelled, let result = exchange.pull().result { return try result.get() }
        return try await nextFromWaiting().get()
    }

    func nextUnwatched() async throws(TransportError) -> [UInt8]? {
        guard exchange.loop.isCurrent else { return try await next() }
        if let result = exchange.pull().result { return try result.get() }
        return try await withUnsafeContinuation { exchange.wait($0) }.get()
    }

    func takeWhole() -> [UInt8]? {
        exchange.loop.isCurrent ? exchange.takeWhole() : nil
    }

    private func nextFromWaiting() async -> Result<[UInt8]?, TransportError> {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if exchange.loop.isCurrent {
                    exchange.wait(continuation)
                } else {
                    exchange.loop.submit { [exchange] in exchange.wait(continuation) }
                }
            }
        } onCancel: {
            exchange.cancel()
        }
    }

    func cancel() {
        exchange.cancel()
    }
}
