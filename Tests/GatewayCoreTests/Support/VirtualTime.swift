import Synchronization

@testable import GatewayCore

/// Runs tasks one after the other on the thread that calls `drain`, in the order in which they become ready, and lets time
/// pass only when none of them can go on. What happens is the same in every run.
final class VirtualTime: TaskExecutor, MonotonicClock {
    fileprivate struct Sleeper {
        var id: Int
        var until: MonotonicInstant
        var continuation: UnsafeContinuation<Void, Never>
    }

    fileprivate struct State {
        var now = MonotonicInstant(nanoseconds: 0)
        var jobs: [UnownedJob] = []
        var nextJob = 0
        /// By the time until which they sleep, the latest first.
        var sleepers: [Sleeper] = []
        var lastID = 0
        var waits: [Duration] = []
    }

    private let state = Mutex(State())

    /// The sleeps that were not cancelled, in the order in which they ended.
    var waits: [Duration] { state.withLock { $0.waits } }

    func now() -> MonotonicInstant { state.withLock { $0.now } }

    func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now + duration }
    }

    // MARK: Running

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Runs everything that can run, and lets time pass for everything that waits for it, until `end` at the latest.
    func drain(until end: MonotonicInstant = .distantFuture) {
        let executor = asUnownedTaskExecutor()
        while true {
            while let job = state.withLock({ $0.popJob() }) { job.runSynchronously(on: executor) }
            guard let sleeper = state.withLock({ $0.popSleeper(until: end) }) else { return }
            sleeper.resume()
        }
    }

    /// Runs the body to its end, which must not wait for anything but this time.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
        let task = Task(executorPreference: self) { await body() }
        drain()
        return await task.value
    }

    // MARK: Sleeping

    func sleep(until end: MonotonicInstant) async {
        let (id, start) = state.withLock { state in
            state.lastID += 1
            return (state.lastID, state.now)
        }
        let isOver = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                state.withLock { $0.add(Sleeper(id: id, until: max(end, start), continuation: continuation)) }
                if Task.isCancelled { wake(id) }
            }
            return !Task.isCancelled
        } onCancel: {
            wake(id)
        }
        if isOver { state.withLock { $0.waits.append(max(end, start) - start) } }
    }

    private func wake(_ id: Int) {
        state.withLock { $0.remove(id) }?.continuation.resume()
    }
}

extension VirtualTime.State {
    fileprivate mutating func popJob() -> UnownedJob? {
        guard nextJob < jobs.count else {
            jobs.removeAll(keepingCapacity: true)
            nextJob = 0
            return nil
        }
        nextJob += 1
        return jobs[nextJob - 1]
    }

    fileprivate mutating func add(_ sleeper: VirtualTime.Sleeper) {
        let place = sleepers.firstIndex { $0.until <= sleeper.until } ?? sleepers.count
        sleepers.insert(sleeper, at: place)
    }

    fileprivate mutating func popSleeper(until end: MonotonicInstant) -> UnsafeContinuation<Void, Never>? {
        guard let next = sleepers.last, next.until <= end else { return nil }
        sleepers.removeLast()
        now = max(now, next.until)
        return next.continuation
    }

    fileprivate mutating func remove(_ id: Int) -> VirtualTime.Sleeper? {
        sleepers.firstIndex { $0.id == id }.map { sleepers.remove(at: $0) }
    }
}

extension MonotonicInstant {
    static let start = MonotonicInstant(nanoseconds: 0)

    static func seconds(_ seconds: Double) -> MonotonicInstant { start + .seconds(seconds) }
}
