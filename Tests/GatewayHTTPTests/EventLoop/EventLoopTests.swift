import Glibc
import Synchronization
import Testing

@testable import GatewayHTTP

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    @Test func tasksStayOnTheirLoop() async throws {
        try await withLoops(2) { group in
            for loop in group.loops {
                let places = await loop.run {
                    var places = [EventLoop.current === loop]
                    await Task.yield()
                    places.append(loop.isCurrent)
                    await withUnsafeContinuation { continuation in
                        loop.schedule(after: .milliseconds(1)) { continuation.resume() }
                    }
                    places.append(loop.isCurrent)
                    return places
                }
                #expect(places == [true, true, true])
            }
            #expect(EventLoop.current == nil)
        }
    }

    @Test func resumesAcrossThreads() async throws {
        try await withLoops(2) { group in
            let sum = await group.loops[0].run {
                var sum = 0
                for value in 0..<2_000 { sum += await group.loops[1].run { value } }
                return sum
            }
            #expect(sum == 1_999_000)
        }
    }

    @Test func timersFireInOrderAndCancelledOnesDoNot() async throws {
        try await withLoops(1) { group in
            let loop = group.loops[0]
            let fired = await loop.run {
                let log = Log()
                return await withUnsafeContinuation { (continuation: UnsafeContinuation<[Int], Never>) in
                    loop.schedule(after: .milliseconds(20)) { log.entries.append(3) }
                    loop.schedule(after: .zero) { log.entries.append(1) }
                    let cancelled = loop.schedule(after: .milliseconds(10)) { log.entries.append(2) }
                    loop.schedule(after: .milliseconds(30)) { continuation.resume(returning: log.entries) }
                    loop.cancel(cancelled)
                }
            }
            #expect(fired == [1, 3])
        }
    }

    @Test func aTimerThatSetsItselfAgainDoesNotStopTheLoop() async throws {
        try await withLoops(1) { group in
            let loop = group.loops[0]
            await loop.run {
                let again = Repeater(loop: loop)
                again.fire()
                await pass(on: loop)
                again.isDone = true
            }
        }
    }

    @Test func watchedDescriptorsReachTheirHandlerUntilUnwatched() async throws {
        try await withLoops(1) { group in
            let loop = group.loops[0]
            let seen = try await loop.run {
                let pair = try SocketPair()
                let probe = Probe()
                let registration = try loop.watch(pair.left, for: .read, handler: probe)
                pair.sendFromRight("x")
                await pass(on: loop)
                pair.drainLeft()
                let first = probe.seen
                loop.unwatch(registration)
                loop.unwatch(registration)
                pair.sendFromRight("x")
                await pass(on: loop)
                return (first, probe.seen)
            }
            #expect(seen.0 == [.read])
            #expect(seen.1 == [.read])
        }
    }

    @Test func turnEndRunsAfterTheJobsOfTheTurn() async throws {
        try await withLoops(1) { group in
            let loop = group.loops[0]
            let order = await loop.run {
                let log = Log()
                loop.atTurnEnd(log)
                for step in 1...3 {
                    log.entries.append(step)
                    await Task.yield()
                }
                await pass(on: loop)
                return log.entries
            }
            #expect(order == [1, 2, 3, -1])
        }
    }

    @Test func aTurnEndsWhenManyWaitForItsEnd() async throws {
        try await withLoops(1) { group in
            let loop = group.loops[0]
            let order = await loop.run {
                let log = Log()
                let tasks = (1...EventLoop.waitingPerTurn + 1).map { job in
                    Task(executorPreference: loop) {
                        log.entries.append(job)
                        loop.atTurnEnd(log)
                    }
                }
                for task in tasks { await task.value }
                await pass(on: loop)
                return log.entries
            }
            let first = Array(1...EventLoop.waitingPerTurn)
            #expect(order == first + first.map { _ in -1 } + [first.count + 1, -1])
        }
    }

    @Test func durationsAreClampedToUsableNanoseconds() {
        #expect(Duration.seconds(-5).clampedNanoseconds == 0)
        #expect(Duration.milliseconds(1500).clampedNanoseconds == 1_500_000_000)
        #expect(Duration(attoseconds: 1_999_999_999).clampedNanoseconds == 1)
        #expect(Duration.seconds(3600 * 24 * 365).clampedNanoseconds == 3600 * 24 * 365 * 1_000_000_000)
        #expect(Duration.seconds(Int64.max).clampedNanoseconds == Int64.max / 2)
    }
}

/// Runs the body beside running loops and stops them afterwards.
func withLoops<T>(_ count: Int, _ body: (EventLoopGroup) async throws -> T) async throws -> T {
    let group = try EventLoopGroup(count: count)
    try group.start()
    defer { group.stop() }
    return try await body(group)
}

/// Lets the loop poll at least once.
private func pass(on loop: EventLoop) async {
    await withUnsafeContinuation { continuation in
        loop.schedule(after: .milliseconds(1)) { continuation.resume() }
    }
}

private final class Log: TurnEndHandler, @unchecked Sendable {
    // SAFETY: used on one loop only.
    var entries: [Int] = []
    func turnEnded() { entries.append(-1) }
}

private final class Repeater {
    let loop: EventLoop
    var isDone = false

    init(loop: EventLoop) { self.loop = loop }

    func fire() {
        guard !isDone else { return }
        loop.schedule(after: .zero) { self.fire() }
    }
}

private final class Probe: ReadinessHandler {
    var seen: [Readiness] = []
    func ready(_ readiness: Readiness) { if seen.isEmpty || seen.last != readiness { seen.append(readiness) } }
}
