/// Past requests, for whoever asks about them: the port through which the API reaches the request log.
///
/// Its calls block for as long as a query takes and are never made on an event loop.
package protocol RequestArchive: Sendable {
    /// Sums over requests, and the same by group.
    func usage(_ query: UsageQuery, by grouping: UsageGrouping?) throws(RequestArchiveError) -> GroupedUsage

    /// Everything that is known of one request, by the names of the log's columns; nil when there is none.
    func request(_ id: String) throws(RequestArchiveError) -> JSONObject?
}

/// Sums over requests, as a whole and by group.
package struct GroupedUsage: Sendable, Equatable {
    package var totals: UsageTotals
    /// By name, in the order in which they are shown; empty where nothing was grouped.
    package var groups: [(name: String, totals: UsageTotals)]

    package init(totals: UsageTotals, groups: [(name: String, totals: UsageTotals)] = []) {
        self.totals = totals
        self.groups = groups
    }

    package static func == (left: GroupedUsage, right: GroupedUsage) -> Bool {
        left.totals == right.totals && left.groups.elementsEqual(right.groups) { $0 == $1 }
    }
}

/// Why the log cannot be read, in one of the words of its health: `cannot_open`, `damaged`, ...
package struct RequestArchiveError: Error, Sendable, Equatable {
    package var kind: String

    package init(kind: String) {
        self.kind = kind
    }
}
