import GatewayCore
import Glibc

/// One connection to a server, spoken to in HTTP/1.1: carries one exchange after the other. On-loop only.
final class PlainConnection: ReadinessHandler, TurnEndHandler {
    let origin: PlainOrigin
    /// Its place among the client's connections.
    var place = 0
    /// When its latest exchange ended, while it waits for the next.
    private(set) var idleSince: Int64?
    /// Whether it carried an exchange before the one it carries.
    private(set) var isReused = false

    // SAFETY: the client closes all its connections before it goes away.
    private unowned(unsafe) let client: PlainClient
    private let channel: PlainChannel
    private var registration: Registration?
    /// Each holds the other while the exchange is under way; its end parts them.
    private var exchange: PlainExchange?
    @exclusivity(unchecked) private var deadline = DeadlineTimer()

    /// What could not be sent yet: of the head, and from where of the exchange's body.
    private var unsentHead: [UInt8] = []
    private var sentBody = 0
    private var isSendingOver = false
    /// Whether sending failed, so that only what the server has said already may follow.
    private var cannotSend = false
    /// The directions in which the latest attempt had to wait, for whose edge the poller waits.
    private var blocked: Interest = []
    /// Whether the server ended its side or the connection broke: no further edge would come.
    private var peerClosed = false
    private var isClosed = false

    init(_ socket: Int32, to origin: PlainOrigin, of client: PlainClient) {
        channel = PlainChannel(descriptor: socket)
        self.origin = origin
        self.client = client
    }

    /// Begins to watch the socket, or closes it.
    func open() throws(TransportError) {
        do {
            registration = try client.loop.watch(
                channel.descriptor, for: [.read, .write], trigger: .edge, handler: self)
        } catch {
            Glibc.close(channel.descriptor)
            throw .unreachable(detail: error.description)
        }
    }

    // MARK: An exchange

    /// Sends the request, whose head the client has written, when the turn ends: what a loop sends at once wakes a server
    /// once.
    func begin(_ exchange: PlainExchange) {
        self.exchange = exchange
        client.takeHead(&unsentHead)
        sentBody = 0
        isSendingOver = false
        client.loop.atTurnEnd(self)
        wake(by: exchange.due)
        if !blocked.contains(.read) { receive() }
    }

    /// Whether the server has all of the request, as far as one can know.
    var hasSentAll: Bool { isSendingOver && !cannotSend }

    /// The reader caught up after the exchange had turned bytes away.
    func goOn() {
        receive()
    }

    func beginIdling() {
        idleSince = client.loop.now
        isReused = true
    }

    func endIdling() {
        idleSince = nil
    }

    /// Ends the connection and parts it from the exchange it carries, which is told nothing.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        exchange = nil
        deadline.cancel(on: client.loop)
        if let registration { client.loop.unwatch(registration) }
        registration = nil
        Glibc.close(channel.descriptor)
        client.forget(self)
    }

    /// Closes the connection; an exchange ends with `.cancelled`.
    func abort() {
        if let exchange { exchange.cancelOnLoop() } else { close() }
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        if readiness.contains(.hangUp) { peerClosed = true }
        blocked.subtract(Interest(rawValue: readiness.rawValue))
        guard exchange != nil else {
            // Nothing was asked: an end, or bytes that belong to no response (RFC 9112 section 9.2).
            guard readiness.contains(.read) else { return }
            return channel.read(into: client.scratch) == .wouldBlock(.read) ? block(.read) : close()
        }
        if readiness.contains(.write) { send() }
        if readiness.contains(.read) { receive() }
    }

    // MARK: Sending

    func turnEnded() {
        send()
    }

    private func send() {
        guard !isSendingOver else { return }
        while let exchange, !isSendingOver, !blocked.contains(.write) {
            guard !unsentHead.isEmpty || sentBody < exchange.request.body.count else {
                isSendingOver = true
                return
            }
            let headCount = unsentHead.count
            let sent = unsentHead.withUnsafeBytes { write($0, exchange.request.body, from: sentBody) }
            guard let sent else { return }
            if sent < headCount { unsentHead.removeFirst(sent) } else { client.giveBackHead(&unsentHead) }
            sentBody += max(0, sent - headCount)
        }
    }

    /// How much could be sent; nil when nothing can be, for now or for good.
    private func write(_ head: UnsafeRawBufferPointer, _ body: [UInt8], from start: Int = 0) -> Int? {
        let result = body.withUnsafeBytes { body in
            // SAFETY: vectors are only read, and only during the call.
            var vectors = (iovec(head[...]), iovec(body[start...]))
            return withUnsafeBytes(of: &vectors) { bytes in
                let all = bytes.bindMemory(to: iovec.self)
                let first = head.isEmpty ? 1 : 0
                let last = start == body.count ? 1 : 2
                return channel.write(UnsafeBufferPointer(rebasing: all[first..<last]))
            }
        }
        switch result {
        case .bytes(let count): return count
        case .wouldBlock: block(.write)
        case .failed:
            // The server may have answered before it closed: that is still to be read.
            cannotSend = true
            isSendingOver = true
        }
        return nil
    }

    // MARK: Receiving

    private func receive() {
        while let exchange, !exchange.isFull, !blocked.contains(.read) {
            switch channel.read(into: client.scratch) {
            case .bytes(let count, let isDrained):
                if isDrained, !peerClosed { block(.read) }
                take(count, for: exchange)
            case .wouldBlock: block(.read)
            case .end: ended(exchange, nil)
            case .failed(let error): ended(exchange, error)
            }
        }
        exchange?.hold()
        exchange?.deliver()
    }

    private func take(_ count: Int, for exchange: PlainExchange) {
        let bytes = UnsafeBufferPointer(rebasing: client.scratch.bindMemory(to: UInt8.self)[..<count])
        switch exchange.receive(bytes) {
        case .more: break
        case .failed: close()
        case .complete(let taken, let isPersistent):
            // Bytes behind the response belong to none that was asked for.
            let isReusable = isPersistent && taken == count && hasSentAll && !peerClosed
            self.exchange = nil
            exchange.finish(.complete)
            if isReusable { client.keep(self) } else { close() }
        }
    }

    /// The server ended the connection, or it broke.
    private func ended(_ exchange: PlainExchange, _ error: SystemError?) {
        let isFresh = !isReused
        close()
        exchange.connectionEnded(error, isFresh: isFresh)
    }

    private func block(_ interest: Interest) {
        blocked.formUnion(interest)
        if let registration { client.loop.rearm(registration, for: interest) }
    }

    // MARK: Deadlines

    private func wake(by due: Int64) {
        guard !deadline.fires(by: due) else { return }
        deadline.fire(by: due, on: client.loop) { self.timerFired() }
    }

    /// A limit of the exchange may end earlier than it did.
    func deadlineMoved() {
        if let exchange { wake(by: exchange.due) }
    }

    private func timerFired() {
        deadline.fired()
        if let due = exchange?.checkDeadlines(at: client.loop.now) { wake(by: due) }
    }
}

extension iovec {
    fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
