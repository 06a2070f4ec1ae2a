import GatewayCore

/// Speaks HTTP/1.1 over connections without TLS, for one event loop: keeps them, sends requests, reads responses.
///
/// libcurl finds the address and connects, with its cache of names and its race between address families; the socket is then
/// the client's own.
final class PlainClient: @unchecked Sendable {
    // SAFETY: the constants are safe to share, all else is used on the loop's thread only.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    let curl: CurlClient
    var loop: EventLoop { curl.loop }
    let options: HTTPTransportOptions

    private var origins: [PlainOrigin] = []
    @exclusivity(unchecked) private var targets = PlainTargets()
    private var connections: [PlainConnection] = []
    private var idleCount = 0
    private var sweep: TimerToken?
    private(set) var isClosed = false
    /// The head of the request that is about to be sent.
    @exclusivity(unchecked) private var head: [UInt8] = []
    /// Memory of heads that are sent, for the next ones.
    @exclusivity(unchecked) private var spareHeads: [[UInt8]] = []
    /// What every connection reads into, so that those that wait need no memory for it.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    /// Servers close idle connections too, most after 60 to 120 seconds. As libcurl's.
    private static let longestIdle: Int64 = 118_000_000_000
    private static let sweepInterval = Duration.seconds(30)
    private static let maximumSpareHeads = 64

    init(_ curl: CurlClient) {
        self.curl = curl
        options = curl.options
    }

    deinit { scratch.deallocate() }

    /// Where the request goes; nil when that is for libcurl to judge. From any thread.
    func target(of request: borrowing TransportRequest) -> PlainTarget? {
        if loop.isCurrent, let known = targets.first(for: request) { return known }
        guard let url = PlainURL(request.url) else { return nil }
        return PlainTarget(request, url)
    }

    /// Sends the request and returns with the head of the response. From any thread.
    func send(
        _ request: consuming TransportRequest, to target: PlainTarget
    ) async -> Result<TransportResponse, TransportError> {
        let exchange = PlainExchange(request, to: target, on: self)
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if loop.isCurrent {
                    exchange.start(continuation)
                } else {
                    loop.submit { exchange.start(continuation) }
                }
            }
        } onCancel: {
            exchange.cancel()
        }
    }

    // MARK: On-loop only

    func origin(of target: PlainTarget) -> PlainOrigin {
        if let origin = target.origin { return origin }
        let origin = origin(of: target.url)
        target.origin = origin
        return origin
    }

    private func origin(of url: PlainURL) -> PlainOrigin {
        for place in origins.indices where url.hasAuthority(origins[place].authority) { return origins[place] }
        let origin = PlainOrigin(url)
        origins.append(origin)
        return origin
    }

    /// Gives away the head that was written.
    func takeHead(_ target: inout [UInt8]) {
        swap(&head, &target)
        head = spareHeads.popLast() ?? []
    }

    /// The head is sent: others may have its memory.
    func giveBackHead(_ sent: inout [UInt8]) {
        sent.removeAll(keepingCapacity: true)
        if spareHeads.count < Self.maximumSpareHeads { spareHeads.append(sent) }
        sent = []
    }

    /// Writes the head of the exchange's request to `head`, which a connection takes.
    func writeHead(of exchange: PlainExchange, at origin: PlainOrigin) throws(TransportError) {
        head.removeAll(keepingCapacity: true)
        let target = exchange.target
        if target.head.isEmpty {
            try RequestHeadWriter.append(
                method: exchange.request.method, target: target.url.target, host: origin.host,
                headers: exchange.request.headers, to: &head)
            targets.note(target, of: exchange.request) { head }
        } else {
            head.append(contentsOf: target.head)
        }
        RequestHeadWriter.appendEnd(bodyLength: exchange.lengthToTell, to: &head)
    }

    /// A connection that carried an exchange before, not too long ago.
    func takeIdle(to origin: PlainOrigin) -> PlainConnection? {
        guard let connection = origin.idle.last, let since = connection.idleSince else { return nil }
        guard since >= loop.now - Self.longestIdle else {
            connection.close()
            return nil
        }
        connection.endIdling()
        idleCount -= 1
        origin.idle.removeLast()
        return connection
    }

    /// Keeps the connection for the next request to its server.
    func keep(_ connection: PlainConnection) {
        guard !isClosed, idleCount < options.maximumIdleConnections else { return connection.close() }
        idleCount += 1
        connection.beginIdling()
        connection.origin.idle.append(connection)
        if sweep == nil { planSweep() }
    }

    /// Takes over a socket that libcurl connected.
    func adopt(_ socket: Int32, to origin: PlainOrigin) throws(TransportError) -> PlainConnection {
        let connection = PlainConnection(socket, to: origin, of: self)
        try connection.open()
        connection.place = connections.count
        connections.append(connection)
        return connection
    }

    /// The connection has ended.
    func forget(_ connection: PlainConnection) {
        if connection.idleSince != nil { endIdling(connection) }
        let last = connections.removeLast()
        guard last !== connection else { return }
        last.place = connection.place
        connections[last.place] = last
    }

    /// Ends every exchange with `.cancelled` and closes all connections. libcurl's client, which is closed after it, ends
    /// those that are not connected yet.
    func close() {
        isClosed = true
        if let sweep { loop.cancel(sweep) }
        for connection in connections.reversed() { connection.abort() }
        origins = []
        targets = PlainTargets()
    }

    private func endIdling(_ connection: PlainConnection) {
        connection.endIdling()
        idleCount -= 1
        let origin = connection.origin
        if let place = origin.idle.lastIndex(where: { $0 === connection }) { origin.idle.remove(at: place) }
    }

    private func planSweep() {
        sweep = loop.schedule(after: Self.sweepInterval) { [weak self] in
            guard let self else { return }
            sweep = nil
            for origin in origins {
                let old = origin.idle.prefix { ($0.idleSince ?? .max) < loop.now - Self.longestIdle }
                for connection in old { connection.close() }
            }
            if idleCount > 0 { planSweep() }
        }
    }
}
