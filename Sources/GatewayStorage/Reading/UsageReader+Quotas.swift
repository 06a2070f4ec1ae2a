import GatewayCore

extension UsageReader {
    /// The latest snapshot of each instance since an instant, in seconds since 1970, by provider and instance.
    package func quotas(since: Double) throws(StorageFailure) -> [QuotaSnapshot] {
        try reading { () throws(SQLiteError) in
            let statement = try database.statement(
                """
                SELECT timestamp, provider, instance, auth_mode, state, five_hour_percent, five_hour_resets_at,
                seven_day_percent, seven_day_resets_at, seven_day_sonnet_percent, seven_day_sonnet_resets_at, error_message
                FROM quota_snapshots WHERE timestamp >= ?
                AND id IN (SELECT max(id) FROM quota_snapshots GROUP BY provider, instance) ORDER BY provider, instance
                """)
            defer { statement.reset() }
            try statement.bind(1, Int((max(0, min(since, 1e11)) * 1000).rounded(.down)))
            var quotas: [QuotaSnapshot] = []
            while try statement.step() {
                var snapshot = QuotaSnapshot(
                    at: Double(statement.integer(0)) / 1000, provider: statement.text(1) ?? "",
                    instance: statement.text(2) ?? "", authMode: statement.text(3) ?? "",
                    state: statement.text(4).flatMap { QuotaSnapshot.State(rawValue: $0) } ?? .error)
                snapshot.windows = QuotaSnapshot.Windows(
                    fiveHours: Self.window(statement, 5), sevenDays: Self.window(statement, 7),
                    sevenDaysOfSonnet: Self.window(statement, 9))
                snapshot.message = statement.text(11)
                quotas.append(snapshot)
            }
            return quotas
        }
    }

    private static func window(_ row: SQLiteStatement, _ column: Int32) -> QuotaSnapshot.Window? {
        row.double(column).map { percent in
            QuotaSnapshot.Window(
                percent: percent, resetsAt: row.optionalInteger(column + 1).map { Double($0) / 1000 })
        }
    }
}
