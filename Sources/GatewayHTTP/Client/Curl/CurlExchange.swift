import CCurl
import GatewayCore

/// One request on its way and the response to it: what `send` waits for first and the body's reader after that.
///
/// The driver between libcurl's callbacks, which fill it, and at most one waiting task, which it wakes when a turn of the
/// multi handle ends, so that everything that arrived in the turn is handed over at once.
final class CurlExchange: PulledExchange, @unchecked Sendable {
    // SAFETY: everything but the constant `client` is touched on the client's loop only; other threads
    // come in through the loop's inbox.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    let client: CurlClient
    var loop: EventLoop { client.loop }
    /// Its body is given up once the server has all of it and answers.
    private(set) var request: TransportRequest
    /// Nil where the body is sent from memory.
    let upload: CurlUpload?

    private enum Waiter {
        case head(UnsafeContinuation<Result<TransportResponse, ExchangeFailure>, Never>)
        case bytes(UnsafeContinuation<Result<[UInt8]?, TransportError>, Never>)
    }

    private var waiter: Waiter?
    @exclusivity(unchecked) private var head: ResponseHeadReader
    private var isHeadComplete = false
    @exclusivity(unchecked) private var buffer: ResponseBuffer
    @exclusivity(unchecked) private var deadlines: ExchangeDeadlines?
    /// Why a callback refused to go on; libcurl only knows that it did.
    private var refusal: TransportError?
    private var refusedHost: SocketAddress.Host?
    /// The transfer while it is under way. Each holds the other; the end of the exchange parts them.
    private var handle: CurlHandle?
    private var isNoted = false

    init(_ request: TransportRequest, on client: CurlClient) {
        self.request = request
        self.client = client
        upload = request.upload.map { CurlUpload($0) }
        head = ResponseHeadReader(limits: client.options.headLimits)
        buffer = ResponseBuffer(watermark: client.options.watermark)
    }

    // MARK: From any thread

    /// Gives up: closes the connection, or resets the stream where others share it, unless the response is complete.
    func cancel() {
        if client.loop.isCurrent {
            cancelOnLoop()
        } else {
            client.loop.submit { self.cancelOnLoop() }
        }
    }

    // MARK: The reading side, on-loop only

    func start(_ continuation: UnsafeContinuation<Result<TransportResponse, ExchangeFailure>, Never>) {
        waiter = .head(continuation)
        guard buffer.outcome == nil else { return deliver() }
        let deadlines = ExchangeDeadlines(request.timeouts, startedAt: client.loop.now)
        self.deadlines = deadlines
        do {
            handle = try client.begin(self)
            handle?.wake(by: deadlines.due)
            handle?.settle()
        } catch {
            upload?.end(of: self)
            buffer.finish(.failed(error))
            deliver()
        }
    }

    /// An answer came that needs no more of the body.
    func endUpload() {
        guard let upload else { return }
        if client.loop.isCurrent {
            upload.end(of: self)
        } else {
            client.loop.submit { upload.end(of: self) }
        }
    }

    /// Lets libcurl go on with what it waited for.
    func goOn() {
        guard let handle else { return }
        if let error = handle.resume() {
            part()
            buffer.finish(.failed(error))
            deliver()
        } else {
            handle.settle()
        }
    }

    /// Takes what has arrived, or says to wait.
    func pull() -> ResponseBuffer.Pull {
        let pull = buffer.pull()
        if buffer.isPaused { resume() }
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
        upload?.end(of: self)
        buffer.discard()
        deliver()
    }

    private func resume() {
        buffer.resume()
        deadlines?.noteActivity(at: client.loop.now)
        guard let handle else { return }
        if let deadlines { handle.wake(by: deadlines.due) }
        if let error = handle.resume() {
            part()
            buffer.finish(.failed(error))
        } else {
            handle.settle()
        }
    }

    // MARK: What libcurl tells, inside its callbacks

    /// One line of a head; false ends the transfer.
    func receiveHead(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        noteActivity()
        // What looks like a head after the head are the trailers of a chunked body.
        guard !isHeadComplete else { return true }
        do {
            if try head.read(line) == .complete {
                isHeadComplete = true
                // An exchange may last for hours, and prompts are large.
                if handle?.hasSent(request.body.count) == true { request.body = [] }
                note()
            }
            return true
        } catch {
            refusal = error
            return false
        }
    }

    /// Bytes of the body; false pauses the transfer, the bytes will be told again.
    func receiveBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard buffer.offer(bytes) else {
            deadlines?.hold()
            return false
        }
        noteActivity()
        note()
        return true
    }

    private func noteActivity() {
        let isFirst = deadlines?.hasBegun == false
        deadlines?.noteActivity(at: client.loop.now)
        // From here on another limit holds, which may end earlier than the one the timer was set to.
        if isFirst, let deadlines { handle?.wake(by: deadlines.due) }
    }

    /// An address that the policy forbids was about to be connected to.
    func refuse(_ host: SocketAddress.Host) {
        refusedHost = host
    }

    /// The transfer is over and parted from its handle.
    func transferEnded(_ error: TransportError?) {
        handle = nil
        upload?.end(of: self)
        if let error {
            buffer.finish(.failed(refusal ?? error))
        } else if isHeadComplete {
            buffer.finish(.complete)
        } else {
            buffer.finish(.failed(.malformed(detail: "response without a head")))
        }
        note()
    }

    // MARK: Time

    /// The timer fired: fails the exchange if it is too late, else says when to look again.
    func checkDeadlines(at now: Int64) -> Int64? {
        guard let deadlines, handle != nil else { return nil }
        guard let phase = deadlines.expired(at: now) else { return deadlines.due }
        part()
        buffer.finish(.failed(.timedOut(phase)))
        deliver()
        return nil
    }

    // MARK: Telling the waiting task

    /// Tells the waiting task what there is for it. Called by the multi handle at the end of its turn.
    func deliver() {
        isNoted = false
        switch waiter {
        case nil: break
        case .head(let continuation):
            if isHeadComplete, buffer.outcome != .failed(.cancelled) {
                waiter = nil
                let response = TransportResponse(
                    status: head.status, headers: HTTPFields(head.takeFields()), body: ExchangeBody(self))
                continuation.resume(returning: .success(response))
            } else if case .failed(let error) = buffer.outcome {
                waiter = nil
                continuation.resume(returning: .failure(ExchangeFailure(error: error, refusedHost: refusedHost)))
            }
        case .bytes(let continuation):
            guard buffer.isReady else { return }
            // Answered once and for all before anything is asked of libcurl, which may call back at once.
            waiter = nil
            guard let result = pull().result else { preconditionFailure("a ready buffer has something to give") }
            continuation.resume(returning: result)
        }
    }

    private func note() {
        guard !isNoted else { return }
        isNoted = true
        client.note(self)
    }

    /// Takes an unfinished transfer away from libcurl.
    private func part() {
        guard let handle else { return }
        self.handle = nil
        upload?.end(of: self)
        client.abort(handle)
    }
}

/// Why an exchange failed, with what only the guarded fetcher needs to know.
struct ExchangeFailure: Error {
    var error: TransportError
    /// The last address that was not connected to because the policy forbids it.
    var refusedHost: SocketAddress.Host?
}
