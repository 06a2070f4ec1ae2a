import CSystem
import GatewayCore
import Synchronization

/// How a client stands with its server.
package enum RedisStanding: Sendable, Equatable {
    /// The first connection is being made.
    case starting
    case connected
    /// With the reason, in words that anybody may read.
    case away(String)

    package var isConnected: Bool { self == .connected }

    package var problem: String? {
        if case .away(let reason) = self { reason } else { nil }
    }
}

/// A server was lost, is back, or was reached or not at the first attempt.
package struct RedisChange: Sendable {
    package var before: RedisStanding
    package var now: RedisStanding
}

/// What a client needs to know of its server.
package struct RedisSetup: Sendable {
    package var url: RedisURL
    /// Nil for a `redis://` URL.
    package var tls: TLSClientContext?
    /// Of each command, from the moment it is handed over.
    package var timeout: Duration
    package var scripts: [RedisScript]
    /// What must succeed before a connection is used.
    package var signOfLife: RedisCommand
}

/// A client of one Redis or Valkey server: one connection, pipelined, which is made again by itself when it breaks.
///
/// Calls may come from any task. While there is no connection they fail at once; otherwise they end within the setup's time.
package final class RedisClient: Sendable {
    private struct Letter: Sendable {
        var command: RedisCommand
        /// When it was handed over, in nanoseconds of the loop's clock.
        var deadline: Int64
        var completion: @Sendable (Result<RESPValue, RedisError>) -> Void
    }

    private let loop: EventLoop
    private let link: LinkBox
    private let board: RedisStandingBoard
    private let timeout: Int64
    /// What other threads have handed over since the loop last looked, in order.
    private let mail = Mutex<[Letter]>([])
    private let failures = FailureCount()

    /// Commands that other threads may hand over within a turn of the loop; more fail at once.
    private static let maxMail = 20_000

    /// - Parameters:
    ///   - loop: carries the connection. It must run, and outlive the client.
    ///   - changed: told on the loop when the standing has changed between connected and away, and once at the start.
    package init(
        _ setup: RedisSetup, loop: EventLoop, changed: @escaping @Sendable (RedisChange) -> Void = { _ in }
    ) {
        self.loop = loop
        board = RedisStandingBoard(changed)
        timeout = setup.timeout.clampedNanoseconds
        link = LinkBox(RedisLink(setup, loop: loop, standing: board))
    }

    deinit { close() }

    /// Begins to connect; returns at once.
    package func start() {
        let link = link
        loop.submit { link.value.start() }
    }

    package var standing: RedisStanding { board.current }

    /// Commands that failed, those included that were not sent because the server is away.
    package var failureCount: Int { failures.count.load(ordering: .relaxed) }

    /// Carries the command out.
    package func call(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        guard board.current.isConnected else {
            failures.count.wrappingAdd(1, ordering: .relaxed)
            throw .away(board.current.problem ?? "not connected yet")
        }
        return try await withCheckedContinuation { continuation in
            send(command) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Sends the command behind all that were handed over before.
    ///
    /// - Parameter completion: called once, on the loop unless there is too much to do.
    package func send(
        _ command: RedisCommand, completion: @escaping @Sendable (Result<RESPValue, RedisError>) -> Void = { _ in }
    ) {
        let letter = Letter(command: command, deadline: csys_monotonic_nanoseconds() + timeout) { [failures] result in
            if case .failure = result { failures.count.wrappingAdd(1, ordering: .relaxed) }
            completion(result)
        }
        let place = mail.withLock { mail -> Int in
            guard mail.count < Self.maxMail else { return -1 }
            mail.append(letter)
            return mail.count
        }
        if place == 1 {
            loop.submit { self.deliver() }
        } else if place < 0 {
            letter.completion(.failure(.busy))
        }
    }

    /// On-loop only.
    private func deliver() {
        let letters = mail.withLock { mail in
            defer { mail = [] }
            return mail
        }
        for letter in letters {
            link.value.send(letter.command, deadline: letter.deadline, completion: letter.completion)
        }
    }

    /// Calls the body on the loop each time the interval is over, for as long as it says that it wants to be called.
    package func every(_ interval: Duration, _ body: @escaping @Sendable () -> Bool) {
        let loop = loop
        loop.submit { Self.call(body, every: interval, on: loop) }
    }

    private static func call(_ body: @escaping @Sendable () -> Bool, every interval: Duration, on loop: EventLoop) {
        loop.schedule(after: interval) {
            if body() { call(body, every: interval, on: loop) }
        }
    }

    /// Ends the connection for good; calls fail from now on.
    package func close() {
        let link = link
        loop.submit { link.value.close() }
    }
}

private final class FailureCount: Sendable {
    let count = Atomic(0)
}

/// What a client's standing is, for every thread.
final class RedisStandingBoard: Sendable {
    private let standing = Mutex(RedisStanding.starting)
    private let changed: @Sendable (RedisChange) -> Void

    init(_ changed: @escaping @Sendable (RedisChange) -> Void) {
        self.changed = changed
    }

    var current: RedisStanding { standing.withLock { $0 } }

    /// Tells of the change where it is one between connected and not.
    func set(_ newer: RedisStanding) {
        let older = standing.withLock { standing in
            defer { standing = newer }
            return standing
        }
        if older == .starting || older.isConnected != newer.isConnected {
            changed(RedisChange(before: older, now: newer))
        }
    }
}

/// Lets a client of any thread hold what belongs to its loop.
private final class LinkBox: @unchecked Sendable {
    // SAFETY: the value is touched on its loop only: every use is inside a job of the loop.
    let value: RedisLink

    init(_ value: RedisLink) {
        self.value = value
    }
}
