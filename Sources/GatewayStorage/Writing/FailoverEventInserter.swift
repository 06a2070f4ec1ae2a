import GatewayCore

/// Puts events into the table `failover_events`.
final class FailoverEventInserter {
    private let statement: SQLiteStatement

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        statement = try database.statement(
            """
            INSERT INTO failover_events
                (timestamp, event, provider, instance, request_id, error_type, error_message, failures, retry_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    func insert(_ event: FailoverEvent) throws(SQLiteError) {
        try statement.bind(1, Self.milliseconds(event.instant))
        try statement.bind(2, event.kind.rawValue)
        try statement.bind(3, event.provider)
        try statement.bind(4, event.instance)
        try statement.bind(5, event.requestID)
        try statement.bind(6, event.failureKind?.rawValue)
        try statement.bind(7, event.message.map { String($0.prefix(RecordLimits.messageBytes)) })
        try statement.bind(8, event.failures)
        try statement.bind(9, event.retryAt.map(Self.milliseconds))
        try statement.run()
    }

    private static func milliseconds(_ seconds: Double) -> Int {
        Int((max(0, min(seconds, 1e11)) * 1000).rounded(.down))
    }
}
