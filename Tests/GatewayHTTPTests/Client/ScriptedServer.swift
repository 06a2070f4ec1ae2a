import Glibc
import Synchronization

@testable import GatewayHTTP

/// A server of raw sockets on loopback: a script, written as straight-line code, says what each connection does. Every
/// connection has a thread of its own; every wait in it ends after ten seconds.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Atomic(0)
    private let isStopped = Atomic(false)

    /// Connections accepted so far.
    var connectionCount: Int { accepted.load(ordering: .sequentiallyConsistent) }

    init(_ script: @escaping @Sendable (ScriptedConnection) -> Void) throws {
        (listener, port) = try Self.listen()
        let listener = listener
        runThread { [self] in
            while true {
                let fd = accept(listener, nil, nil)
                guard fd >= 0 else { return }
                guard !isStopped.load(ordering: .sequentiallyConsistent) else {
                    _ = close(fd)
                    return
                }
                let number = accepted.add(1, ordering: .sequentiallyConsistent).newValue
                runThread {
                    let connection = ScriptedConnection(fd, number: number)
                    script(connection)
                    connection.end()
                }
            }
        }
    }

    /// Accepts nothing more. Connections go on with their scripts.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// A listening socket on a free port of 127.0.0.1.
    static func listen(backlog: Int32 = 1024) throws -> (fd: Int32, port: UInt16) {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(fd, address, length) == 0 && Glibc.listen(fd, backlog) == 0
                    && getsockname(fd, address, &length) == 0
            }
        }
        guard code else { throw SystemError(call: "listen") }
        return (fd, UInt16(bigEndian: address.sin_port))
    }
}

/// One accepted connection of a `ScriptedServer`. Used by its script's thread.
final class ScriptedConnection {
    let number: Int
    private let fd: Int32
    private var unread: [UInt8] = []
    private var isEnded = false

    init(_ fd: Int32, number: Int) {
        self.fd = fd
        self.number = number
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The next request, head and body as one text; nil when the client has gone.
    func readRequest() -> String? {
        while true {
            if let count = requestLength() {
                let request = unread[..<count]
                unread.removeFirst(count)
                return String(decoding: request, as: UTF8.self)
            }
            guard receive() else { return nil }
        }
    }

    /// What has come, at least one byte; nil when the client has gone.
    func readSome() -> [UInt8]? {
        guard !unread.isEmpty || receive() else { return nil }
        defer { unread = [] }
        return unread
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        _ = sendCounting(bytes)
    }

    /// Sends until all is sent or the client is gone or takes nothing for ten seconds; returns how much it was.
    func sendCounting(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// Sends what the sockets take without the client reading; returns how much it was.
    func sendUntilBlocked(chunk: [UInt8], quietMilliseconds: Int32 = 300) -> Int {
        var sent = 0
        while true {
            var writable = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
            guard poll(&writable, 1, quietMilliseconds) > 0 else { return sent }
            let count = chunk.withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { return sent }
            sent += count
        }
    }

    /// Waits for the client to close or reset; returns how long that took, nil after ten seconds.
    func waitForClose() -> Duration? {
        let clock = ContinuousClock()
        let start = clock.now
        while receive() {}
        return isEnded ? clock.now - start : nil
    }

    /// Closes with a reset in place of an orderly end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        end()
    }

    /// Nothing more will be sent; the client may still send.
    func endSending() {
        shutdown(fd, Int32(SHUT_WR))
    }

    private var isClosed = false

    func end() {
        guard !isClosed else { return }
        isClosed = true
        close(fd)
    }

    /// Reads once; false at the end, which only a closed or broken connection counts as.
    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(fd, &buffer, buffer.count, 0)
        guard count > 0 else {
            isEnded = count == 0 || errno != EAGAIN
            return false
        }
        unread += buffer[..<count]
        return true
    }

    /// How long the first request in `unread` is, nil while it is incomplete.
    private func requestLength() -> Int? {
        var end = 0
        while end + 4 <= unread.count, Array(unread[end..<(end + 4)]) != [13, 10, 13, 10] { end += 1 }
        guard end + 4 <= unread.count else { return nil }
        let head = String(decoding: unread[..<end], as: UTF8.self).lowercased()
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
        let total = end + 4 + (length ?? 0)
        return unread.count >= total ? total : nil
    }
}

/// Runs the body on a thread of its own that nobody joins.
func runThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    pthread_detach(thread)
}

/// A value that a thread gives and a test waits for.
final class Promise<Value: Sendable>: Sendable {
    private let state = Mutex<(value: Value?, waiters: [CheckedContinuation<Value, Never>])>((nil, []))

    func fulfil(_ value: Value) {
        let waiters = state.withLock { state in
            state.value = value
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value = state.withLock { state -> Value? in
                    if state.value == nil { state.waiters.append(continuation) }
                    return state.value
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}

/// A gate that a thread waits at, ten seconds at most.
final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }

    func wait() {
        for _ in 0..<5_000 where !isOpen.load(ordering: .sequentiallyConsistent) { usleep(2_000) }
    }
}
