import GatewayCore

/// Puts snapshots into the table `quota_snapshots`.
final class QuotaInserter {
    private let statement: SQLiteStatement

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        statement = try database.statement(
            """
            INSERT INTO quota_snapshots
                (timestamp, provider, instance, auth_mode, state, five_hour_percent, five_hour_resets_at,
                seven_day_percent, seven_day_resets_at, seven_day_sonnet_percent, seven_day_sonnet_resets_at, error_message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    func insert(_ snapshot: QuotaSnapshot) throws(SQLiteError) {
        try statement.bind(1, Self.milliseconds(snapshot.instant))
        try statement.bind(2, snapshot.provider)
        try statement.bind(3, snapshot.instance)
        try statement.bind(4, snapshot.authMode)
        try statement.bind(5, snapshot.state.rawValue)
        let windows = snapshot.windows
        for (place, window) in [windows.fiveHours, windows.sevenDays, windows.sevenDaysOfSonnet].enumerated() {
            try statement.bind(Int32(place) * 2 + 6, window?.percent)
            try statement.bind(Int32(place) * 2 + 7, window?.resetsAt.map(Self.milliseconds))
        }
        try statement.bind(12, snapshot.message.map { String($0.prefix(RecordLimits.messageBytes)) })
        try statement.run()
    }

    private static func milliseconds(_ seconds: Double) -> Int {
        Int((max(0, min(seconds, 1e11)) * 1000).rounded(.down))
    }
}
