import CCurl
import CSystem
import Glibc

/// libcurl's sockets of one loop, in its poller.
///
/// libcurl asks for a socket anew with every request on a kept connection and drops it after the response. The kernel is
/// not told: a registration stays, and only when an idle connection does become ready is it taken out. Since libcurl opens
/// and closes sockets through this type, no registration outlives its descriptor; the few that libcurl opens otherwise,
/// for its resolver, are registered and removed as told. On-loop only.
final class CurlSockets {
    private let loop: EventLoop
    private var sockets: [CurlSocket?] = []

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Opens a TCP socket for libcurl; `CURL_SOCKET_BAD` when there is none to be had.
    func open(family: Int32) -> curl_socket_t {
        let fd = csys_socket_stream(family)
        guard fd >= 0 else { return ccurl_bad_socket }
        insert(CurlSocket(fd: fd, origin: .opened, owner: self))
        return fd
    }

    func close(_ fd: curl_socket_t) {
        remove(fd)
        _ = Glibc.close(fd)
    }

    /// libcurl's wish for a socket changed: `CURL_POLL_*`. The multi handle is to be told when it comes true.
    func interestChanged(_ fd: curl_socket_t, to what: Int32, for multi: CurlMulti) {
        let socket: CurlSocket
        if let known = lookUp(fd) {
            socket = known
        } else {
            guard what != CURL_POLL_REMOVE else { return }
            socket = CurlSocket(fd: fd, origin: .foreign, owner: self)
            insert(socket)
        }
        var wanted: Interest = []
        if what == CURL_POLL_IN || what == CURL_POLL_INOUT { wanted.insert(.read) }
        if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { wanted.insert(.write) }
        socket.wanted = wanted
        socket.multi = multi
        if what == CURL_POLL_REMOVE, socket.origin == .foreign {
            remove(fd)
        } else if !wanted.isSubset(of: socket.watched) || socket.watched.subtracting(wanted).contains(.write) {
            // A socket can nearly always be written to, so that watching for it without need would never let the loop rest.
            watch(socket)
        }
    }

    fileprivate func becameReady(_ socket: CurlSocket, _ readiness: Readiness) {
        var mask: Int32 = 0
        if readiness.contains(.read), socket.wanted.contains(.read) { mask |= CURL_CSELECT_IN }
        if readiness.contains(.write), socket.wanted.contains(.write) { mask |= CURL_CSELECT_OUT }
        if readiness.contains(.hangUp), !socket.wanted.isEmpty { mask |= CURL_CSELECT_IN }
        guard mask != 0 else { return watch(socket) }
        socket.multi?.socketReady(socket.fd, mask)
    }

    /// Makes the poller watch exactly what is wanted. Even without interest it would tell of a hang-up, over and over, so
    /// that no interest means no registration.
    private func watch(_ socket: CurlSocket) {
        if let registration = socket.registration {
            if !socket.wanted.isEmpty, (try? loop.update(registration, for: socket.wanted)) != nil {
                socket.watched = socket.wanted
                return
            }
            loop.unwatch(registration)
            socket.registration = nil
            socket.watched = []
        }
        guard !socket.wanted.isEmpty else { return }
        // A socket that cannot be watched ends its exchange by a timeout, there is no one to tell here.
        socket.registration = try? loop.watch(socket.fd, for: socket.wanted, handler: socket)
        socket.watched = socket.registration == nil ? [] : socket.wanted
    }

    private func lookUp(_ fd: curl_socket_t) -> CurlSocket? {
        sockets.indices.contains(Int(fd)) ? sockets[Int(fd)] : nil
    }

    private func insert(_ socket: CurlSocket) {
        let index = Int(socket.fd)
        if index >= sockets.count {
            sockets.append(contentsOf: repeatElement(nil, count: max(64, index + 1 - sockets.count)))
        }
        if let stale = sockets[index]?.registration { loop.unwatch(stale) }
        sockets[index] = socket
    }

    private func remove(_ fd: curl_socket_t) {
        guard let socket = lookUp(fd) else { return }
        if let registration = socket.registration { loop.unwatch(registration) }
        socket.registration = nil
        sockets[Int(fd)] = nil
    }
}

/// One socket of libcurl's, as the loop's handler.
final class CurlSocket: ReadinessHandler {
    enum Origin {
        /// Through `CurlSockets.open`: its end will be told.
        case opened
        /// Made by libcurl itself: closed without a word.
        case foreign
    }

    let fd: curl_socket_t
    fileprivate let origin: Origin
    fileprivate var wanted: Interest = []
    fileprivate var watched: Interest = []
    fileprivate var registration: Registration?
    /// Not held: it closes its sockets before it goes away.
    fileprivate unowned(unsafe) var multi: CurlMulti?
    private unowned let owner: CurlSockets

    fileprivate init(fd: curl_socket_t, origin: Origin, owner: CurlSockets) {
        self.fd = fd
        self.origin = origin
        self.owner = owner
    }

    func ready(_ readiness: Readiness) {
        owner.becameReady(self, readiness)
    }
}
