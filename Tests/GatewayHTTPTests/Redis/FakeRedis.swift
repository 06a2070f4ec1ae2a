import GatewayCore
import Synchronization

@testable import GatewayHTTP

/// A Redis server that says what the test wants; signing in succeeds unless the test answers it itself.
final class FakeRedis: Sendable {
    private let server: ScriptedServer
    private let log: Log

    private final class Log: Sendable {
        let commands = Mutex<[[String]]>([])
        let ended = Atomic(0)
    }

    var port: UInt16 { server.port }
    var connectionCount: Int { server.connectionCount }
    /// Connections that are over.
    var endedCount: Int { log.ended.load(ordering: .sequentiallyConsistent) }
    /// What it was asked, in order, heartbeats left out.
    var commands: [[String]] { log.commands.withLock { $0.filter { $0 != ["PING"] } } }

    /// - Parameter answer: gets a command and the number of its connection; nil leaves the answer to the fake, an empty text
    ///   says nothing, `close` closes.
    init(_ answer: @escaping @Sendable (_ command: [String], _ connection: Int) -> String? = { _, _ in nil }) throws {
        let log = Log()
        self.log = log
        server = try ScriptedServer { connection in
            defer { log.ended.add(1, ordering: .sequentiallyConsistent) }
            var parser = RESPParser()
            while let bytes = connection.readSome() {
                parser.append(bytes)
                // What is no RESP ends the test elsewhere.
                while let command = (try? parser.next())??.array {
                    let words = command.map { $0.text ?? "?" }
                    log.commands.withLock { $0.append(words) }
                    let reply = answer(words, connection.number) ?? Self.usual(words)
                    guard reply != "close" else { return }
                    connection.send(reply)
                }
            }
        }
    }

    deinit { server.stop() }

    private static func usual(_ words: [String]) -> String {
        switch words.first {
        case "HELLO": "%1\r\n+server\r\n+redis\r\n"
        case "SCRIPT": "$3\r\nd1g\r\n"
        case "PING": "+PONG\r\n"
        default: "+OK\r\n"
        }
    }

    /// A client of it, which has begun to connect.
    func client(
        _ credentials: String = "", on loop: EventLoop, timeout: Duration = .seconds(10),
        changed: @escaping @Sendable (RedisChange) -> Void = { _ in }
    ) -> RedisClient {
        let client = RedisClient(Self.setup(credentials, port: port, timeout), loop: loop, changed: changed)
        client.start()
        return client
    }

    static let script = RedisScript(.reserve, "return 1")

    static func setup(_ credentials: String, port: UInt16, _ timeout: Duration) -> RedisSetup {
        // The test would not go on with an address that is none.
        guard let url = RedisURL("redis://\(credentials)127.0.0.1:\(port)/0") else { preconditionFailure("no address") }
        return RedisSetup(
            url: url, timeout: timeout, scripts: [script], signOfLife: RedisCommand(Array("TRIAL".utf8)))
    }
}

extension RedisClient {
    /// Returns when the standing is as wanted, or after ten seconds as it is then.
    func standing(until isWanted: (RedisStanding) -> Bool) async -> RedisStanding {
        let end = ContinuousClock.now + .seconds(10)
        while !isWanted(standing), ContinuousClock.now < end { await Task.yield() }
        return standing
    }
}
