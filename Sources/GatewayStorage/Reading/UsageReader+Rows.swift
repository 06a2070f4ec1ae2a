import GatewayCore

extension UsageReader {
    /// The schema that has the tables of fewer rows.
    static let summaryVersion = 5

    /// Hours of one table; hours since 1970, the end exclusive.
    private struct Segment {
        var table: UsageTable
        var start: Int
        var end: Int
    }

    /// Shows every row of sums that the query asks for, as `UsageSum.columns` has them: from the tables with the fewest rows
    /// that still tell what the groupings and filters ask for.
    func eachRow(
        _ query: UsageQuery, _ groupings: [UsageGrouping], _ body: (SQLiteStatement) -> Void
    ) throws(StorageFailure) {
        // A file that no gateway of this version has opened yet has no such sums.
        if query.metadata != nil, schemaVersion < UsageSum.metadataVersion { return }
        try reading { () throws(SQLiteError) in
            // The tables have to be seen as they were at one instant.
            try database.execute("BEGIN")
            // Nothing was changed, so nothing is lost when it fails.
            defer { try? database.execute("COMMIT") }
            let until = schemaVersion < Self.summaryVersion ? 0 : try UsageSummaries.until(database)
            for segment in Self.segments(query, groupings, summedUntil: until) {
                try eachRow(of: segment, query, body)
            }
        }
    }

    private static func segments(
        _ query: UsageQuery, _ groupings: [UsageGrouping], summedUntil: Int
    ) -> [Segment] {
        let (start, end) = (query.firstHour, query.endHour ?? .max)
        let table: UsageTable = query.metadata == nil ? .hourly : .metadata
        let summedEnd = min(end, summedUntil)
        switch table.summary {
        case .daily? where !groupings.contains(.hour):
            let (first, last) = ((start + 23) / 24 * 24, summedEnd / 24 * 24)
            guard first < last else { break }
            return [
                Segment(table: .hourly, start: start, end: first), Segment(table: .daily, start: first, end: last),
                Segment(table: .hourly, start: last, end: end),
            ]
        case .values? where query.provider == nil && query.model == nil:
            guard start < summedEnd, !groupings.contains(where: { $0 == .provider || $0 == .model }) else { break }
            return [
                Segment(table: .values, start: start, end: summedEnd),
                Segment(table: .metadata, start: summedEnd, end: end),
            ]
        default: break
        }
        return [Segment(table: table, start: start, end: end)]
    }

    private func eachRow(
        of segment: Segment, _ query: UsageQuery, _ body: (SQLiteStatement) -> Void
    ) throws(SQLiteError) {
        let time = segment.table == .daily ? "day" : "hour"
        var filters = ["\(time) >= ?", "\(time) < ?"]
        var names: [String] = []
        for (column, name) in [
            ("api_key_name", query.keyName), ("provider", query.provider), ("model", query.model),
            ("field", query.metadata?.field), ("value", query.metadata?.value),
        ] {
            guard let name else { continue }
            filters.append("\(column) = ?")
            names.append(name)
        }
        let statement = try database.statement(
            "SELECT \(UsageSum.columns(segment.table, schemaVersion)) FROM \(segment.table.rawValue) "
                + "WHERE \(filters.joined(separator: " AND "))")
        defer { statement.reset() }
        let unit = segment.table == .daily ? 24 : 1
        try statement.bind(1, segment.start / unit)
        try statement.bind(2, segment.end / unit)
        for (place, name) in names.enumerated() { try statement.bind(Int32(place) + 3, name) }
        while try statement.step() { body(statement) }
    }
}

extension UsageQuery {
    /// Hours since 1970.
    var firstHour: Int { Int((since / 3600).rounded(.down)) }
    /// Exclusive.
    var endHour: Int? { until.map { Int(($0 / 3600).rounded(.up)) } }
}
