import GatewayCore
import Glibc

/// The thread that owns the writing connection: batches in, transactions out.
final class StoreWriter {
    /// What a connection that works consists of.
    private struct Session {
        let database: SQLiteDatabase
        let inserter: RequestInserter
        let rollups: [UsageRollup]
        let failures: FailureRollup
        let summaries: UsageSummaries
        let events: FailoverEventInserter
        let quotas: QuotaInserter
        let identity: DatabaseFile.Identity?
    }

    private static let firstPause: Duration = .milliseconds(200)
    private static let longestPause: Duration = .seconds(15)
    private static let maintenanceInterval: Duration = .seconds(60)
    /// About four megabytes of log.
    private static let recordsPerCheckpoint = 5000

    private let shared: RequestStore.Shared
    private let file: DatabaseFile
    private var session: Session?
    private var retention: RetentionWork
    private var runID: Int?
    /// The prices that are in the database.
    private var book: PriceBook?
    private let checkpointer: Checkpointer
    private var unchecked = 0
    private var pause = StoreWriter.firstPause
    private var nextMaintenance = ContinuousClock.now

    init(_ shared: RequestStore.Shared) {
        self.shared = shared
        file = DatabaseFile(path: shared.options.path)
        retention = RetentionWork(shared.options.retention)
        checkpointer = Checkpointer(path: shared.options.path)
    }

    /// Returns when the queue is closed and empty.
    func run() {
        while true {
            switch shared.queue.next(until: nextMaintenance) {
            case .batch(let records): write(records)
            case .deadline: maintain()
            case .closed: return finish()
            }
        }
    }

    // MARK: Batches

    /// Tries until it succeeds; once the queue is closed, one last time.
    private func write(_ records: [FinishedRecord]) {
        let began = ContinuousClock.now
        while true {
            let isLastAttempt = shared.queue.isClosed
            do throws(SchemaError) {
                try insert(records)
                shared.queue.settle(records.count)
                noteLog(of: records.count)
                let duration = ContinuousClock.now - began
                noteSuccess {
                    $0.written += records.count
                    $0.lastWrite = duration
                }
                return
            } catch {
                noteFailure(error, lost: isLastAttempt ? records.count : 0)
            }
            guard !isLastAttempt else { return shared.queue.settle(records.count) }
            shared.queue.pause(until: ContinuousClock.now + lengthenPause())
        }
    }

    private func insert(_ records: [FinishedRecord]) throws(SchemaError) {
        if let identity = session?.identity, identity != file.identity {
            // The file was moved away or deleted: what comes belongs into a new one.
            session = nil
        }
        let session = try openSession()
        let (events, quotas) = (shared.events.withLock { $0 }, shared.quotas.withLock { $0 })
        let newBook = newPrices()
        do throws(SQLiteError) {
            try session.database.transaction { () throws(SQLiteError) in
                for event in events { try session.events.insert(event) }
                for quota in quotas { try session.quotas.insert(quota) }
                for rollup in session.rollups { rollup.discard() }
                session.failures.discard()
                let now = Int(shared.clock.now() * 1000)
                if let newBook { try PriceRows.write(newBook, to: session.database, now: now) }
                try session.inserter.insert(records, now: now)
                for rollup in session.rollups { rollup.add(records) }
                session.failures.add(records)
                let summedUntil = try UsageSummaries.until(session.database)
                for rollup in session.rollups { try rollup.write(summedUntil: summedUntil) }
                try session.failures.write()
            }
        } catch {
            throw .sqlite(error)
        }
        book = newBook ?? book
        // Only this thread takes them out: those written are still the first ones.
        if !events.isEmpty { shared.events.withLock { $0.removeFirst(events.count) } }
        if !quotas.isEmpty { shared.quotas.withLock { $0.removeFirst(quotas.count) } }
    }

    /// Nil when those in force are in the database.
    private func newPrices() -> PriceBook? {
        guard let current = shared.prices.book, current !== book else { return nil }
        return current
    }

    private func noteLog(of records: Int) {
        unchecked += records
        guard unchecked >= Self.recordsPerCheckpoint else { return }
        unchecked = 0
        checkpointer.request()
    }

    // MARK: Between batches

    /// Opens the database where it is not open, deletes what has grown too old and sums up hours that are over, a little
    /// at a time.
    private func maintain() {
        let now = ContinuousClock.now
        do throws(SchemaError) {
            if hasOthersWaiting || newPrices() != nil { try insert([]) }
            let session = try openSession()
            do throws(SQLiteError) {
                let isClean = try retention.advance(session.database, now: shared.clock.now())
                let isSummedUp = try session.summaries.advance(now: shared.clock.now())
                nextMaintenance = isClean && isSummedUp ? now + Self.maintenanceInterval : now
                if !isClean { noteLog(of: RetentionWork.rowsPerStep) }
            } catch {
                throw .sqlite(error)
            }
            noteSuccess { _ in }
        } catch {
            noteFailure(error, lost: 0)
            nextMaintenance = now + lengthenPause()
        }
    }

    /// Whether there is something to write beside records.
    private var hasOthersWaiting: Bool {
        shared.events.withLock { !$0.isEmpty } || shared.quotas.withLock { !$0.isEmpty }
    }

    private func openSession() throws(SchemaError) -> Session {
        if let session { return session }
        let database = try SQLiteDatabase.openForWriting(file.path)
        book = nil
        do throws(SQLiteError) {
            try beginRun(database)
            let made = Session(
                database: database, inserter: try RequestInserter(database),
                rollups: [try UsageRollup(database, .hourly), try UsageRollup(database, .metadata)],
                failures: try FailureRollup(database), summaries: UsageSummaries(database),
                events: try FailoverEventInserter(database), quotas: try QuotaInserter(database),
                identity: file.identity)
            session = made
            return made
        } catch {
            throw .sqlite(error)
        }
    }

    /// Once for each database that this process writes.
    private func beginRun(_ database: SQLiteDatabase) throws(SQLiteError) {
        guard runID == nil else { return }
        let statement = try database.statement(
            "INSERT INTO gateway_runs (version, process_id, started_at) VALUES (?, ?, ?) RETURNING id")
        try statement.bind(1, GatewayVersion.current)
        try statement.bind(2, Int(getpid()))
        try statement.bind(3, Int(shared.clock.now() * 1000))
        runID = try statement.step() ? statement.integer(0) : nil
        statement.reset()
    }

    private func finish() {
        checkpointer.stop()
        // A failure loses the last events, as it would lose records.
        if hasOthersWaiting { try? insert([]) }
        if let session {
            // A failure here would only leave the run without its end, as a kill does.
            try? session.database.execute(
                "UPDATE gateway_runs SET stopped_at = \(Int(shared.clock.now() * 1000)) WHERE id = \(runID ?? 0)")
        }
        session = nil
        shared.health.withLock { $0.condition = .closed }
    }

    // MARK: Health

    private func noteSuccess(_ change: (inout StorageHealth) -> Void) {
        pause = Self.firstPause
        let hasRecovered = shared.health.withLock { health in
            change(&health)
            defer { health.condition = .working }
            return health.failure != nil
        }
        if hasRecovered { shared.healthChanged(shared.wholeHealth) }
    }

    /// Closes the connection too: whatever it was, a new one starts from what is on the disk.
    private func noteFailure(_ error: SchemaError, lost: Int) {
        session = nil
        let failure = StorageFailure(error)
        let now = shared.clock.now()
        let isNews = shared.health.withLock { health in
            health.failures += 1
            health.lost += lost
            // The same trouble has other words when the file is opened anew.
            if health.failure?.kind == failure.kind { return false }
            let since = if case .failing(_, let since) = health.condition { since } else { now }
            health.condition = .failing(failure, since: since)
            return true
        }
        if isNews { shared.healthChanged(shared.wholeHealth) }
    }

    private func lengthenPause() -> Duration {
        defer { pause = min(pause * 2, Self.longestPause) }
        return pause
    }
}
