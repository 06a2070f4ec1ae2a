import GatewayCore

/// Puts records into the table `requests`.
final class RequestInserter {
    private let statement: SQLiteStatement
    private var day = Int.min
    private var date = ""

    /// In the order in which `insert` binds them.
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
        let places = Self.columns.map { _ in "?" }.joined(separator: ", ")
        statement = try database.statement(
            "INSERT INTO requests (\(Self.columns.joined(separator: ", "))) VALUES (\(places))")
    }

    /// - Parameter now: milliseconds since 1970.
    func insert(_ record: RequestRecord, now: Int) throws(SQLiteError) {
        let started = record.startedMilliseconds
        var binder = Binder(statement: statement)
        try binder.next(record.id)
        try binder.next(started)
        try binder.next(date(of: started))
        try binder.next(started / 3_600_000 % 24)
        try binder.next(record.keyName)
        try binder.next(record.provider)
        try binder.next(record.instance)
        try binder.next(record.model)
        try binder.next(record.providerModel)
        try binder.next(record.endpoint)
        try binder.next(record.clientFormat?.rawValue)
        try binder.next(record.isStreaming ? 1 : 0)
        try binder.next(record.isRelayed ? 1 : 0)
        try binder.next(record.outcome.storedStatus)
        try binder.next(record.status)
        try binder.next(record.failure?.kind.rawValue)
        try binder.next(record.failure?.message)
        try binder.next(record.attempts.count)
        try binder.next(record.duration.milliseconds)
        try binder.next(record.timeToFirstByte?.milliseconds)
        try insertUsage(record.usage, &binder)
        try insertCost(record.cost, &binder)
        try binder.next(record.sessionID)
        try binder.next(record.notes.count)
        try binder.next(record.warningsText)
        try binder.next(now)
        try binder.next(record.routeRule)
        try binder.next(record.routeName)
        try binder.next(record.attemptLog)
        try binder.next(record.cacheState?.rawValue)
        try binder.next(record.metadata.isEmpty ? nil : JSONValue.object(record.metadata.json).serializedString)
        try binder.next(record.usage?.serviceTier?.word)
        try binder.next(record.usage?.details?.json.map { JSONValue.object($0).serializedString })
        try binder.next(record.isUsageEstimated ? 1 : 0)
        try binder.next(record.cost?.fees.map { Int($0) })
        try binder.next(record.cost?.source)
        try binder.next(record.savedUsage?.reportedInput)
        try binder.next(record.savedUsage?.output)
        try binder.next(record.savedCost?.total.map { Int($0) })
        try statement.run()
    }

    private func date(of milliseconds: Int) -> String {
        if milliseconds / 86_400_000 != day {
            day = milliseconds / 86_400_000
            date = String(Timestamp.iso8601(Double(milliseconds) / 1000).prefix(10))
        }
        return date
    }

    private func insertUsage(_ usage: TokenUsage?, _ binder: inout Binder) throws(SQLiteError) {
        try binder.next(usage?.reportedInput)
        try binder.next(usage?.output)
        try binder.next(usage?.reportedTotal)
        try binder.next(usage?.cacheWrite)
        try binder.next(usage?.cacheWrite1h)
        try binder.next(usage?.cacheRead)
        try binder.next(usage?.reasoning)
    }

    private func insertCost(_ cost: RequestCost?, _ binder: inout Binder) throws(SQLiteError) {
        try binder.next(cost?.input.map { Int($0) })
        try binder.next(cost?.output.map { Int($0) })
        try binder.next(cost?.cacheWrite.map { Int($0) })
        try binder.next(cost?.cacheRead.map { Int($0) })
        try binder.next(cost?.total.map { Int($0) })
        try binder.next(cost?.note)
    }
}

/// Binds parameters one after the other.
private struct Binder {
    let statement: SQLiteStatement
    private var place: Int32 = 0

    init(statement: SQLiteStatement) {
        self.statement = statement
    }

    mutating func next(_ value: Int?) throws(SQLiteError) {
        place += 1
        try statement.bind(place, value)
    }

    mutating func next(_ value: String?) throws(SQLiteError) {
        place += 1
        try statement.bind(place, value)
    }

    /// Text of the program itself is not copied.
    mutating func next(_ value: StaticString) throws(SQLiteError) {
        place += 1
        try statement.bind(place, stable: value)
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
