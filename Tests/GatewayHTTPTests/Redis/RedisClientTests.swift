import GatewayCore
import Synchronization
import Testing

@testable import GatewayHTTP

@Suite(.timeLimit(.minutes(1))) struct RedisClientTests {
    private let get = RedisCommand(Array("GET".utf8), Array("k".utf8))
    private let call = RedisCommand(FakeRedis.script, keys: [Array("k".utf8)], arguments: [])

    private func error(of body: () async throws(RedisError) -> RESPValue) async -> RedisError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func signsInAndPipelines() async throws {
        try await withLoops(2) { group in
            let redis = try FakeRedis { words, _ in
                words.first == "ECHO" ? "$\(words[1].count)\r\n\(words[1])\r\n" : nil
            }
            let client = redis.client("app:pass%20word@", on: group.loops[0])
            #expect(await client.standing { $0.isConnected } == .connected)
            await withTaskGroup(of: Void.self) { tasks in
                for number in 0..<500 {
                    tasks.addTask(executorPreference: group.loops[number % 2]) {
                        let reply = try? await client.call(RedisCommand(Array("ECHO".utf8), [UInt8](number)))
                        #expect(reply?.text == String(number))
                    }
                }
            }
            #expect(redis.commands.first == ["HELLO", "3", "AUTH", "app", "pass word"])
            #expect(redis.commands[1] == ["SCRIPT", "LOAD", "return 1"])
            #expect(redis.commands[2] == ["TRIAL"])
            #expect(redis.connectionCount == 1)
            #expect(client.failureCount == 0)
        }
    }

    @Test func speaksVersion2ToOldServers() async throws {
        try await withLoops(1) { group in
            let redis = try FakeRedis { words, _ in words.first == "HELLO" ? "-ERR unknown command 'HELLO'\r\n" : nil }
            let client = redis.client(":secret-word@", on: group.loops[0])
            #expect(await client.standing { $0.isConnected } == .connected)
            #expect(redis.commands[1] == ["AUTH", "secret-word"])
        }
    }

    @Test func tellsWhyButNeverThePassword() async throws {
        try await withLoops(1) { group in
            let redis = try FakeRedis { words, _ in
                words.first == "HELLO" ? "-WRONGPASS not 'secret-word'\r\n" : nil
            }
            let client = redis.client(":secret-word@", on: group.loops[0])
            let problem = await client.standing { $0.problem != nil }.problem
            #expect(problem == "the server answers WRONGPASS, the password is wrong")
            #expect(await error { () async throws(RedisError) in try await client.call(get) } == .away(problem ?? ""))
        }
    }

    @Test func aSilentServerCostsTheTimeoutOnceAndIsLeftAlone() async throws {
        try await withLoops(1) { group in
            let board = Told()
            // It comes back when it has been seen to be away.
            let redis = try FakeRedis { words, connection in
                if words.first == "GET" { board.fallSilent(on: connection) }
                // Heartbeats, too: their answer would be taken for that of the command.
                if board.silentConnection == connection { return "" }
                return words.first == "HELLO" && board.isSilent ? "close" : nil
            }
            let client = redis.client(on: group.loops[0], timeout: .seconds(2)) { board.note($0.now) }
            #expect(await client.standing { $0.isConnected } == .connected)
            let first = await error { () async throws(RedisError) in try await client.call(get) }
            #expect(first == .timedOut)
            let second = await error { () async throws(RedisError) in try await client.call(get) }
            guard case .away? = second else {
                Issue.record("\(String(describing: second))")
                return
            }
            board.release()
            #expect(await client.standing { $0.isConnected } == .connected)
            #expect(try await client.call(get).text == "OK")
            #expect(board.changes.map(\.isConnected) == [true, false, true])
            #expect(board.changes[1].problem == "no answer in time")
            #expect(client.failureCount == 2)
        }
    }

    @Test func everyCommandUnderWayIsToldThatTheConnectionBroke() async throws {
        try await withLoops(1) { group in
            let redis = try FakeRedis { words, connection in
                guard words.first == "GET", connection == 1 else { return nil }
                return words[1] == "9" ? "close" : ""
            }
            let client = redis.client(on: group.loops[0])
            #expect(await client.standing { $0.isConnected } == .connected)
            await withTaskGroup(of: Void.self) { tasks in
                for number in 0..<10 {
                    tasks.addTask {
                        let command = RedisCommand(Array("GET".utf8), [UInt8](number))
                        guard (try? await client.call(command)) == nil else { return #expect(Bool(false)) }
                    }
                }
            }
            #expect(await client.standing { $0.isConnected } == .connected)
            #expect(redis.connectionCount == 2)
        }
    }

    @Test func sendsTheScriptToAServerThatHasForgottenIt() async throws {
        try await withLoops(1) { group in
            let redis = try FakeRedis { words, _ in words.first == "EVALSHA" ? "-NOSCRIPT No matching script\r\n" : nil
            }
            let client = redis.client(on: group.loops[0])
            #expect(await client.standing { $0.isConnected } == .connected)
            #expect(try await client.call(call).text == "OK")
            #expect(
                Array(redis.commands.suffix(2)) == [["EVALSHA", "d1g", "1", "k"], ["EVAL", "return 1", "1", "k"]])
            #expect(client.standing == .connected)
        }
    }

    @Test(arguments: ["OOM", "LOADING", "READONLY", "MISCONF"])
    func aServerThatCannotServeIsAwayUntilATrialSucceeds(code: String) async throws {
        try await withLoops(1) { group in
            let redis = try FakeRedis { words, connection in
                switch words.first {
                case "EVALSHA" where connection == 1: "-\(code) no\r\n"
                case "TRIAL" where connection == 2: "-\(code) no\r\n"
                default: nil
                }
            }
            let board = Told()
            let client = redis.client(on: group.loops[0]) { board.note($0.now) }
            #expect(await client.standing { $0.isConnected } == .connected)
            let refusal = await error { () async throws(RedisError) in try await client.call(call) }
            #expect(refusal == .refused(code: code))
            let back = ContinuousClock.now + .seconds(10)
            while board.changes.count < 3, ContinuousClock.now < back { await Task.yield() }
            #expect(board.changes.map(\.isConnected) == [true, false, true])
            #expect(board.changes[1].problem?.contains(code) == true)
            #expect(redis.connectionCount == 3)
        }
    }

    @Test func leavesAServerThatSpeaksSomethingElse() async throws {
        try await withLoops(1) { group in
            let redis = try FakeRedis { words, _ in words.first == "GET" ? "HTTP/1.1 400 Bad Request\r\n\r\n" : nil }
            let client = redis.client(on: group.loops[0])
            #expect(await client.standing { $0.isConnected } == .connected)
            let broken = await error { () async throws(RedisError) in try await client.call(get) }
            #expect(broken == .disconnected("it sent what is no RESP"))
        }
    }
}

/// What a client has told of itself.
private final class Told: Sendable {
    private struct State {
        var standings: [RedisStanding] = []
        var silentConnection: Int?
        var isReleased = false
    }

    private let state = Mutex(State())

    var changes: [RedisStanding] { state.withLock { $0.standings } }
    var silentConnection: Int? { state.withLock { $0.silentConnection } }
    var isSilent: Bool { state.withLock { $0.silentConnection != nil && !$0.isReleased } }

    func note(_ standing: RedisStanding) {
        state.withLock { $0.standings.append(standing) }
    }

    /// Counts the first time.
    func fallSilent(on connection: Int) {
        state.withLock { $0.silentConnection = $0.silentConnection ?? connection }
    }

    func release() {
        state.withLock { $0.isReleased = true }
    }
}
