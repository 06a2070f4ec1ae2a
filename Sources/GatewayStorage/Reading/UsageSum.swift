import GatewayCore

/// Rows of `usage_hourly`, added up.
struct UsageSum {
    private var sums = UsageTotals()
    private var milliseconds = 0
    private var durations = LatencyHistogram()
    private var firstBytes = LatencyHistogram()

    /// What `add` reads, in its order; the first four are the row's key, and after the sums comes the metadata's value.
    static func columns(_ table: UsageTable, _ schemaVersion: Int) -> String {
        let key =
            switch table {
            case .hourly, .metadata: "hour, api_key_name, provider, model"
            case .daily: "day * 24, api_key_name, provider, model"
            case .values: "hour, api_key_name, '', ''"
            }
        let hits = schemaVersion < 3 ? "0, 0, 0" : "cache_hits, cache_misses, estimated"
        let saved = schemaVersion < 4 ? "0, 0, 0" : "saved_input_tokens, saved_output_tokens, saved_cost_pico"
        let value = table == .metadata || table == .values ? ", value" : ""
        return "\(key), \(oldColumns), \(hits), \(saved)\(value)"
    }

    /// The schema that has sums by metadata.
    static let metadataVersion = 3

    private static let oldColumns = """
        requests, successes, failures, business_errors, timeouts, cancelled, streams, retried, warned, counted, \
        input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens, reasoning_tokens, priced, \
        total_cost_pico, duration_ms, duration_histogram, ttfb_histogram
        """

    /// Where a value of the metadata stands, of rows that have one.
    static let valueColumn: Int32 = 30

    /// Wraps around where a damaged file holds absurd numbers.
    mutating func add(_ row: SQLiteStatement) {
        sums.requests &+= row.integer(4)
        sums.successes &+= row.integer(5)
        sums.failures &+= row.integer(6)
        sums.businessErrors &+= row.integer(7)
        sums.timeouts &+= row.integer(8)
        sums.cancelled &+= row.integer(9)
        sums.streams &+= row.integer(10)
        sums.retried &+= row.integer(11)
        sums.warned &+= row.integer(12)
        sums.counted &+= row.integer(13)
        sums.inputTokens &+= row.integer(14)
        sums.outputTokens &+= row.integer(15)
        sums.cacheWriteTokens &+= row.integer(16)
        sums.cacheReadTokens &+= row.integer(17)
        sums.reasoningTokens &+= row.integer(18)
        sums.priced &+= row.integer(19)
        sums.cost &+= Int64(row.integer(20))
        milliseconds &+= row.integer(21)
        sums.cacheHits &+= row.integer(24)
        sums.cacheMisses &+= row.integer(25)
        sums.estimated &+= row.integer(26)
        sums.savedInputTokens &+= row.integer(27)
        sums.savedOutputTokens &+= row.integer(28)
        sums.savedCost &+= Int64(row.integer(29))
        row.withBytes(22) { durations.merge(encoded: $0) }
        row.withBytes(23) { firstBytes.merge(encoded: $0) }
    }

    mutating func merge(_ other: UsageSum) {
        sums.requests &+= other.sums.requests
        sums.successes &+= other.sums.successes
        sums.failures &+= other.sums.failures
        sums.businessErrors &+= other.sums.businessErrors
        sums.timeouts &+= other.sums.timeouts
        sums.cancelled &+= other.sums.cancelled
        sums.streams &+= other.sums.streams
        sums.retried &+= other.sums.retried
        sums.warned &+= other.sums.warned
        sums.counted &+= other.sums.counted
        sums.inputTokens &+= other.sums.inputTokens
        sums.outputTokens &+= other.sums.outputTokens
        sums.cacheWriteTokens &+= other.sums.cacheWriteTokens
        sums.cacheReadTokens &+= other.sums.cacheReadTokens
        sums.reasoningTokens &+= other.sums.reasoningTokens
        sums.priced &+= other.sums.priced
        sums.cost &+= other.sums.cost
        sums.cacheHits &+= other.sums.cacheHits
        sums.cacheMisses &+= other.sums.cacheMisses
        sums.estimated &+= other.sums.estimated
        sums.savedInputTokens &+= other.sums.savedInputTokens
        sums.savedOutputTokens &+= other.sums.savedOutputTokens
        sums.savedCost &+= other.sums.savedCost
        milliseconds &+= other.milliseconds
        durations.merge(other.durations)
        firstBytes.merge(other.firstBytes)
    }

    var totals: UsageTotals {
        var totals = sums
        totals.meanDuration = sums.requests == 0 ? nil : Double(milliseconds) / Double(sums.requests)
        totals.medianDuration = durations.percentile(0.5)
        totals.slowDuration = durations.percentile(0.95)
        totals.medianFirstByte = firstBytes.percentile(0.5)
        totals.slowFirstByte = firstBytes.percentile(0.95)
        return totals
    }
}
