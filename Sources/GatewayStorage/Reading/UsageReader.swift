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
        try groups(query, by: [.key]).totals
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
        try eachRow(query, groupings) { row in
            for place in collectors.indices { collectors[place].add(row) }
        }
        return ((collectors.first?.total ?? UsageSum()).totals, collectors.map(\.groups))
    }

    /// What went wrong, most often first.
    package func failures(_ query: UsageQuery, limit: Int) throws(StorageFailure) -> [FailureGroup] {
        // A file that no gateway of this version has opened yet has no such sums.
        guard schemaVersion >= Self.summaryVersion else { return [] }
        return try reading { () throws(SQLiteError) in
            let statement = try database.statement(
                """
                SELECT provider, error_type, http_status, sum(requests), max(latest) FROM failures_hourly
                WHERE hour >= ? AND hour < ?
                GROUP BY provider, error_type, http_status ORDER BY sum(requests) DESC, max(latest) DESC LIMIT ?
                """)
            defer { statement.reset() }
            try statement.bind(1, query.firstHour)
            try statement.bind(2, query.endHour ?? .max)
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
}
