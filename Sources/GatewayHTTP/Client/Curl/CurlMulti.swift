import CCurl
import GatewayCore

/// One multi handle of libcurl's, whose sockets and timer live in the loop's poller: some of a loop's transfers, with the
/// connections they leave behind. On-loop only.
final class CurlMulti {
    private(set) var transferCount = 0

    private unowned let client: CurlClient
    private let multi: UnsafeMutableRawPointer
    private var isClosed = false

    /// When libcurl wants to be called, and when the loop's timer will do so.
    private var due: Int64?
    private var timer: (token: TimerToken, due: Int64)?
    /// libcurl has something to do right now.
    private var isEager = false
    private var idleSince: Int64 = 0
    private var retirement: TimerToken?

    /// libcurl uses no connection again that was idle for 118 seconds.
    private static let retirementAge: Int64 = 120_000_000_000

    init?(for client: CurlClient) {
        guard let multi = curl_multi_init() else { return nil }
        self.client = client
        self.multi = multi
        // SAFETY: `close` gives the multi handle back to libcurl before this object goes away, which its client holds until
        // then. Callbacks come on the loop's thread, from inside calls made here.
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, client.options.maximumIdleConnections)
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_socket_callback(
            multi,
            { _, fd, what, context, _ in
                if let multi = multiOf(context) { multi.client.sockets.interestChanged(fd, to: what, for: multi) }
                return 0
            }, context)
        ccurl_multi_set_timer_callback(
            multi,
            { _, milliseconds, context in
                multiOf(context)?.timerChanged(milliseconds)
                return 0
            }, context)
    }

    // MARK: Transfers

    func add(_ handle: CurlHandle) throws(TransportError) {
        let code = curl_multi_add_handle(multi, handle.easy)
        guard code == CURLM_OK else {
            throw .unreachable(detail: "libcurl: " + String(cString: curl_multi_strerror(code)))
        }
        handle.multi = self
        transferCount += 1
    }

    func remove(_ handle: CurlHandle) {
        curl_multi_remove_handle(multi, handle.easy)
        handle.multi = nil
        transferCount -= 1
        guard transferCount == 0 else { return }
        idleSince = client.loop.now
        if retirement == nil { planRetirement() }
    }

    /// A socket became ready: `CURL_CSELECT_*`.
    func socketReady(_ fd: curl_socket_t, _ mask: Int32) {
        act(on: fd, mask)
        settle()
    }

    /// Lets libcurl do what it asked for, takes finished transfers from it, then wakes the readers.
    func settle() {
        var rounds = 0
        while isEager, rounds < 4, !isClosed {
            isEager = false
            rounds += 1
            act(on: ccurl_timeout_socket, 0)
        }
        if isEager {
            isEager = false
            due = client.loop.now
        }
        var code = CURLE_OK
        while !isClosed, let easy = ccurl_multi_next_done(multi, &code) {
            guard let context = ccurl_get_private(easy) else { continue }
            // SAFETY: `CurlHandle` sets itself as the context, and the client holds it while it is in here.
            client.transferEnded(Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue(), code)
        }
        client.deliverNoted()
        armTimer()
    }

    private func act(on fd: curl_socket_t, _ mask: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, fd, mask, &running)
    }

    /// Closes all connections. No transfer may be left, nothing may be asked of it afterwards.
    func close() {
        isClosed = true
        if let timer { client.loop.cancel(timer.token) }
        if let retirement { client.loop.cancel(retirement) }
        curl_multi_cleanup(multi)
    }

    // MARK: Time

    private func timerChanged(_ milliseconds: Int) {
        isEager = milliseconds == 0
        due = milliseconds > 0 ? client.loop.now + Int64(milliseconds) * 1_000_000 : nil
    }

    /// libcurl moves its timer with every request; the loop's is only moved when it would be late, and looks again when it
    /// fires early.
    private func armTimer() {
        guard let due, !isClosed else { return }
        if let timer {
            guard due < timer.due else { return }
            client.loop.cancel(timer.token)
        }
        timer = (client.loop.schedule(at: due) { [self] in timerFired() }, due)
    }

    private func timerFired() {
        timer = nil
        if let due, due <= client.loop.now {
            self.due = nil
            isEager = true
        }
        settle()
    }

    private func planRetirement() {
        retirement = client.loop.schedule(at: idleSince + Self.retirementAge) { [self] in
            retirement = nil
            guard transferCount == 0 else { return }
            if client.loop.now - idleSince >= Self.retirementAge {
                client.retire(self)
            } else {
                planRetirement()
            }
        }
    }
}

private func multiOf(_ context: UnsafeMutableRawPointer?) -> CurlMulti? {
    // SAFETY: see `CurlMulti.init`.
    context.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }
}
