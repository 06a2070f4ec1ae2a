import GatewayCore

/// Sums a batch of records by hour, key, provider and model, and adds the sums to `usage_hourly`; and again by each field of
/// their metadata, for `usage_hourly_metadata`.
///
/// It runs in the transaction that inserts the records, so the sums are never ahead of them or behind.
final class UsageRollup {
    enum Table: String {
        case plain = "usage_hourly"
        case metadata = "usage_hourly_metadata"

        fileprivate var keyColumns: [String] {
            let common = ["hour", "api_key_name", "provider", "model"]
            return switch self {
            case .plain: common
            case .metadata: common + ["field", "value"]
            }
        }
    }

    struct Key: Hashable {
        var hour: Int
        var keyName: String
        var provider: String
        var model: String
        /// Of the metadata; nil in the plain table.
        var field: RequestMetadata.Field?
    }

    struct Sums {
        var requests = 0
        var successes = 0
        var failures = 0
        var businessErrors = 0
        var timeouts = 0
        var cancelled = 0
        var streams = 0
        var retried = 0
        var warned = 0
        /// Requests whose tokens are known.
        var counted = 0
        var input = 0
        var output = 0
        var cacheWrite = 0
        var cacheRead = 0
        var reasoning = 0
        /// Requests whose cost is known.
        var priced = 0
        var cost = 0
        var milliseconds = 0
        var cacheHits = 0
        var cacheMisses = 0
        /// Requests whose tokens the gateway estimated.
        var estimated = 0
        /// What cached answers saved.
        var savedInput = 0
        var savedOutput = 0
        var savedCost = 0
        var durations = LatencyHistogram()
        var firstBytes = LatencyHistogram()
    }

    /// Clients may ask for any model's name. So many different rows an hour have their own name, later ones are `other`.
    private static let rowsPerHour = 2000
    static let otherModels = "other"

    private let table: Table
    private let select: SQLiteStatement
    private let upsert: SQLiteStatement
    private var sums: [Key: Sums] = [:]
    private var known: Set<Key> = []
    private var knownHour = 0

    init(_ database: SQLiteDatabase, _ table: Table) throws(SQLiteError) {
        self.table = table
        select = try database.statement(Self.selectText(table))
        upsert = try database.statement(Self.upsertText(table))
    }

    /// Forgets what was added and not written, after a transaction that failed.
    func discard() { sums.removeAll(keepingCapacity: true) }

    func add(_ record: RequestRecord) {
        switch table {
        case .plain: sums[key(of: record, nil), default: Sums()].add(record)
        case .metadata:
            for field in record.metadata.fields { sums[key(of: record, field), default: Sums()].add(record) }
        }
    }

    func write() throws(SQLiteError) {
        for (key, sums) in sums { try write(key, sums) }
        sums.removeAll(keepingCapacity: true)
    }

    private func key(of record: RequestRecord, _ field: RequestMetadata.Field?) -> Key {
        var key = Key(
            hour: record.startedMilliseconds / 3_600_000, keyName: record.keyName ?? "",
            provider: record.provider ?? "", model: record.providerModel ?? record.model ?? "", field: field)
        if key.hour > knownHour {
            knownHour = key.hour
            known.removeAll(keepingCapacity: true)
        }
        guard !known.contains(key) else { return key }
        if known.count < Self.rowsPerHour {
            known.insert(key)
        } else {
            key.model = Self.otherModels
            key.field?.value = Self.otherModels
        }
        return key
    }

    private func write(_ key: Key, _ sums: Sums) throws(SQLiteError) {
        var durations = sums.durations
        var firstBytes = sums.firstBytes
        try bindKey(key, to: select)
        if try select.step() {
            select.withBytes(0) { durations.merge(encoded: $0) }
            select.withBytes(1) { firstBytes.merge(encoded: $0) }
        }
        select.reset()
        try bindKey(key, to: upsert)
        let first = Int32(table.keyColumns.count) + 1
        for (place, count) in sums.counts.enumerated() { try upsert.bind(Int32(place) + first, count) }
        let next = Int32(sums.counts.count) + first
        try upsert.bind(next, bytes: durations.bytes)
        try upsert.bind(next + 1, bytes: firstBytes.bytes)
        try upsert.run()
    }

    private func bindKey(_ key: Key, to statement: SQLiteStatement) throws(SQLiteError) {
        try statement.bind(1, key.hour)
        try statement.bind(2, key.keyName)
        try statement.bind(3, key.provider)
        try statement.bind(4, key.model)
        guard let field = key.field else { return }
        try statement.bind(5, field.key)
        try statement.bind(6, field.value)
    }

    /// In the order of `Sums.counts`.
    private static let countColumns = [
        "requests", "successes", "failures", "business_errors", "timeouts", "cancelled", "streams", "retried", "warned",
        "counted", "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
        "reasoning_tokens", "priced", "total_cost_pico", "duration_ms", "cache_hits", "cache_misses", "estimated",
        "saved_input_tokens", "saved_output_tokens", "saved_cost_pico",
    ]
    private static let histogramColumns = ["duration_histogram", "ttfb_histogram"]

    private static func selectText(_ table: Table) -> String {
        """
        SELECT \(histogramColumns.joined(separator: ", ")) FROM \(table.rawValue)
        WHERE \(table.keyColumns.map { "\($0) = ?" }.joined(separator: " AND "))
        """
    }

    private static func upsertText(_ table: Table) -> String {
        let columns = table.keyColumns + countColumns + histogramColumns
        let updates =
            countColumns.map { "\($0) = \($0) + excluded.\($0)" } + histogramColumns.map { "\($0) = excluded.\($0)" }
        return """
            INSERT INTO \(table.rawValue) (\(columns.joined(separator: ", ")))
            VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
            ON CONFLICT DO UPDATE SET \(updates.joined(separator: ", "))
            """
    }
}

extension UsageRollup.Sums {
    /// Numbers from providers wrap around rather than trap.
    fileprivate mutating func add(_ record: RequestRecord) {
        requests += 1
        switch record.outcome {
        case .success: successes += 1
        case .failure: failures += 1
        case .refused: businessErrors += 1
        case .timeout: timeouts += 1
        case .cancelled: cancelled += 1
        }
        if record.isStreaming { streams += 1 }
        if record.attempts.count > 1 { retried += 1 }
        if !record.notes.isEmpty { warned += 1 }
        if record.cacheState == .hit { cacheHits += 1 }
        if record.cacheState == .miss { cacheMisses += 1 }
        if record.isUsageEstimated { estimated += 1 }
        if let usage = record.usage {
            counted += 1
            input &+= usage.totalInput
            output &+= usage.output ?? 0
            cacheWrite &+= usage.cacheWrite ?? 0
            cacheRead &+= usage.cacheRead ?? 0
            reasoning &+= usage.reasoning ?? 0
        }
        if let total = record.cost?.total {
            priced += 1
            cost &+= Int(total)
        }
        if let saved = record.savedUsage {
            savedInput &+= saved.totalInput
            savedOutput &+= saved.output ?? 0
        }
        savedCost &+= Int(record.savedCost?.total ?? 0)
        let duration = record.duration.milliseconds
        milliseconds &+= duration
        durations.add(milliseconds: duration)
        if let first = record.timeToFirstByte { firstBytes.add(milliseconds: first.milliseconds) }
    }

    fileprivate var counts: [Int] {
        [
            requests, successes, failures, businessErrors, timeouts, cancelled, streams, retried, warned, counted,
            input, output, cacheWrite, cacheRead, reasoning, priced, cost, milliseconds, cacheHits, cacheMisses,
            estimated, savedInput, savedOutput, savedCost,
        ]
    }
}
