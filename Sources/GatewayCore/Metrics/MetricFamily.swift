/// One metric as scrapers know it: its name, what kind of number it is, and what labels its samples carry.
package struct MetricFamily: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
        /// A name that the rules of its real kind do not allow.
        case unknown
    }

    /// As Prometheus stores it: a counter's ends in `_total`, and a histogram's gets `_bucket`, `_sum` and `_count`.
    package let name: String
    package let kind: Kind
    package let labels: [String]
    /// One sentence, in the exposition and in the manual.
    package let help: String

    package init(_ name: String, _ kind: Kind, _ labels: [String] = [], help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }

    /// OpenMetrics leaves the `_total` of a counter to its samples.
    func name(in format: MetricsFormat) -> Substring {
        switch (format, kind) {
        case (.openMetrics, .counter) where name.hasSuffix("_total"): name.dropLast("_total".utf8.count)
        default: name[...]
        }
    }

    /// The base unit that the name ends in; nil for plain numbers.
    var unit: String? {
        let bare = name(in: .openMetrics)
        return ["seconds", "bytes"].first { bare.hasSuffix("_" + $0) }
    }
}
