import GatewayCore

/// Counts the unsuccessful requests of a batch by hour, provider and what went wrong, for `failures_hourly`.
final class FailureRollup {
    private struct Key: Hashable {
        var hour: Int
        var provider: String
        var errorType: String
        var status: Int
    }

    private let upsert: SQLiteStatement
    /// Requests, and when the latest of them came, in milliseconds since 1970.
    private var sums: [Key: (requests: Int, latest: Int)] = [:]

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        upsert = try database.statement(
            """
            INSERT INTO failures_hourly (hour, provider, error_type, http_status, requests, latest)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, latest = max(latest, excluded.latest)
            """)
    }

    /// Forgets what was added and not written, after a transaction that failed.
    func discard() { sums.removeAll(keepingCapacity: true) }

    func add(_ records: [FinishedRecord]) {
        for queued in records where queued.record.outcome != .success { add(queued) }
    }

    private func add(_ queued: FinishedRecord) {
        let time = queued.record.startedMilliseconds
        let key = Key(
            hour: time / 3_600_000, provider: queued.record.provider ?? "",
            errorType: queued.record.failure?.kind.rawValue ?? "",
            status: queued.record.status)
        let sum = sums[key] ?? (0, time)
        sums[key] = (sum.requests + 1, max(sum.latest, time))
    }

    func write() throws(SQLiteError) {
        for (key, sum) in sums {
            try upsert.bind(1, key.hour)
            try upsert.bind(2, key.provider)
            try upsert.bind(3, key.errorType)
            try upsert.bind(4, key.status)
            try upsert.bind(5, sum.requests)
            try upsert.bind(6, sum.latest)
            try upsert.run()
        }
        sums.removeAll(keepingCapacity: true)
    }
}
