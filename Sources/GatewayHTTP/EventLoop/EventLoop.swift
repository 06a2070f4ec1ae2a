import CSystem
import Glibc
import Synchronization

/// Something that wants to act when the jobs of a turn are done, before the loop polls again.
package protocol TurnEndHandler: AnyObject {
    func turnEnded()
}

/// One thread that waits for descriptors and timers and runs the tasks that prefer it: a task started with
/// `Task(executorPreference: loop)` never leaves the thread, and a continuation resumed on it costs neither a lock nor a
/// system call.
///
/// A *turn* is: poll, tell handlers, fire timers, run jobs until there are none, end of turn.
///
/// It is no `SerialExecutor` as well: jobs would then have to run as isolated to it, and each call of a nonisolated async
/// function would be queued anew instead of going straight on.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    // SAFETY: `inbox`, `isAsleep` and `wake` synchronise themselves and what is constant needs nothing. All else is touched by
    // the loop's own thread only: the methods marked "on-loop only" check that.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    /// Its place in the group it belongs to.
    package let index: Int
    /// When the current turn began, in nanoseconds of the monotonic clock. On-loop only.
    @exclusivity(unchecked) package private(set) var now: Int64

    private let poller: any Poller
    @exclusivity(unchecked) private var watches = WatchTable()
    private var timers = TimerHeap<() -> Void>()
    @exclusivity(unchecked) private var events: [PollEvent] = []
    @exclusivity(unchecked) private var jobs: [UnownedJob] = []
    @exclusivity(unchecked) private var nextJob = 0
    @exclusivity(unchecked) private var turnEnds: [any TurnEndHandler] = []

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let isAsleep = Atomic(false)
    private let hasMail = Atomic(false)
    private let wake: (watched: Int32, signalled: Int32)

    /// Jobs run between two polls at most, so that a busy task cannot starve the network.
    private static let jobsPerTurn = 1024
    /// A turn ends once so many wait for its end: who sends then must not wait for all others' work.
    static let waitingPerTurn = 64

    package init(index: Int = 0, poller: any Poller) throws(SystemError) {
        var fds: [Int32] = [-1, -1]
        guard csys_wake_open(&fds) == 0 else { throw SystemError(call: "eventfd") }
        wake = (fds[0], fds[1])
        self.index = index
        self.poller = poller
        now = csys_monotonic_nanoseconds()
        try poller.add(wake.watched, for: .read, trigger: .level, token: .max)
        jobs.reserveCapacity(256)
        events.reserveCapacity(256)
    }

    deinit {
        close(wake.watched)
        if wake.signalled != wake.watched { close(wake.signalled) }
    }

    /// The loop that runs on the calling thread.
    package static var current: EventLoop? {
        // SAFETY: the pointer is set only while `run` holds the loop on this thread.
        csys_current_loop().map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    package var isCurrent: Bool {
        csys_current_loop() == UnsafeMutableRawPointer(Unmanaged.passUnretained(self).toOpaque())
    }

    // MARK: Jobs, from any thread

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            return
        }
        inbox.withLock { $0.jobs.append(job) }
        deliver()
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    /// Runs the operation on this loop and returns to the caller's executor with its result.
    @concurrent
    package func run<T: Sendable, E: Error>(
        _ operation: @concurrent @Sendable () async throws(E) -> T
    ) async throws(E) -> T {
        try await withTaskExecutorPreference(self, operation: operation)
    }

    /// Runs a short synchronous body on this loop in one of its next turns.
    package func submit(_ body: @escaping @Sendable () -> Void) {
        Task(executorPreference: self) { body() }
    }

    /// Makes `runUntilStopped` return after its turn. Jobs queued afterwards never run.
    package func stop() {
        inbox.withLock { $0.isStopping = true }
        deliver()
    }

    private func deliver() {
        hasMail.store(true, ordering: .sequentiallyConsistent)
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { csys_wake_signal(wake.signalled) }
    }

    // MARK: Descriptors, on-loop only

    /// Watches a descriptor until `unwatch`; the loop holds the handler for as long. The descriptor must be unwatched
    /// before it is closed.
    package func watch(
        _ fd: Int32, for interest: Interest, trigger: Trigger = .level, handler: any ReadinessHandler
    ) throws(SystemError) -> Registration {
        assert(isCurrent)
        let registration = watches.insert(fd, handler)
        do {
            try poller.add(fd, for: interest, trigger: trigger, token: registration.token)
        } catch {
            watches.remove(registration)
            throw error
        }
        return registration
    }

    /// Changes the interest of a level-triggered registration; none at all pauses it.
    package func update(_ registration: Registration, for interest: Interest) throws(SystemError) {
        assert(isCurrent)
        try poller.update(registration.fd, for: interest)
    }

    /// Tells that an edge-triggered descriptor blocks in these directions.
    package func rearm(_ registration: Registration, for interest: Interest) {
        poller.rearm(registration.fd, for: interest)
    }

    /// Ends a registration; no event reaches its handler afterwards. A second call does nothing.
    package func unwatch(_ registration: Registration) {
        assert(isCurrent)
        guard watches.contains(registration) else { return }
        watches.remove(registration)
        poller.remove(registration.fd)
    }

    // MARK: Timers and turns, on-loop only

    /// Runs the body on the loop once the time is over, at the earliest in the next turn.
    @discardableResult
    package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> TimerToken {
        schedule(at: now + delay.clampedNanoseconds, body)
    }

    /// As above with an instant of `now`'s clock.
    @discardableResult
    package func schedule(at due: Int64, _ body: @escaping () -> Void) -> TimerToken {
        assert(isCurrent)
        // Never in the same turn: a timer that sets itself again at once must not keep the loop from polling.
        return timers.insert(due: max(due, now + 1), body)
    }

    package func cancel(_ token: TimerToken) {
        assert(isCurrent)
        timers.cancel(token)
    }

    /// Calls the handler once when the jobs of this turn have run. The loop holds it until then.
    package func atTurnEnd(_ handler: any TurnEndHandler) {
        turnEnds.append(handler)
    }

    // MARK: The loop itself

    /// Turns until `stop`. Takes over the calling thread; throws only when polling itself is broken.
    package func runUntilStopped() throws(SystemError) {
        csys_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        defer { csys_set_current_loop(nil) }
        now = csys_monotonic_nanoseconds()
        while true {
            var isStopping = false
            if hasMail.load(ordering: .acquiring) {
                hasMail.store(false, ordering: .sequentiallyConsistent)
                isStopping = takeMail()
            }
            runJobs()
            endTurn()
            if isStopping { return }
            try poll()
            while let body = timers.popDue(at: now) { body() }
        }
    }

    /// Whether the loop is to stop.
    private func takeMail() -> Bool {
        inbox.withLock { inbox in
            jobs.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
            return inbox.isStopping
        }
    }

    private func runJobs() {
        let executor = asUnownedTaskExecutor()
        var budget = Self.jobsPerTurn
        while nextJob < jobs.count, budget > 0, turnEnds.count < Self.waitingPerTurn {
            let job = jobs[nextJob]
            nextJob += 1
            budget -= 1
            job.runSynchronously(on: executor)
        }
        if nextJob == jobs.count {
            jobs.removeAll(keepingCapacity: true)
        } else {
            jobs.removeFirst(nextJob)
        }
        nextJob = 0
    }

    private func endTurn() {
        var index = 0
        while index < turnEnds.count {
            turnEnds[index].turnEnded()
            index += 1
        }
        turnEnds.removeAll(keepingCapacity: true)
    }

    private func poll() throws(SystemError) {
        var timeout = jobs.isEmpty ? millisecondsToNextTimer() : 0
        if timeout != 0 {
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            // Mail that came before the store was not signalled: it must not be slept over.
            if hasMail.load(ordering: .sequentiallyConsistent) { timeout = 0 }
        }
        try poller.wait(milliseconds: timeout, into: &events)
        isAsleep.store(false, ordering: .sequentiallyConsistent)
        now = csys_monotonic_nanoseconds()
        for event in events {
            if event.token == .max {
                csys_wake_drain(wake.watched)
            } else {
                watches.handler(of: event.token)?.ready(event.readiness)
            }
        }
        events.removeAll(keepingCapacity: true)
    }

    /// Rounded up, so that a timer never makes the loop spin until it is due; -1 without any timer.
    private func millisecondsToNextTimer() -> Int32 {
        guard let due = timers.nextDue else { return -1 }
        let remaining = due - csys_monotonic_nanoseconds()
        return remaining <= 0 ? 0 : Int32(clamping: (remaining + 999_999) / 1_000_000)
    }
}

extension Duration {
    /// The duration in nanoseconds, never negative and at most some 146 years, so that adding it to an instant is safe.
    package var clampedNanoseconds: Int64 {
        let attoseconds = attoseconds
        guard attoseconds > 0 else { return 0 }
        let (high, low) = (UInt64(truncatingIfNeeded: attoseconds >> 64), UInt64(truncatingIfNeeded: attoseconds))
        // Then the quotient is below 2^62. `components` divides twice, and a request asks for a dozen durations.
        guard high < 250_000_000 else { return Int64.max / 2 }
        return Int64(UInt64(1_000_000_000).dividingFullWidth((high, low)).quotient)
    }
}
