/// Deletes what is too old or too much, in steps of a few milliseconds between which batches are written.
struct RetentionWork {
    private enum Stage {
        case idle
        case aged([Sweep])
        case oversize
        case vacuum(isDaily: Bool)
    }

    /// Rows of one table that began before an instant.
    struct Sweep {
        /// What the table is sorted by.
        enum Key {
            case number
            case time
            /// By the field of the metadata, and by time within each.
            case fieldAndTime
        }

        var table: String
        var column: String
        var limit: Int
        var key = Key.number

        /// Deletes them, or so many of them as one step may.
        var deletion: String {
            let age = "\(column) < \(limit)"
            let place =
                switch key {
                case .number:
                    "id IN (SELECT id FROM \(table) WHERE \(age) ORDER BY \(column) LIMIT \(RetentionWork.rowsPerStep))"
                case .time: age
                case .fieldAndTime: "field IN (\(UsageTable.fields(of: table))) AND \(age)"
                }
            return "DELETE FROM \(table) WHERE \(place)"
        }
    }

    static let rowsPerStep = 2000
    private static let pagesPerStep = 500
    /// Free pages that stay in the file for the rows to come.
    private static let sparePages = 256
    private static let day = "cleanup_day"

    private let rules: RetentionRules
    private var stage = Stage.idle

    init(_ rules: RetentionRules) {
        self.rules = rules
    }

    /// - Returns: false when there is more to do at once.
    mutating func advance(_ database: SQLiteDatabase, now: Double) throws(SQLiteError) -> Bool {
        switch stage {
        case .idle:
            stage = try nextWork(database, now)
        case .aged(var sweeps):
            guard let sweep = sweeps.last else {
                try remember(rules.cleanupDay(at: now), database)
                stage = .vacuum(isDaily: true)
                break
            }
            if try Self.delete(sweep, database) { sweeps.removeLast() }
            stage = .aged(sweeps)
        case .oversize:
            let isDone = try isOversize(database, percent: 95) ? !Self.deleteOldest(database) : true
            if isDone { stage = .vacuum(isDaily: false) }
        case .vacuum(let isDaily):
            guard try Self.vacuum(database) else { break }
            if isDaily { try database.execute("PRAGMA optimize") }
            stage = .idle
            return true
        }
        if case .idle = stage { return true }
        return false
    }

    private func nextWork(_ database: SQLiteDatabase, _ now: Double) throws(SQLiteError) -> Stage {
        let today = rules.cleanupDay(at: now)
        let last = try database.integer("SELECT value FROM store_facts WHERE name = '\(Self.day)'")
        if last.map({ $0 < today }) ?? true { return .aged(sweeps(now)) }
        return try isOversize(database, percent: 100) ? .oversize : .idle
    }

    func sweeps(_ now: Double) -> [Sweep] {
        let milliseconds = Int(now * 1000)
        func before(_ days: Int) -> Int { milliseconds - days * 86_400_000 }
        let hour = before(rules.usageDays) / 3_600_000
        return [
            Sweep(table: "gateway_runs", column: "started_at", limit: before(rules.usageDays)),
            Sweep(table: "quota_snapshots", column: "timestamp", limit: before(rules.quotaDays)),
            Sweep(table: "failover_events", column: "timestamp", limit: before(rules.days)),
            Sweep(table: "usage_daily", column: "day", limit: hour / 24, key: .time),
            Sweep(table: "usage_hourly", column: "hour", limit: hour, key: .time),
            Sweep(table: "usage_hourly_metadata", column: "hour", limit: hour, key: .fieldAndTime),
            Sweep(table: "usage_hourly_values", column: "hour", limit: hour, key: .fieldAndTime),
            Sweep(table: "failures_hourly", column: "hour", limit: hour, key: .time),
            Sweep(table: "requests", column: "timestamp", limit: before(rules.days)),
        ]
    }

    private func remember(_ day: Int, _ database: SQLiteDatabase) throws(SQLiteError) {
        try database.execute(
            "INSERT INTO store_facts VALUES ('\(Self.day)', \(day)) ON CONFLICT DO UPDATE SET value = excluded.value")
    }

    private func isOversize(_ database: SQLiteDatabase, percent: Int) throws(SQLiteError) -> Bool {
        guard let megabytes = rules.megabytes else { return false }
        let pages = try (database.integer("PRAGMA page_count") ?? 0) - (database.integer("PRAGMA freelist_count") ?? 0)
        let bytes = try pages * (database.integer("PRAGMA page_size") ?? 0)
        return bytes / 100 > megabytes * 10_000 * percent / 100
    }

    /// Deletes some; true when nothing is left.
    private static func delete(_ sweep: Sweep, _ database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        try database.execute(sweep.deletion)
        return sweep.key != .number || database.changedRows < rowsPerStep
    }

    /// False when there are no requests left.
    private static func deleteOldest(_ database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        try database.execute(
            "DELETE FROM requests WHERE id IN (SELECT id FROM requests ORDER BY timestamp LIMIT \(rowsPerStep))")
        return database.changedRows > 0
    }

    /// Gives free pages back to the file system; true when enough are given back.
    private static func vacuum(_ database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        let free = try database.integer("PRAGMA freelist_count") ?? 0
        guard free > sparePages else { return true }
        try database.execute("PRAGMA incremental_vacuum(\(min(pagesPerStep, free - sparePages)))")
        let left = try database.integer("PRAGMA freelist_count") ?? 0
        return left <= sparePages || left >= free
    }
}
