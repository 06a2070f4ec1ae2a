import GatewayCore

/// Sums by the names that one grouping gives.
struct GroupCollector {
    private struct Entry {
        var name: String
        var sum = UsageSum()
    }

    private let grouping: UsageGrouping
    private var entries: [Entry] = []
    private var places: [String: Int] = [:]
    /// Rows come in the order of their hours and keys, so the next one is mostly for the group of the last one.
    private var last = 0
    private var lastTime = Int.min

    init(grouping: UsageGrouping) {
        self.grouping = grouping
    }

    mutating func add(_ row: SQLiteStatement) {
        last = place(of: row)
        entries[last].sum.add(row)
    }

    var total: UsageSum {
        var total = UsageSum()
        for entry in entries { total.merge(entry.sum) }
        return total
    }

    /// Those with the most requests first; hours and days in their order.
    var groups: [UsageReader.Group] {
        let groups = entries.map { UsageReader.Group(name: $0.name, totals: $0.sum.totals) }
        switch grouping {
        case .hour, .day: return groups.sorted { $0.name < $1.name }
        case .model, .provider, .key, .metadata:
            return groups.sorted { ($1.totals.requests, $0.name) < ($0.totals.requests, $1.name) }
        }
    }

    private mutating func place(of row: SQLiteStatement) -> Int {
        switch grouping {
        case .key: place(of: row, text: 1)
        case .provider: place(of: row, text: 2)
        case .model: place(of: row, text: 3)
        case .metadata: place(of: row, text: UsageSum.valueColumn)
        case .hour: place(of: row.integer(0), digits: 16)
        case .day: place(of: row.integer(0) / 24 * 24, digits: 10)
        }
    }

    private mutating func place(of row: SQLiteStatement, text column: Int32) -> Int {
        if last < entries.count, row.isText(column, entries[last].name) { return last }
        return place(named: row.text(column) ?? "")
    }

    /// - Parameter time: hours since 1970.
    private mutating func place(of time: Int, digits: Int) -> Int {
        if time == lastTime { return last }
        lastTime = time
        return place(named: String(Timestamp.iso8601(Double(time) * 3600).prefix(digits)))
    }

    private mutating func place(named name: String) -> Int {
        if let place = places[name] { return place }
        places[name] = entries.count
        entries.append(Entry(name: name))
        return entries.count - 1
    }
}
