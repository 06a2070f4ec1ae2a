import GatewayCore

/// The request log's database as the API reads it: each question on a connection of its own.
package struct DatabaseArchive: RequestArchive {
    private let path: String

    package init(path: String) {
        self.path = path
    }

    package func usage(
        _ query: UsageQuery, by grouping: UsageGrouping?
    ) throws(RequestArchiveError) -> GroupedUsage {
        try reading { (reader) throws(StorageFailure) in
            let sums = try reader.groups(query, by: [grouping ?? .key])
            let groups = grouping == nil ? [] : sums.groups.first ?? []
            return GroupedUsage(totals: sums.totals, groups: groups.map { ($0.name, $0.totals) })
        }
    }

    package func request(_ id: String) throws(RequestArchiveError) -> JSONObject? {
        try reading { (reader) throws(StorageFailure) in try reader.request(id) }
    }

    private func reading<Result>(
        _ body: (UsageReader) throws(StorageFailure) -> Result
    ) throws(RequestArchiveError) -> Result {
        do {
            return try body(UsageReader(path: path))
        } catch {
            throw RequestArchiveError(kind: error.kind)
        }
    }
}
