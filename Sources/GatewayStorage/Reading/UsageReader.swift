import GatewayCore

/// Answers questions about past requests, on a connection of its own that never holds up the writer.
package final class UsageReader {
    package struct Group: Sendable, Equatable {
        /// A name, a value of the metadata, or the start of an hour or day in UTC: `2026-11-21T10:00`, `2026-11-21`.
        package var name: String
        package var totals: UsageTotals

        package init(name: String, totals: UsageTotals) {
            self.name = name
            self.totals = totals
        }
    }

    /// Requests of one kind that went wrong.
    package struct FailureGroup: Sendable, Equatable {
        package var provider: String
        package var errorType: String
        package var httpStatus: Int
        package var count: Int
        /// Seconds since 1970.
        package var latest: Double

        package init(provider: String, errorType: String, httpStatus: Int, count: Int, latest: Double) {
            self.provider = provider
            self.errorType = errorType
            self.httpStatus = httpStatus
            self.count = count
            self.latest = latest
        }
    }

    let database: SQLiteDatabase
    let path: String
    let schemaVersion: Int

    package init(path: String) throws(StorageFailure) {
        self.path = path
        do {
            database = try SQLiteDatabase.openForReading(path)
            schemaVersion = try Schema.version(of: database)
        } catch {
            throw StorageFailure(error)
        }
    }

    package func totals(_ query: UsageQuery) throws(StorageFailure) -> UsageTotals {
        try groups(query, by: [.provider]).totals
    }

    package func groups(_ query: UsageQuery, by grouping: UsageGrouping) throws(StorageFailure) -> [Group] {
        try groups(query, by: [grouping]).groups.first ?? []
    }

    /// Several groupings at the price of little more than one.
    ///
    /// - Returns: for each grouping the groups with the most requests first, hours and days in their order; and the sums
    ///   of everything.
    package func groups(
        _ query: UsageQuery, by groupings: [UsageGrouping]
    ) throws(StorageFailure) -> (totals: UsageTotals, groups: [[Group]]) {
        var collectors = groupings.map { GroupCollector(grouping: $0) }
        try eachRow(query) { row in
            for place in collectors.indices { collectors[place].add(row) }
        }
        var total = UsageSum()
        if let collector = collectors.first {
            for (_, sum) in collector.sums { total.merge(sum) }
        }
        return (total.totals, collectors.map(\.groups))
    }

    /// What went wrong, most often first.
    package func failures(_ query: UsageQuery, limit: Int) throws(StorageFailure) -> [FailureGroup] {
        let since = query.firstHour * 3_600_000
        let until = query.endHour.map { $0 * 3_600_000 } ?? .max
        return try reading { () throws(SQLiteError) in
            let statement = try database.statement(
                """
                SELECT provider, error_type, http_status, count(*), max(timestamp) FROM requests
                WHERE status <> 'success' AND timestamp >= ? AND timestamp < ?
                GROUP BY provider, error_type, http_status ORDER BY count(*) DESC, max(timestamp) DESC LIMIT ?
                """)
            defer { statement.reset() }
            try statement.bind(1, since)
            try statement.bind(2, until)
            try statement.bind(3, limit)
            var groups: [FailureGroup] = []
            while try statement.step() {
                groups.append(
                    FailureGroup(
                        provider: statement.text(0) ?? "", errorType: statement.text(1) ?? "",
                        httpStatus: statement.integer(2), count: statement.integer(3),
                        latest: Double(statement.integer(4)) / 1000))
            }
            return groups
        }
    }

    func reading<Result>(_ work: () throws(SQLiteError) -> Result) throws(StorageFailure) -> Result {
        do {
            return try work()
        } catch {
            throw StorageFailure(.sqlite(error))
        }
    }

    private func eachRow(_ query: UsageQuery, _ body: (SQLiteStatement) -> Void) throws(StorageFailure) {
        var filters = ["hour >= ?", "hour < ?"]
        var names: [String] = []
        let (table, columns) =
            query.metadata == nil
            ? ("usage_hourly", UsageSum.columns(schemaVersion))
            : ("usage_hourly_metadata", UsageSum.columns(schemaVersion) + ", value")
        // A file that no gateway of this version has opened yet has no such sums.
        if query.metadata != nil, schemaVersion < UsageSum.metadataVersion { return }
        for (column, name) in [
            ("api_key_name", query.keyName), ("provider", query.provider), ("model", query.model),
            ("field", query.metadata?.field), ("value", query.metadata?.value),
        ] {
            guard let name else { continue }
            filters.append("\(column) = ?")
            names.append(name)
        }
        try reading { () throws(SQLiteError) in
            let statement = try database.statement(
                "SELECT \(columns) FROM \(table) WHERE \(filters.joined(separator: " AND "))")
            defer { statement.reset() }
            try statement.bind(1, query.firstHour)
            try statement.bind(2, query.endHour ?? .max)
            for (place, name) in names.enumerated() { try statement.bind(Int32(place) + 3, name) }
            while try statement.step() { body(statement) }
        }
    }
}

/// Sums by the names that one grouping gives.
private struct GroupCollector {
    let grouping: UsageGrouping
    private(set) var sums: [(name: String, sum: UsageSum)] = []
    private var places: [String: Int] = [:]

    init(grouping: UsageGrouping) {
        self.grouping = grouping
    }

    mutating func add(_ row: SQLiteStatement) {
        let key = Self.key(of: row, grouping)
        if let place = places[key] {
            sums[place].sum.add(row)
            return
        }
        places[key] = sums.count
        var sum = UsageSum()
        sum.add(row)
        sums.append((name(of: row, key), sum))
    }

    var groups: [UsageReader.Group] {
        let groups = sums.map { UsageReader.Group(name: $0.name, totals: $0.sum.totals) }
        switch grouping {
        case .hour, .day: return groups.sorted { $0.name < $1.name }
        case .model, .provider, .key, .metadata:
            return groups.sorted { ($1.totals.requests, $0.name) < ($0.totals.requests, $1.name) }
        }
    }

    /// Cheap, since it is made for every row.
    private static func key(of row: SQLiteStatement, _ grouping: UsageGrouping) -> String {
        switch grouping {
        case .key: row.text(1) ?? ""
        case .provider: row.text(2) ?? ""
        case .model: row.text(3) ?? ""
        case .metadata: row.text(UsageSum.valueColumn) ?? ""
        case .hour: String(row.integer(0))
        case .day: String(row.integer(0) / 24)
        }
    }

    private func name(of row: SQLiteStatement, _ key: String) -> String {
        switch grouping {
        case .key, .provider, .model, .metadata: key
        case .hour: String(Timestamp.iso8601(Double(row.integer(0)) * 3600).prefix(16))
        case .day: String(Timestamp.iso8601(Double(row.integer(0)) * 3600).prefix(10))
        }
    }
}

extension UsageQuery {
    /// Hours since 1970.
    var firstHour: Int { Int((since / 3600).rounded(.down)) }
    /// Exclusive.
    var endHour: Int? { until.map { Int(($0 / 3600).rounded(.up)) } }
}
