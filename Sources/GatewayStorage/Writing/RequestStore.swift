import GatewayCore
import Glibc
import Synchronization

/// The request log in SQLite.
///
/// `record` only queues: one thread of the store's own writes what is queued, 50 to 100 records at a time or what is
/// there after 100 ms, each batch and its sums in one transaction. The file is opened by that thread too, so neither a slow
/// disk nor a damaged file holds anybody up; `health` tells of them, and what was queued is tried again.
///
/// Nothing is lost by `close`. When the process is killed, what was queued is lost: less than a batch as long as the
/// writer keeps up, and what has come since where it waits for a disk or a CPU. When the disk fails for so long that
/// `queueCapacity` records wait, later ones are dropped and counted.
public final class RequestStore: RequestLog, FailoverEventLog, QuotaLog {
    public struct Options: Sendable {
        public var path: String
        public var queueCapacity = 100_000
        /// So many records may be lost when the process is killed. Writing begins when half of them wait, so that those
        /// being written and those that come meanwhile are a batch together.
        public var batchSize = 100
        public var flushInterval: Duration = .milliseconds(100)
        public var retention = RetentionRules()

        public init(path: String) {
            self.path = path
        }
    }

    /// What the writer's thread and everybody else share.
    final class Shared: Sendable {
        let options: Options
        let queue: RecordQueue
        let health = Mutex(StorageHealth())
        /// What happened to instances and is not in the database yet, oldest first.
        let events = Mutex<[FailoverEvent]>([])
        /// What accounts have used of their quotas and is not in the database yet, oldest first.
        let quotas = Mutex<[QuotaSnapshot]>([])
        let prices = PriceSource()
        let clock: any WallClock
        let healthChanged: @Sendable (StorageHealth) -> Void
        let finished = WakeSignal()
        let isFinished = Atomic(false)

        init(_ options: Options, _ clock: any WallClock, _ healthChanged: @escaping @Sendable (StorageHealth) -> Void) {
            self.options = options
            self.clock = clock
            self.healthChanged = healthChanged
            queue = RecordQueue(
                capacity: options.queueCapacity, batchSize: options.batchSize / 2, window: options.flushInterval)
        }

        deinit { finished.close() }

        /// With what the queue knows.
        var wholeHealth: StorageHealth {
            var health = health.withLock { $0 }
            let counts = queue.counts
            health.waiting = counts.waiting
            health.lost += counts.dropped
            return health
        }

        /// Without a thread there is no log, which must not keep the gateway from serving.
        func refuseAll() {
            queue.close()
            isFinished.store(true, ordering: .releasing)
            let failure = StorageFailure(kind: "other", message: "the writer's thread could not be started")
            health.withLock { $0.condition = .failing(failure, since: clock.now()) }
            healthChanged(wholeHealth)
        }
    }

    private let shared: Shared

    /// - Parameter healthChanged: called on the writer's thread whenever the log begins or ceases to fail.
    public init(
        _ options: Options, clock: any WallClock,
        healthChanged: @escaping @Sendable (StorageHealth) -> Void = { _ in }
    ) {
        shared = Shared(options, clock, healthChanged)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(shared).toOpaque()
        guard pthread_create(&thread, nil, { RequestStore.runThread($0) }, argument) == 0 else {
            // SAFETY: no thread has taken over the reference.
            Unmanaged<Shared>.fromOpaque(argument).release()
            shared.refuseAll()
            return
        }
        pthread_detach(thread)
    }

    deinit { shared.queue.close() }

    public var wantsBeginnings: Bool { false }

    public func record(_ finished: FinishedRecord) {
        shared.queue.append(finished.record.isLarge ? FinishedRecord(finished.record.trimmed()) : finished)
    }

    /// Written with the next batch of records, at the latest after a minute. The newest is dropped while a thousand wait.
    public func record(_ event: FailoverEvent) {
        var event = event
        event.message = event.message.map(CredentialMask.masked)
        shared.events.withLock { events in
            if events.count < Self.maxWaitingEvents { events.append(event) }
        }
    }

    private static let maxWaitingEvents = 1000

    /// Written with the next batch of records, at the latest after a minute. The newest is dropped while a thousand wait.
    public func record(_ snapshot: QuotaSnapshot) {
        shared.quotas.withLock { quotas in
            if quotas.count < Self.maxWaitingEvents { quotas.append(snapshot) }
        }
    }

    /// The prices in force are written to the database with the next batch, and whenever they have changed.
    package func followPrices(_ prices: @escaping @Sendable () -> PriceBook) {
        shared.prices.follow(prices)
    }

    public var health: StorageHealth { shared.wholeHealth }

    /// Writes what is queued and closes the database; records that come later are dropped and counted.
    ///
    /// - Returns: whether it came to its end in time. A disk that hangs must not hang the process.
    @discardableResult
    public func close(timeout: Duration = .seconds(10)) -> Bool {
        shared.queue.close()
        let deadline = ContinuousClock.now + timeout
        while !shared.isFinished.load(ordering: .acquiring), ContinuousClock.now < deadline {
            shared.finished.wait(until: deadline)
        }
        return shared.isFinished.load(ordering: .acquiring)
    }

    private static func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // SAFETY: `init` passed a retained object; this thread takes over that reference.
        let shared = Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue()
        StoreWriter(shared).run()
        shared.isFinished.store(true, ordering: .releasing)
        shared.finished.signal()
        return nil
    }
}
