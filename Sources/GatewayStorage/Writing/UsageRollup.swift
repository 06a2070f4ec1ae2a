import GatewayCore

/// Sums a batch of records by hour, key, provider and model, and adds the sums to `usage_hourly`; and again by each field of
/// their metadata, for `usage_hourly_metadata`.
///
/// It runs in the transaction that inserts the records, so the sums are never ahead of them or behind.
final class UsageRollup {
    struct Key: Hashable {
        var hour: Int
        var keyName: String
        var provider: String
        var model: String
        /// Of the metadata; nil in the plain table.
        var field: RequestMetadata.Field?

        init(_ queued: FinishedRecord, _ field: RequestMetadata.Field?) {
            hour = queued.record.startedMilliseconds / 3_600_000
            keyName = queued.record.keyName ?? ""
            provider = queued.record.provider ?? ""
            model = queued.record.providerModel ?? queued.record.model ?? ""
            self.field = field
        }

        /// Without making a key of the record.
        func isOf(_ queued: FinishedRecord) -> Bool {
            hour == queued.record.startedMilliseconds / 3_600_000 && keyName == queued.record.keyName ?? ""
                && provider == queued.record.provider ?? ""
                && model == queued.record.providerModel ?? queued.record.model ?? ""
        }
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

    private let table: UsageTable
    private let addition: SQLiteStatement
    private let summary: UsageTable?
    private let summaryAddition: SQLiteStatement?
    private var rows: [(key: Key, sums: Sums)] = []
    private var places: [Key: Int] = [:]
    /// Of the row that was added to last: the next record mostly belongs there too.
    private var latest = 0
    private var known: Set<Key> = []
    private var knownHour = 0

    /// - Parameter table: one that has a summary.
    init(_ database: SQLiteDatabase, _ table: UsageTable) throws(SQLiteError) {
        self.table = table
        addition = try database.statement(table.addition)
        summary = table.summary
        if let summary {
            summaryAddition = try database.statement(summary.addition)
        } else {
            summaryAddition = nil
        }
    }

    /// Forgets what was added and not written, after a transaction that failed.
    func discard() {
        rows.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    func add(_ records: [FinishedRecord]) {
        for queued in records {
            if table == .metadata {
                addFields(of: queued)
            } else {
                add(queued)
            }
        }
    }

    private func add(_ queued: FinishedRecord) {
        rows[place(of: queued)].sums.add(queued)
    }

    private func addFields(of queued: FinishedRecord) {
        for field in queued.record.metadata.fields { rows[place(of: queued, field)].sums.add(queued) }
    }

    /// - Parameter summedUntil: hours before it are in the summary, so what comes for them has to go there too.
    func write(summedUntil: Int) throws(SQLiteError) {
        for (key, sums) in rows {
            try Self.write(key, sums, table, addition)
            guard key.hour < summedUntil, let summary, let summaryAddition else { continue }
            try Self.write(key, sums, summary, summaryAddition)
        }
        discard()
    }

    private func place(of queued: FinishedRecord) -> Int {
        if latest < rows.count, rows[latest].key.isOf(queued) { return latest }
        latest = place(of: queued, nil)
        return latest
    }

    private func place(of queued: FinishedRecord, _ field: RequestMetadata.Field?) -> Int {
        let key = key(of: queued, field)
        if let place = places[key] { return place }
        rows.append((key, Sums()))
        places[key] = rows.count - 1
        return rows.count - 1
    }

    private func key(of queued: FinishedRecord, _ field: RequestMetadata.Field?) -> Key {
        var key = Key(queued, field)
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

    private static func write(
        _ key: Key, _ sums: Sums, _ table: UsageTable, _ addition: SQLiteStatement
    ) throws(SQLiteError) {
        var place: Int32 = 1
        for column in table.keyColumns {
            switch column {
            case .hour: try addition.bind(place, key.hour)
            case .day: try addition.bind(place, key.hour / 24)
            case .keyName: try addition.bind(place, key.keyName)
            case .provider: try addition.bind(place, key.provider)
            case .model: try addition.bind(place, key.model)
            case .field: try addition.bind(place, key.field?.key ?? "")
            case .value: try addition.bind(place, key.field?.value ?? "")
            }
            place += 1
        }
        for count in sums.counts {
            try addition.bind(place, count)
            place += 1
        }
        try addition.bind(place, bytes: sums.durations.bytes)
        try addition.bind(place + 1, bytes: sums.firstBytes.bytes)
        try addition.run()
    }
}

extension UsageRollup.Sums {
    /// Numbers from providers wrap around rather than trap.
    fileprivate mutating func add(_ queued: FinishedRecord) {
        requests += 1
        switch queued.record.outcome {
        case .success: successes += 1
        case .failure: failures += 1
        case .refused: businessErrors += 1
        case .timeout: timeouts += 1
        case .cancelled: cancelled += 1
        }
        if queued.record.isStreaming { streams += 1 }
        if queued.record.attempts.count > 1 { retried += 1 }
        if !queued.record.notes.isEmpty { warned += 1 }
        if queued.record.cacheState == .hit { cacheHits += 1 }
        if queued.record.cacheState == .miss { cacheMisses += 1 }
        if queued.record.isUsageEstimated { estimated += 1 }
        if let usage = queued.record.usage {
            counted += 1
            input &+= usage.totalInput
            output &+= usage.output ?? 0
            cacheWrite &+= usage.cacheWrite ?? 0
            cacheRead &+= usage.cacheRead ?? 0
            reasoning &+= usage.reasoning ?? 0
        }
        if let total = queued.record.cost?.total {
            priced += 1
            cost &+= Int(total)
        }
        if let saved = queued.record.savedUsage {
            savedInput &+= saved.totalInput
            savedOutput &+= saved.output ?? 0
        }
        savedCost &+= Int(queued.record.savedCost?.total ?? 0)
        let duration = queued.record.duration.milliseconds
        milliseconds &+= duration
        durations.add(milliseconds: duration)
        if let first = queued.record.timeToFirstByte { firstBytes.add(milliseconds: first.milliseconds) }
    }

    /// In the order of `UsageTable`'s columns.
    fileprivate var counts: [Int] {
        [
            requests, successes, failures, businessErrors, timeouts, cancelled, streams, retried, warned, counted,
            input, output, cacheWrite, cacheRead, reasoning, priced, cost, milliseconds, cacheHits, cacheMisses,
            estimated, savedInput, savedOutput, savedCost,
        ]
    }
}
