import CSystem
import GatewayCore
import Glibc
import Synchronization

/// Keeps a connection to a server, on one loop: makes it when it is first asked for, signs in, and after it broke makes the next
/// one after a growing pause.
final class RedisLink: @unchecked Sendable {
    // SAFETY: everything but `standing` is touched on the loop only, as `EventLoop.assertCurrent` of each entry checks.

    private enum State {
        case idle
        /// The server's addresses are being asked for, or the connection is being made and signed in to.
        case connecting
        case open(RedisConnection)
        /// The next attempt is due at that time of the loop's clock.
        case pausing(until: Int64)
        case closed
    }

    private struct Queued {
        var command: RESPCommand
        var deadline: Int64
        var completion: RedisConnection.Completion
    }

    private let url: RedisURL
    private let loop: EventLoop
    private let tls: TLSClientContext?
    private var state = State.idle
    /// What was asked while the connection is being made.
    private var queue: [Queued] = []
    private var failures = 0
    private let standing = Mutex<(isConnected: Bool, problem: String?)>((false, nil))

    /// How long an attempt to connect and sign in may take.
    private static let connectTime: Duration = .seconds(2)
    /// Pauses double from the first to the last.
    private static let pauses: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5)
    private static let maxQueued = 10_000

    init(url: RedisURL, loop: EventLoop, tls: TLSClientContext?) {
        self.url = url
        self.loop = loop
        self.tls = tls
    }

    var isConnected: Bool { standing.withLock { $0.isConnected } }
    var problem: String? { standing.withLock { $0.problem } }

    /// On-loop only, as all below.
    func send(_ command: RESPCommand, within time: Duration, completion: @escaping RedisConnection.Completion) {
        switch state {
        case .open(let connection): connection.send(command, within: time, completion: completion)
        case .pausing(let due) where due > loop.now: completion(.failure(.unreachable(problem ?? "it was not reached")))
        case .closed: completion(.failure(.unreachable("the gateway is stopping")))
        case .connecting: enqueue(command, within: time, completion)
        case .idle, .pausing:
            enqueue(command, within: time, completion)
            connect()
        }
    }

    func close() {
        let last = state
        state = .closed
        standing.withLock { $0 = (false, "the gateway is stopping") }
        if case .open(let connection) = last { connection.end(.disconnected("the gateway is stopping")) }
        failQueue(.unreachable("the gateway is stopping"))
    }

    private func enqueue(_ command: RESPCommand, within time: Duration, _ completion: @escaping RedisConnection.Completion) {
        guard queue.count < Self.maxQueued else { return completion(.failure(.busy)) }
        queue.append(Queued(command: command, deadline: loop.now + time.clampedNanoseconds, completion: completion))
        loop.schedule(after: time) { [weak self] in self?.dropLate() }
    }

    private func dropLate() {
        let late = queue.filter { $0.deadline <= loop.now }
        queue.removeAll { $0.deadline <= loop.now }
        for queued in late { queued.completion(.failure(.timedOut)) }
    }

    private func failQueue(_ error: RedisError) {
        let waiting = queue
        queue = []
        for queued in waiting { queued.completion(.failure(error)) }
    }

    // MARK: Connecting

    private func connect() {
        state = .connecting
        let (url, loop) = (url, loop)
        if let address = SocketAddress(url.host, port: UInt16(clamping: url.port)) { return connect(to: address) }
        HostAddresses.resolve(url.host, port: UInt16(clamping: url.port)) { addresses in
            loop.submit { [weak self] in self?.resolved(addresses) }
        }
    }

    private func resolved(_ addresses: [SocketAddress]) {
        guard case .connecting = state else { return }
        // Servers behind one name are replicas of each other as far as a client can tell: the next attempt takes the next.
        guard !addresses.isEmpty else { return failed(.unreachable("\(url.host) has no address")) }
        connect(to: addresses[failures % addresses.count])
    }

    private func connect(to address: SocketAddress) {
        let descriptor = csys_socket_stream(address.family)
        guard descriptor >= 0 else { return failed(.unreachable(SystemError(call: "socket").description)) }
        _ = csys_set_no_delay(descriptor)
        let result = address.withSystemAddress { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let error = SystemError(call: "connect")
            Glibc.close(descriptor)
            return failed(.unreachable(error.description))
        }
        let channel: any ConnectionChannel
        if let tls {
            channel = tls.makeChannel(descriptor: descriptor, host: url.host)
        } else {
            channel = PlainChannel(descriptor: descriptor)
        }
        let connection = RedisConnection(loop: loop, channel: channel) { [weak self] error in self?.failed(error) }
        connection.start()
        signIn(connection)
    }

    /// Signs in, chooses the database and asks for a sign of life, all in one go; the last reply opens the link.
    private func signIn(_ connection: RedisConnection) {
        var commands: [RESPCommand] = []
        if let password = url.password {
            commands.append(
                RESPCommand([[UInt8]("AUTH".utf8)] + (url.user.map { [Array($0.utf8)] } ?? []) + [Array(password.reveal().utf8)]))
        }
        if url.database != 0 { commands.append(RESPCommand("SELECT", String(url.database))) }
        commands.append(RESPCommand("PING"))
        for (index, command) in commands.enumerated() {
            let isLast = index == commands.count - 1
            connection.send(command, within: Self.connectTime) { [weak self, weak connection] result in
                guard let connection else { return }
                switch result {
                case .success: if isLast { self?.opened(connection) }
                // The server's words are about names and databases, not about the password.
                case .failure(let error): connection.end(.unreachable(error.description))
                }
            }
        }
    }

    private func opened(_ connection: RedisConnection) {
        guard case .connecting = state else { return connection.end(.disconnected("the gateway is stopping")) }
        state = .open(connection)
        failures = 0
        standing.withLock { $0 = (true, nil) }
        let waiting = queue
        queue = []
        for queued in waiting {
            let left = Duration.nanoseconds(max(1, queued.deadline - loop.now))
            connection.send(queued.command, within: left, completion: queued.completion)
        }
    }

    private func failed(_ error: RedisError) {
        if case .closed = state { return }
        let pause = min(Self.pauses.lowerBound * (1 << min(failures, 10)), Self.pauses.upperBound)
        failures += 1
        state = .pausing(until: loop.now + pause.clampedNanoseconds)
        standing.withLock { $0 = (false, error.description) }
        failQueue(error)
        // Not only when asked: that the server is back should be known before the next request needs it.
        loop.schedule(after: pause) { [weak self] in self?.tryAgain() }
    }

    private func tryAgain() {
        guard case .pausing(let due) = state, due <= loop.now else { return }
        connect()
    }
}
