import CCurl
import GatewayCore

/// All transfers of one event loop: its easy handles, its sockets, and the multi handles that share the work.
///
/// libcurl must not be called from inside its callbacks, and is not: callbacks only note what happened, `CurlMulti.settle`
/// acts on it.
final class CurlClient: @unchecked Sendable {
    // SAFETY: the constants are safe to share, all else is used on the loop's thread only.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    let loop: EventLoop
    let options: HTTPTransportOptions
    /// Keeps the loop running where the transport owns it.
    private let runner: LoopRunner?

    private(set) lazy var sockets = CurlSockets(loop: loop)
    /// TLS sessions and addresses of names, so that what one transfer learnt serves all.
    private(set) var share: UnsafeMutableRawPointer?

    private var multis: [CurlMulti] = []
    private var handles: [CurlHandle] = []
    @exclusivity(unchecked) private var idle: [CurlHandle] = []
    @exclusivity(unchecked) private var noted: [CurlExchange] = []
    private var isClosed = false

    /// libcurl walks over all connections of a multi handle with every request: 25 us with 1,000 of them, 1 ms with 9,000.
    private static let transfersPerMulti = 256
    /// Handles kept for the next request beyond those in use.
    private static let maximumIdle = 256
    /// How deep the idle handles are searched for one that was used for the same URL.
    private static let searchDepth = 4

    init(loop: EventLoop, options: HTTPTransportOptions, runner: LoopRunner?) {
        self.loop = loop
        self.options = options
        self.runner = runner
    }

    // MARK: Exchanges

    /// Hands the exchange to libcurl. The handle's `settle` is to follow.
    func begin(_ exchange: CurlExchange) throws(TransportError) -> CurlHandle {
        try begin(exchange.request.url) { handle throws(TransportError) in try handle.prepare(exchange) }
    }

    /// Has libcurl connect to the URL's server. The handle's `settle` is to follow.
    func connect(
        _ seeker: any ConnectionSeeker, to url: String, within time: Duration
    ) throws(TransportError) -> CurlHandle {
        try begin(url) { handle throws(TransportError) in try handle.prepare(seeker, url: url, within: time) }
    }

    private func begin(
        _ url: String, _ prepare: (CurlHandle) throws(TransportError) -> Void
    ) throws(TransportError) -> CurlHandle {
        guard !isClosed else { throw .cancelled }
        let multi = try multiWithRoom()
        let handle = try takeHandle(for: url)
        do {
            try prepare(handle)
            try multi.add(handle)
        } catch {
            recycle(handle)
            throw error
        }
        return handle
    }

    /// Takes a transfer back before its end: libcurl closes the connection, or resets the stream of a shared one.
    func abort(_ handle: CurlHandle) {
        let multi = handle.multi
        multi?.remove(handle)
        recycle(handle)
        multi?.settle()
    }

    func transferEnded(_ handle: CurlHandle, _ code: CURLcode) {
        let (exchange, seeker) = (handle.exchange, handle.seeker)
        let error = code == CURLE_OK ? nil : handle.failure(code)
        let socket = seeker != nil && error == nil ? handle.takeSocket() : nil
        handle.multi?.remove(handle)
        recycle(handle)
        exchange?.transferEnded(error)
        seeker?.connected(socket.map { .success($0) } ?? .failure(error ?? .unreachable(detail: "no socket is left")))
    }

    /// Remembers an exchange whose reader has something to be told at the end of this turn of libcurl's.
    func note(_ exchange: CurlExchange) {
        noted.append(exchange)
    }

    func deliverNoted() {
        while let exchange = noted.popLast() { exchange.deliver() }
    }

    // MARK: Handles

    private func takeHandle(for url: String) throws(TransportError) -> CurlHandle {
        for index in idle.indices.suffix(Self.searchDepth).reversed() where idle[index].url == url {
            idle.swapAt(index, idle.count - 1)
            break
        }
        if let handle = idle.popLast() { return handle }
        guard let handle = CurlHandle(for: self) else { throw .unreachable(detail: "libcurl: no handle") }
        handle.index = handles.count
        handles.append(handle)
        return handle
    }

    private func recycle(_ handle: CurlHandle) {
        handle.release()
        guard idle.count >= Self.maximumIdle else { return idle.append(handle) }
        handle.cancelTimer()
        let last = handles.removeLast()
        if last !== handle {
            last.index = handle.index
            handles[handle.index] = last
        }
    }

    // MARK: Multi handles

    /// The first with room, so that connections are used again and the others run empty.
    private func multiWithRoom() throws(TransportError) -> CurlMulti {
        for multi in multis where multi.transferCount < Self.transfersPerMulti { return multi }
        guard CurlLibrary.isReady, let multi = CurlMulti(for: self) else {
            throw .unreachable(detail: "libcurl: no handle")
        }
        if share == nil {
            share = curl_share_init()
            if let share {
                ccurl_share_data(share, CURL_LOCK_DATA_SSL_SESSION)
                ccurl_share_data(share, CURL_LOCK_DATA_DNS)
            }
        }
        multis.append(multi)
        return multi
    }

    /// A multi handle that had nothing to do for long, with connections that are too old by now.
    func retire(_ multi: CurlMulti) {
        multis.removeAll { $0 === multi }
        multi.close()
    }

    func installCloseSocketCallback(on easy: UnsafeMutableRawPointer) {
        // SAFETY: this object is the context, since a connection outlives the handle that opened it. It closes the multi
        // handles, and with them all connections, before it goes away: a transport closes each of its clients.
        ccurl_set_close_socket_callback(
            easy,
            { context, fd in
                guard let context else { return 1 }
                Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue().sockets.close(fd)
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Ends every exchange with `.cancelled` and closes all connections.
    func close() {
        isClosed = true
        for exchange in handles.compactMap({ $0.exchange }) { exchange.cancelOnLoop() }
        for handle in handles {
            guard let seeker = handle.seeker else { continue }
            abort(handle)
            seeker.connected(.failure(.cancelled))
        }
        for handle in handles { handle.cancelTimer() }
        idle = []
        handles = []
        for multi in multis { multi.close() }
        multis = []
        if let share { curl_share_cleanup(share) }
        share = nil
    }
}

/// libcurl as a whole.
enum CurlLibrary {
    /// Whether libcurl could be set up, which the first use does, once.
    static let isReady = curl_global_init(ccurl_global_all) == CURLE_OK
}
