import CCurl
import GatewayCore

/// All transfers of one event loop: a multi handle of libcurl's whose sockets and timer live in the loop's poller.
///
/// libcurl must not be called from inside its callbacks, and is not: callbacks only note what happened, `settle` acts on it.
final class CurlMulti: @unchecked Sendable {
    // SAFETY: the constants are safe to share, all else is used on the loop's thread only.

    let loop: EventLoop
    let options: CurlTransportOptions

    private(set) lazy var sockets = CurlSockets(loop: loop) { [unowned self] fd, mask in
        act(on: fd, mask)
        settle()
    }
    /// TLS sessions, so that any handle can resume what another began.
    private(set) var share: UnsafeMutableRawPointer?

    private var multi: UnsafeMutableRawPointer?
    private var handles: [CurlHandle] = []
    private var idle: [CurlHandle] = []
    private var noted: [CurlExchange] = []
    private var isClosed = false

    /// When libcurl wants to be called, and when the loop's timer will do so.
    private var due: Int64?
    private var timer: (token: TimerToken, due: Int64)?
    /// libcurl has something to do right now.
    private var isEager = false

    /// Handles kept for the next request beyond those in use.
    private static let maximumIdle = 256
    /// How deep the idle handles are searched for one that was used for the same URL.
    private static let searchDepth = 4

    /// Keeps the loop running where the transport owns it.
    private let runner: LoopRunner?

    init(loop: EventLoop, options: CurlTransportOptions, runner: LoopRunner?) {
        self.loop = loop
        self.options = options
        self.runner = runner
    }

    // MARK: Exchanges

    /// Hands the exchange to libcurl. `settle` is to follow.
    func begin(_ exchange: CurlExchange) throws(TransportError) -> CurlHandle {
        let multi = try open()
        let handle = try takeHandle(for: exchange.request.url)
        do {
            try handle.prepare(exchange)
        } catch {
            recycle(handle)
            throw error
        }
        let code = curl_multi_add_handle(multi, handle.easy)
        guard code == CURLM_OK else {
            recycle(handle)
            throw .unreachable(detail: "libcurl: " + String(cString: curl_multi_strerror(code)))
        }
        return handle
    }

    /// Takes a transfer back before its end: libcurl closes the connection, or resets the stream of a shared one.
    func abort(_ handle: CurlHandle) {
        curl_multi_remove_handle(multi, handle.easy)
        recycle(handle)
        settle()
    }

    /// Remembers an exchange whose reader has something to be told at the end of this turn of libcurl's.
    func note(_ exchange: CurlExchange) {
        noted.append(exchange)
    }

    /// Lets libcurl do what it asked for, takes finished transfers from it, then wakes the readers.
    func settle() {
        guard let multi else { return }
        var rounds = 0
        while isEager, rounds < 4 {
            isEager = false
            rounds += 1
            act(on: ccurl_timeout_socket, 0)
        }
        if isEager {
            isEager = false
            due = loop.now
        }
        var code = CURLE_OK
        while let easy = ccurl_multi_next_done(multi, &code) { transferEnded(easy, code) }
        while let exchange = noted.popLast() { exchange.deliver() }
        armTimer()
    }

    private func transferEnded(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
        guard let context = ccurl_get_private(easy) else { return }
        // SAFETY: `CurlHandle` sets itself as the context and is held by `handles`.
        let handle = Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
        let exchange = handle.exchange
        let error = code == CURLE_OK ? nil : handle.failure(code)
        curl_multi_remove_handle(multi, easy)
        recycle(handle)
        exchange?.transferEnded(error)
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

    // MARK: libcurl's multi handle

    private func open() throws(TransportError) -> UnsafeMutableRawPointer {
        if let multi { return multi }
        guard !isClosed else { throw .cancelled }
        guard CurlLibrary.isReady, let multi = curl_multi_init() else {
            throw .unreachable(detail: "libcurl: no handle")
        }
        // SAFETY: `close` gives the multi handle back to libcurl before this object can go away; a transport closes each
        // of its multi handles. Callbacks come on the loop's thread, from inside calls made here.
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.maximumIdleConnections)
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_socket_callback(
            multi,
            { _, fd, what, context, _ in
                multiOf(context)?.sockets.interestChanged(fd, to: what)
                return 0
            }, context)
        ccurl_multi_set_timer_callback(
            multi,
            { _, milliseconds, context in
                multiOf(context)?.timerChanged(milliseconds)
                return 0
            }, context)
        share = curl_share_init()
        if let share { ccurl_share_data(share, CURL_LOCK_DATA_SSL_SESSION) }
        self.multi = multi
        return multi
    }

    func installCloseSocketCallback(on easy: UnsafeMutableRawPointer) {
        // SAFETY: as in `open`. The multi handle is the context, since a connection outlives the handle that opened it.
        ccurl_set_close_socket_callback(
            easy,
            { context, fd in
                multiOf(context)?.sockets.close(fd)
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func act(on fd: curl_socket_t, _ mask: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, fd, mask, &running)
    }

    /// Ends every exchange with `.cancelled` and closes all connections.
    func close() {
        isClosed = true
        guard let multi else { return }
        for exchange in handles.compactMap({ $0.exchange }) { exchange.cancelOnLoop() }
        for handle in handles { handle.cancelTimer() }
        if let timer { loop.cancel(timer.token) }
        timer = nil
        idle = []
        handles = []
        curl_multi_cleanup(multi)
        self.multi = nil
        if let share { curl_share_cleanup(share) }
        share = nil
    }

    // MARK: Time

    private func timerChanged(_ milliseconds: Int) {
        isEager = milliseconds == 0
        due = milliseconds > 0 ? loop.now + Int64(milliseconds) * 1_000_000 : nil
    }

    /// libcurl moves its timer with every request; the loop's is only moved when it would be late, and looks again when it
    /// fires early.
    private func armTimer() {
        guard let due else { return }
        if let timer {
            guard due < timer.due else { return }
            loop.cancel(timer.token)
        }
        timer = (loop.schedule(at: due) { [self] in timerFired() }, due)
    }

    private func timerFired() {
        timer = nil
        if let due, due <= loop.now {
            self.due = nil
            isEager = true
        }
        settle()
    }
}

private func multiOf(_ context: UnsafeMutableRawPointer?) -> CurlMulti? {
    // SAFETY: see `CurlMulti.open`.
    context.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }
}

/// libcurl as a whole.
enum CurlLibrary {
    /// Whether libcurl could be set up, which the first use does, once.
    static let isReady = curl_global_init(ccurl_global_all) == CURLE_OK
}
