import CSystem
import GatewayCore
import Glibc

/// Keeps one connection to a server, on one loop: makes it, signs in, and after it broke makes the next one after a growing
/// pause.
///
/// A server that refuses what it is asked (its memory is full, it is loading, it became a replica) counts as one that is away:
/// the connection ends, and the next one is used only when a trial script could write.
final class RedisLink {
    // On-loop only, all of it.

    private enum State {
        case idle
        /// The server's addresses are being asked for, or the connection is being made and signed in to.
        case connecting(RedisConnection?)
        case open(RedisConnection)
        case pausing
        case closed
    }

    private let setup: RedisSetup
    private let loop: EventLoop
    private let standing: RedisStandingBoard
    private var state = State.idle
    private var digests: [RedisScript.StaticName: String] = [:]
    private var failures = 0
    /// Whether the system is still asked for the server's addresses.
    private var isLookingUp = false
    private var openedAt: Int64 = 0
    private var random = SystemRandomNumberGenerator()

    /// How long an attempt to connect and sign in may take.
    private static let connectTime: Duration = .seconds(2)
    private static let firstPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(5)
    /// A connection that lasted so long was a good one: the pauses begin anew after it.
    private static let goodTime: Duration = .seconds(10)
    /// An idle connection is asked for a sign of life so often.
    private static let heartbeat: Duration = .seconds(2)

    init(_ setup: RedisSetup, loop: EventLoop, standing: RedisStandingBoard) {
        self.setup = setup
        self.loop = loop
        self.standing = standing
    }

    func start() {
        guard case .idle = state else { return }
        connect()
    }

    /// Sends the command, or fails it at once where there is no connection.
    func send(_ command: RedisCommand, deadline: Int64, completion: @escaping RedisConnection.Completion) {
        guard case .open(let connection) = state else {
            return completion(.failure(.away(standing.current.problem ?? "not connected yet")))
        }
        var digest: String?
        if case .script(let script, _) = command.form { digest = digests[script.name] }
        connection.send(command, digest: digest, deadline: deadline) { [weak self, weak connection] result in
            guard case .failure(.refused(let code)) = result, let self, let connection else {
                return completion(result)
            }
            if code == "NOSCRIPT", digest != nil, case .script(let script, _) = command.form {
                digests[script.name] = nil
                return connection.send(command, deadline: deadline) { [weak self, weak connection] result in
                    completion(result)
                    self?.judge(result, of: connection)
                }
            }
            completion(result)
            judge(result, of: connection)
        }
    }

    private func judge(_ result: Result<RESPValue, RedisError>, of connection: RedisConnection?) {
        if case .failure(.refused(let code)) = result { connection?.end(.refused(code: code)) }
    }

    func close() {
        let last = state
        state = .closed
        switch last {
        case .open(let connection):
            // What was handed over last gives places and tokens back.
            connection.turnEnded()
            connection.end(.away("the gateway is stopping"))
        case .connecting(let connection?): connection.end(.away("the gateway is stopping"))
        case .idle, .connecting, .pausing, .closed: break
        }
    }

    // MARK: Connecting

    private func connect() {
        // A resolver that hangs is not asked again meanwhile.
        guard !isLookingUp else { return failed(.unreachable("its name is not resolved in time")) }
        state = .connecting(nil)
        isLookingUp = true
        let place = failures
        let link = LoopBound(self)
        loop.schedule(after: Self.connectTime) { [weak self] in
            guard let self, isLookingUp, place == failures, case .connecting(nil) = state else { return }
            failed(.unreachable("its name is not resolved in time"))
        }
        HostLookup.addresses(of: setup.url.host, port: UInt16(clamping: setup.url.port), on: loop) { addresses in
            link.value?.resolved(addresses, place)
        }
    }

    private func resolved(_ addresses: [SocketAddress], _ place: Int) {
        isLookingUp = false
        guard case .connecting(nil) = state else { return }
        guard !addresses.isEmpty else { return failed(.unreachable("its name has no address")) }
        // One of several addresses may be down: the next attempt takes the next.
        let address = addresses[place % addresses.count]
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
        if let tls = setup.tls {
            guard let encrypted = tls.makeChannel(descriptor: descriptor, host: setup.url.host) else {
                Glibc.close(descriptor)
                return failed(.unreachable("TLS is not available"))
            }
            channel = encrypted
        } else {
            channel = PlainChannel(descriptor: descriptor)
        }
        let connection = RedisConnection(loop: loop, channel: channel) { [weak self] error in self?.failed(error) }
        state = .connecting(connection)
        connection.start()
        greet(connection)
    }

    private var connectDeadline: Int64 { loop.now + Self.connectTime.clampedNanoseconds }

    /// Asks for version 3 of the protocol and signs in with it; a server that does not know HELLO is spoken to in version 2.
    private func greet(_ connection: RedisConnection) {
        let credentials = setup.url.password.map {
            [Array((setup.url.user ?? "default").utf8), Array($0.revealed.utf8)]
        }
        var hello = [Array("HELLO".utf8), Array("3".utf8)]
        if let credentials { hello += [Array("AUTH".utf8)] + credentials }
        let deadline = connectDeadline
        connection.send(RedisCommand(hello), deadline: deadline) { [weak self, weak connection] result in
            guard let self, let connection else { return }
            switch result {
            case .success: prepare(connection, deadline)
            case .failure(.refused("ERR")), .failure(.refused("NOPROTO")):
                guard let password = setup.url.password else { return prepare(connection, deadline) }
                var auth = [Array("AUTH".utf8)]
                if let user = setup.url.user { auth.append(Array(user.utf8)) }
                auth.append(Array(password.revealed.utf8))
                connection.send(RedisCommand(auth), deadline: deadline) { [weak self, weak connection] result in
                    guard let self, let connection else { return }
                    switch result {
                    case .success: prepare(connection, deadline)
                    case .failure(let error): connection.end(error)
                    }
                }
            case .failure(let error): connection.end(error)
            }
        }
    }

    /// Chooses the database, loads the scripts and tries whether one can write.
    private func prepare(_ connection: RedisConnection, _ deadline: Int64) {
        if setup.url.database != 0 {
            let select = RedisCommand(Array("SELECT".utf8), [UInt8](setup.url.database))
            connection.send(select, deadline: deadline) { [weak connection] result in
                if case .failure(let error) = result { connection?.end(error) }
            }
        }
        digests = [:]
        for script in setup.scripts {
            let load = RedisCommand(Array("SCRIPT".utf8), Array("LOAD".utf8), Array(script.source.utf8))
            connection.send(load, deadline: deadline) { [weak self] result in
                // Without a digest the script itself is sent each time.
                if case .success(let reply) = result { self?.digests[script.name] = reply.text }
            }
        }
        connection.send(setup.signOfLife, deadline: deadline) { [weak self, weak connection] result in
            guard let self, let connection else { return }
            switch result {
            case .success: opened(connection)
            case .failure(let error): connection.end(error)
            }
        }
    }

    private func opened(_ connection: RedisConnection) {
        guard case .connecting = state else { return }
        state = .open(connection)
        openedAt = loop.now
        standing.set(.connected)
        beat(connection)
    }

    private func beat(_ connection: RedisConnection) {
        loop.schedule(after: Self.heartbeat) { [weak self, weak connection] in
            guard let self, let connection, case .open(let current) = state, current === connection else { return }
            let deadline = loop.now + setup.timeout.clampedNanoseconds
            connection.send(RedisCommand(Array("PING".utf8)), deadline: deadline) {
                [weak self, weak connection] result in
                self?.judge(result, of: connection)
            }
            beat(connection)
        }
    }

    // MARK: After it broke

    private func failed(_ error: RedisError) {
        switch state {
        case .closed: return
        case .open: if loop.now - openedAt >= Self.goodTime.clampedNanoseconds { failures = 0 }
        case .idle, .connecting, .pausing: break
        }
        state = .pausing
        let jitter = Double.random(in: -1...1, using: &random)
        let pause = Backoff.delay(attempt: failures, base: Self.firstPause, limit: Self.longestPause, jitter: jitter)
        failures = min(failures + 1, 1000)
        standing.set(.away(error.description))
        loop.schedule(after: pause) { [weak self] in
            guard let self, case .pausing = state else { return }
            connect()
        }
    }
}

/// Carries an object of a loop through a `Sendable` closure that the same loop runs.
private struct LoopBound: @unchecked Sendable {
    // SAFETY: made and opened on the object's own loop only, as `HostLookup` promises.
    private(set) weak var value: RedisLink?

    init(_ value: RedisLink) {
        self.value = value
    }
}
