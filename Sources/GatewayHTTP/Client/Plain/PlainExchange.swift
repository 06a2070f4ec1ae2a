import GatewayCore

/// One request on its way over a plain connection, and the response to it: what `PlainClient.send` waits for first and the
/// body's reader after that.
final class PlainExchange: PulledExchange, ConnectionSeeker, @unchecked Sendable {
    // SAFETY: everything but the constants is touched on the client's loop only; other threads come in through the loop's
    // inbox.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    /// What came of bytes that a connection received.
    enum Reception {
        case more
        /// The response is complete with so many of them.
        case complete(taken: Int, isPersistent: Bool)
        /// The exchange has ended with an error.
        case failed
    }

    private enum Waiter {
        case head(UnsafeContinuation<Result<TransportResponse, TransportError>, Never>)
        case bytes(UnsafeContinuation<Result<[UInt8]?, TransportError>, Never>)
    }

    let client: PlainClient
    var loop: EventLoop { client.loop }
    let target: PlainTarget
    /// Its body is given up once the server has all of it and answers.
    @exclusivity(unchecked) private(set) var request: TransportRequest

    private var waiter: Waiter?
    @exclusivity(unchecked) private var parser: ResponseParser
    @exclusivity(unchecked) private var buffer: ResponseBuffer
    @exclusivity(unchecked) private var deadlines: ExchangeDeadlines
    /// The connection while the exchange is under way, and libcurl's handle while there is none yet.
    private var connection: PlainConnection?
    private var connecting: CurlHandle?

    init(_ request: consuming TransportRequest, to target: PlainTarget, on client: PlainClient) {
        self.target = target
        self.client = client
        parser = ResponseParser(isHeadAnswered: request.method == "HEAD", limits: client.options.headLimits)
        buffer = ResponseBuffer(watermark: client.options.watermark)
        deadlines = ExchangeDeadlines(request.timeouts, startedAt: 0)
        self.request = request
    }

    // MARK: From any thread

    /// Gives up: closes the connection unless the response is complete.
    func cancel() {
        if loop.isCurrent {
            cancelOnLoop()
        } else {
            loop.submit { self.cancelOnLoop() }
        }
    }

    // MARK: The reading side, on-loop only

    func start(_ continuation: UnsafeContinuation<Result<TransportResponse, TransportError>, Never>) {
        waiter = .head(continuation)
        guard buffer.outcome == nil else { return deliver() }
        guard !client.isClosed else { return finish(.failed(.cancelled)) }
        deadlines = ExchangeDeadlines(request.timeouts, startedAt: loop.now)
        let origin = client.origin(of: target)
        do {
            try client.writeHead(of: self, at: origin)
        } catch {
            return finish(.failed(error))
        }
        guard let connection = client.takeIdle(to: origin) else { return connect(to: origin) }
        self.connection = connection
        connection.begin(self)
    }

    func pull() -> ResponseBuffer.Pull {
        let wasFull = buffer.isFull
        let pull = buffer.pull()
        if wasFull {
            deadlines.noteActivity(at: loop.now)
            connection?.deadlineMoved()
            connection?.goOn()
        }
        return pull
    }

    func takeWhole() -> [UInt8]? { buffer.takeWhole() }

    func wait(_ continuation: UnsafeContinuation<Result<[UInt8]?, TransportError>, Never>) {
        precondition(waiter == nil, "a response body has one reader")
        waiter = .bytes(continuation)
        deliver()
    }

    func cancelOnLoop() {
        part()
        buffer.discard()
        deliver()
    }

    // MARK: Connecting

    private func connect(to origin: PlainOrigin) {
        do {
            let handle = try client.curl.connect(self, to: origin.url, within: request.timeouts.connect)
            connecting = handle
            handle.wake(by: deadlines.due)
            handle.settle()
        } catch {
            finish(.failed(error))
        }
    }

    func connected(_ result: Result<Int32, TransportError>) {
        connecting = nil
        do throws(TransportError) {
            let origin = client.origin(of: target)
            let connection = try client.adopt(try result.get(), to: origin)
            self.connection = connection
            try client.writeHead(of: self, at: origin)
            connection.begin(self)
        } catch {
            part()
            finish(.failed(error))
        }
    }

    // MARK: What the connection tells

    /// Whether enough is there that nobody has pulled.
    var isFull: Bool { buffer.isFull }

    var due: Int64 { deadlines.due }

    /// What `Content-Length` says of the request; nil where its method has no body.
    var lengthToTell: Int? {
        switch request.method {
        case "POST", "PUT", "PATCH": request.body.count
        case "HEAD": nil
        default: request.body.isEmpty ? nil : request.body.count
        }
    }

    /// The connection stopped reading: what follows is no silence of the server's.
    func hold() {
        if buffer.isFull { deadlines.hold() }
    }

    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Reception {
        noteActivity()
        do throws(TransportError) {
            let wasHeadComplete = parser.isHeadComplete
            let taken = try buffer.append { body throws(TransportError) in try parser.read(bytes, into: &body) }
            if parser.isComplete { return .complete(taken: taken, isPersistent: parser.isPersistent) }
            // An exchange may last for hours, and prompts are large.
            if !wasHeadComplete, parser.isHeadComplete, connection?.hasSentAll == true { forgetRequest() }
            return .more
        } catch {
            connection = nil
            finish(.failed(error))
            return .failed
        }
    }

    /// The connection has ended, and is closed by now.
    ///
    /// - Parameters:
    ///   - error: how it broke; nil when the server ended it in order.
    ///   - isFresh: whether this was the first exchange it carried. A server closes a kept connection whenever it likes, also
    ///     while a request is on its way: such a request is sent again on a new one, once, if not a byte of a response came.
    func connectionEnded(_ error: SystemError?, isFresh: Bool) {
        connection = nil
        if !isFresh, !parser.hasBegun { return connect(to: client.origin(of: target)) }
        do throws(TransportError) {
            if let error { throw .truncated(detail: error.description) }
            try parser.end()
            finish(.complete)
        } catch {
            finish(.failed(error))
        }
    }

    /// The exchange is over and parted from its connection.
    func finish(_ outcome: ResponseBuffer.Outcome) {
        connection = nil
        forgetRequest()
        buffer.finish(outcome)
        deliver()
    }

    private func noteActivity() {
        let isFirst = !deadlines.hasBegun
        deadlines.noteActivity(at: loop.now)
        // From here on another limit holds, which may end earlier than the one the timer was set to.
        if isFirst { connection?.deadlineMoved() }
    }

    private func forgetRequest() {
        request.body = []
        request.headers = HTTPFields()
    }

    // MARK: Time

    func checkDeadlines(at now: Int64) -> Int64? {
        guard connection != nil || connecting != nil else { return nil }
        guard let phase = deadlines.expired(at: now) else { return deadlines.due }
        part()
        finish(.failed(.timedOut(phase)))
        return nil
    }

    // MARK: Telling the waiting task

    /// Tells the waiting task what there is for it.
    func deliver() {
        switch waiter {
        case nil: break
        case .head(let continuation):
            if parser.isHeadComplete, buffer.outcome != .failed(.cancelled) {
                waiter = nil
                let response = TransportResponse(
                    status: parser.head.status, headers: parser.takeFields(), body: ExchangeBody(self))
                continuation.resume(returning: .success(response))
            } else if case .failed(let error) = buffer.outcome {
                waiter = nil
                continuation.resume(returning: .failure(error))
            }
        case .bytes(let continuation):
            guard buffer.isReady else { return }
            // Answered once and for all before the connection goes on, which may deliver at once.
            waiter = nil
            guard let result = pull().result else { preconditionFailure("a ready buffer has something to give") }
            continuation.resume(returning: result)
        }
    }

    /// Gives up the connection, or the way to it.
    private func part() {
        if let connecting {
            self.connecting = nil
            client.curl.abort(connecting)
        }
        connection?.close()
        connection = nil
    }
}
