import GatewayCore

/// Puts records into the table `requests`.
final class RequestInserter {
    /// A statement opens the table and its indexes anew each time it runs, which costs as much as half a row.
    private static let rowsAtOnce = 16

    private var many: RowBinder
    private var one: RowBinder
    private var day = Int.min
    private var date = ""

    /// In the order in which `bind` binds them, which is the table's: rows in any other order are copied once more.
    private static let columns = [
        "request_id", "timestamp", "date", "hour", "api_key_name", "provider", "instance", "model", "provider_model",
        "endpoint",
        "client_format", "is_stream", "is_relayed", "status", "http_status", "error_type", "error_message", "attempts",
        "duration_ms", "ttfb_ms", "input_tokens", "output_tokens", "total_tokens", "cache_creation_input_tokens",
        "cache_creation_1h_input_tokens", "cache_read_input_tokens", "reasoning_tokens", "input_cost_pico",
        "output_cost_pico", "cache_write_cost_pico", "cache_read_cost_pico", "total_cost_pico", "cost_note",
        "session_id", "warning_count", "warnings", "created_at", "route_rule", "route_name", "attempt_log",
        "cache_state",
        "metadata", "service_tier", "usage_details", "usage_estimated", "fee_cost_pico", "cost_source",
        "saved_input_tokens", "saved_output_tokens", "saved_cost_pico",
    ]

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        let insertion = "INSERT INTO requests (id, \(Self.columns.joined(separator: ", ")))"
        let count = Self.columns.count
        many = try RowBinder(database, insertion, columns: count, rows: Self.rowsAtOnce)
        one = try RowBinder(database, insertion, columns: count, rows: 1)
    }

    /// After a failure the inserter cannot be used any more.
    ///
    /// - Parameter now: milliseconds since 1970.
    func insert(_ records: [FinishedRecord], now: Int) throws(SQLiteError) {
        var place = 0
        while place < records.count {
            if records.count - place >= Self.rowsAtOnce {
                try insert(records, from: place, now, &many)
                place += Self.rowsAtOnce
            } else {
                try insert(records, from: place, now, &one)
                place += 1
            }
        }
    }

    private func insert(
        _ records: [FinishedRecord], from first: Int, _ now: Int, _ binder: inout RowBinder
    ) throws(SQLiteError) {
        for place in first..<first + binder.rows { try bind(records[place], now, &binder) }
        try binder.run()
    }

    private func bind(_ queued: FinishedRecord, _ now: Int, _ binder: inout RowBinder) throws(SQLiteError) {
        let started = queued.record.startedMilliseconds
        try binder.nextUnique(queued.record.id)
        try binder.next(started)
        try binder.next(date(of: started))
        try binder.next(started / 3_600_000 % 24)
        try binder.next(queued.record.keyName)
        try binder.next(queued.record.provider)
        try binder.next(queued.record.instance)
        try binder.next(queued.record.model)
        try binder.next(queued.record.providerModel)
        try binder.next(queued.record.endpoint)
        try binder.next(queued.record.clientFormat?.rawValue)
        try binder.next(queued.record.isStreaming ? 1 : 0)
        try binder.next(queued.record.isRelayed ? 1 : 0)
        try binder.next(queued.record.outcome.storedStatus)
        try binder.next(queued.record.status)
        try binder.next(queued.record.failure?.kind.rawValue)
        try binder.next(queued.record.failure?.message)
        try binder.next(queued.record.attempts.count)
        try binder.next(queued.record.duration.milliseconds)
        try binder.next(queued.record.timeToFirstByte?.milliseconds)
        try insertUsage(queued.record.usage, &binder)
        try insertCost(queued.record.cost, &binder)
        try binder.next(queued.record.sessionID)
        try binder.next(queued.record.notes.count)
        try binder.next(queued.record.warningsText)
        try binder.next(now)
        try binder.next(queued.record.routeRule)
        try binder.next(queued.record.routeName)
        try binder.next(queued.record.attemptLog)
        try binder.next(queued.record.cacheState?.rawValue)
        try binder.next(
            queued.record.metadata.isEmpty ? nil : JSONValue.object(queued.record.metadata.json).serializedString)
        try binder.next(queued.record.usage?.serviceTier?.word)
        try binder.next(queued.record.usage?.details?.json.map { JSONValue.object($0).serializedString })
        try binder.next(queued.record.isUsageEstimated ? 1 : 0)
        try binder.next(queued.record.cost?.fees.map { Int($0) })
        try binder.next(queued.record.cost?.source)
        try binder.next(queued.record.savedUsage?.reportedInput)
        try binder.next(queued.record.savedUsage?.output)
        try binder.next(queued.record.savedCost?.total.map { Int($0) })
    }

    private func date(of milliseconds: Int) -> String {
        if milliseconds / 86_400_000 != day {
            day = milliseconds / 86_400_000
            date = String(Timestamp.iso8601(Double(milliseconds) / 1000).prefix(10))
        }
        return date
    }

    private func insertUsage(_ usage: TokenUsage?, _ binder: inout RowBinder) throws(SQLiteError) {
        try binder.next(usage?.reportedInput)
        try binder.next(usage?.output)
        try binder.next(usage?.reportedTotal)
        try binder.next(usage?.cacheWrite)
        try binder.next(usage?.cacheWrite1h)
        try binder.next(usage?.cacheRead)
        try binder.next(usage?.reasoning)
    }

    private func insertCost(_ cost: RequestCost?, _ binder: inout RowBinder) throws(SQLiteError) {
        try binder.next(cost?.input.map { Int($0) })
        try binder.next(cost?.output.map { Int($0) })
        try binder.next(cost?.cacheWrite.map { Int($0) })
        try binder.next(cost?.cacheRead.map { Int($0) })
        try binder.next(cost?.total.map { Int($0) })
        try binder.next(cost?.note)
    }
}

extension RequestRecord {
    var startedMilliseconds: Int { Int((startedAt * 1000).rounded(.down)) }
}

extension TokenUsage {
    /// All input, cached or not; nil when nothing of it was reported.
    var reportedInput: Int? {
        freshInput == nil && cacheRead == nil && cacheWrite == nil ? nil : totalInput
    }

    /// Nil when nothing at all was reported.
    var reportedTotal: Int? { reportedInput == nil && output == nil ? nil : total }
}
