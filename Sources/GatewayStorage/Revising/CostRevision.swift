import GatewayCore

/// Computes costs in the request log anew, after prices were corrected, and corrects the sums with them.
///
/// A thousand requests at a time in a transaction of their own, so that a gateway goes on writing beside it.
package struct CostRevision {
    package struct Summary: Sendable, Equatable {
        /// Requests whose tokens are known and whose cost the gateway computes.
        package var examined = 0
        package var changed = 0
        /// Those of the changed ones that had no cost before, and have none any more.
        package var found = 0
        package var forgotten = 0
        /// In 10^-12 USD.
        package var costBefore: Int64 = 0
        package var costAfter: Int64 = 0
    }

    /// What a request cost by the prices that hold now.
    package typealias Pricing = (_ usage: TokenUsage, _ model: String, _ provider: String, _ instant: Double) ->
        RequestCost

    private static let chunk = 1000

    private let database: SQLiteDatabase

    package init(path: String) throws(StorageFailure) {
        do {
            database = try SQLiteDatabase.openForWriting(path)
        } catch {
            throw StorageFailure(error)
        }
    }

    /// - Parameters:
    ///   - since: seconds since 1970.
    ///   - isDryRun: whether nothing is written.
    package func run(
        since: Double, isDryRun: Bool, pricing: Pricing
    ) throws(StorageFailure) -> Summary {
        var summary = Summary()
        var last = 0
        do throws(SQLiteError) {
            while true {
                let rows = try read(after: last, since: Int((since * 1000).rounded(.down)))
                guard let end = rows.last?.id else { return summary }
                last = end
                var changes: [Change] = []
                for row in rows {
                    summary.examined += 1
                    let cost = pricing(row.usage, row.model, row.provider, Double(row.timestamp) / 1000)
                    summary.costBefore &+= row.cost.total ?? 0
                    summary.costAfter &+= cost.total ?? 0
                    guard cost != row.cost else { continue }
                    summary.changed += 1
                    if row.cost.total == nil, cost.total != nil { summary.found += 1 }
                    if row.cost.total != nil, cost.total == nil { summary.forgotten += 1 }
                    changes.append(Change(row: row, cost: cost))
                }
                guard !isDryRun, !changes.isEmpty else { continue }
                try database.transaction { () throws(SQLiteError) in
                    for change in changes { try write(change) }
                }
            }
        } catch {
            throw StorageFailure(.sqlite(error))
        }
    }

    // MARK: Rows

    private struct Row {
        var id: Int
        /// Milliseconds since 1970.
        var timestamp: Int
        var keyName: String
        var provider: String
        var model: String
        var metadata: JSONObject
        var usage: TokenUsage
        var cost: RequestCost
    }

    private struct Change {
        var row: Row
        var cost: RequestCost
    }

    private func read(after last: Int, since: Int) throws(SQLiteError) -> [Row] {
        let statement = try database.statement(
            """
            SELECT id, timestamp, api_key_name, provider, provider_model, metadata, input_tokens, cache_read_input_tokens,
            cache_creation_input_tokens, cache_creation_1h_input_tokens, output_tokens, reasoning_tokens, service_tier,
            usage_details, input_cost_pico, output_cost_pico, cache_write_cost_pico, cache_read_cost_pico, fee_cost_pico,
            total_cost_pico, cost_source, cost_note
            FROM requests WHERE id > ? AND timestamp >= ? AND provider IS NOT NULL AND provider_model IS NOT NULL
            AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL)
            AND ifnull(cost_source, '') NOT IN ('provider', 'cache') ORDER BY id LIMIT \(Self.chunk)
            """)
        defer { statement.reset() }
        try statement.bind(1, last)
        try statement.bind(2, since)
        var rows: [Row] = []
        while try statement.step() {
            rows.append(
                Row(
                    id: statement.integer(0), timestamp: statement.integer(1), keyName: statement.text(2) ?? "",
                    provider: statement.text(3) ?? "", model: statement.text(4) ?? "",
                    metadata: Self.object(statement.text(5)), usage: Self.usage(statement),
                    cost: Self.cost(statement)))
        }
        return rows
    }

    /// Fresh input is what is left of all input.
    private static func usage(_ statement: SQLiteStatement) -> TokenUsage {
        let (read, written, long) = (
            statement.optionalInteger(7), statement.optionalInteger(8), statement.optionalInteger(9)
        )
        var usage = TokenUsage(
            freshInput: statement.optionalInteger(6).map { max(0, $0 &- (read ?? 0) &- (written ?? 0)) },
            cacheRead: read, cacheWrite5m: written.map { max(0, $0 &- (long ?? 0)) }, cacheWrite1h: long,
            output: statement.optionalInteger(10), reasoning: statement.optionalInteger(11))
        usage.serviceTier = statement.text(12).map { ServiceTier(word: $0) }
        usage.details = statement.text(13).flatMap { UsageDetails(json: object($0)) }
        return usage
    }

    private static func cost(_ statement: SQLiteStatement) -> RequestCost {
        func amount(_ column: Int32) -> Int64? { statement.optionalInteger(column).map { Int64($0) } }
        return RequestCost(
            input: amount(14), output: amount(15), cacheWrite: amount(16), cacheRead: amount(17), fees: amount(18),
            total: amount(19), source: statement.text(20), note: statement.text(21))
    }

    /// Damaged text counts as none.
    private static func object(_ text: String?) -> JSONObject {
        text.flatMap { try? JSONValue(parsing: Array($0.utf8)).object } ?? JSONObject()
    }

    // MARK: Corrections

    private func write(_ change: Change) throws(SQLiteError) {
        let (row, cost) = (change.row, change.cost)
        let statement = try database.statement(
            """
            UPDATE requests SET input_cost_pico = ?, output_cost_pico = ?, cache_write_cost_pico = ?,
            cache_read_cost_pico = ?, fee_cost_pico = ?, total_cost_pico = ?, cost_source = ?, cost_note = ? WHERE id = ?
            """)
        let amounts = [cost.input, cost.output, cost.cacheWrite, cost.cacheRead, cost.fees, cost.total]
        for (place, amount) in amounts.enumerated() { try statement.bind(Int32(place) + 1, amount.map { Int($0) }) }
        try statement.bind(7, cost.source)
        try statement.bind(8, cost.note)
        try statement.bind(9, row.id)
        try statement.run()
        let priced = (cost.total == nil ? 0 : 1) - (row.cost.total == nil ? 0 : 1)
        let difference = Int((cost.total ?? 0) &- (row.cost.total ?? 0))
        guard priced != 0 || difference != 0 else { return }
        let isSummedUp = row.timestamp / 3_600_000 < (try UsageSummaries.until(database))
        for table in isSummedUp ? [UsageTable.hourly, .daily] : [.hourly] {
            try correct(table, row, nil, priced, difference)
        }
        for field in row.metadata {
            guard let value = field.value.string else { continue }
            for table in isSummedUp ? [UsageTable.metadata, .values] : [.metadata] {
                try correct(table, row, (field.key, value), priced, difference)
            }
        }
    }

    /// What was too much for a row of its own was summed up under `other`.
    private func correct(
        _ table: UsageTable, _ row: Row, _ field: (name: String, value: String)?, _ priced: Int, _ difference: Int
    ) throws(SQLiteError) {
        let statement = try database.statement(
            """
            UPDATE \(table.rawValue) SET priced = priced + ?, total_cost_pico = total_cost_pico + ?
            WHERE \(table.keyColumns.map { "\($0.rawValue) = ?" }.joined(separator: " AND "))
            """)
        let other = UsageRollup.otherModels
        for (model, value) in [(row.model, field?.value ?? ""), (other, field == nil ? "" : other)] {
            try statement.bind(1, priced)
            try statement.bind(2, difference)
            for (place, column) in table.keyColumns.enumerated() {
                let place = Int32(place) + 3
                switch column {
                case .hour: try statement.bind(place, row.timestamp / 3_600_000)
                case .day: try statement.bind(place, row.timestamp / 86_400_000)
                case .keyName: try statement.bind(place, row.keyName)
                case .provider: try statement.bind(place, row.provider)
                case .model: try statement.bind(place, model)
                case .field: try statement.bind(place, field?.name)
                case .value: try statement.bind(place, value)
                }
            }
            try statement.run()
            if database.changedRows > 0 { return }
        }
    }
}
