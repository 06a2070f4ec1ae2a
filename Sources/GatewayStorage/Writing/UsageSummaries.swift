/// Adds the sums of each hour that is over to the tables of fewer rows that long reports read.
///
/// `usage_daily` and `usage_hourly_values` always hold the sums of exactly the hours before `until`: what comes late for one of
/// those is added to them at once, by `UsageRollup`. So a request costs nothing here, and a report that reads the summaries
/// up to there and the hours from there on counts everything once.
final class UsageSummaries {
    /// The row of `store_facts` that holds `until`.
    static let fact = "usage_summed_until"
    /// Most of what is late comes within it, and then costs nothing either.
    private static let graceSeconds = 300.0

    private let database: SQLiteDatabase

    init(_ database: SQLiteDatabase) {
        self.database = database
    }

    /// Hours since 1970, exclusive; 0 before the first.
    static func until(_ database: SQLiteDatabase) throws(SQLiteError) -> Int {
        try database.integer("SELECT value FROM store_facts WHERE name = '\(fact)'") ?? 0
    }

    /// Sums up one hour. Another process may do the same at the same time.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: whether nothing is left to sum up.
    func advance(now: Double) throws(SQLiteError) -> Bool {
        let closed = Int(((now - Self.graceSeconds) / 3600).rounded(.down))
        guard try Self.until(database) < closed else { return true }
        var isDone = false
        try database.transaction { () throws(SQLiteError) in
            let until = try Self.until(database)
            guard until < closed else {
                isDone = true
                return
            }
            let next = try database.integer("SELECT min(hour) FROM usage_hourly WHERE hour >= \(until)")
            if let next, next < closed {
                for table in [UsageTable.hourly, .metadata] { try sumUp(table, hour: next) }
                try remember(next + 1)
            } else {
                try remember(closed)
                isDone = true
            }
        }
        return isDone
    }

    private func sumUp(_ table: UsageTable, hour: Int) throws(SQLiteError) {
        guard let summary = table.summary else { return }
        let condition =
            table == .metadata ? "field IN (\(UsageTable.fields(of: table.rawValue))) AND hour = ?" : "hour = ?"
        let statement = try database.statement(summary.addition(from: table, where: condition))
        try statement.bind(1, hour)
        try statement.run()
    }

    private func remember(_ until: Int) throws(SQLiteError) {
        try database.execute(
            "INSERT INTO store_facts VALUES ('\(Self.fact)', \(until)) ON CONFLICT DO UPDATE SET value = excluded.value"
        )
    }
}
