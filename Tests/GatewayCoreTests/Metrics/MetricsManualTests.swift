import Testing

@testable import GatewayCore

struct MetricsManualTests {
    /// The rows of the manual's table of metrics, as the catalogue has them.
    private var expected: [String] {
        MetricFamily.all.map { family in
            let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help) |"
        }
    }

    @Test func theManualListsEveryMetric() {
        let manual = String(decoding: FixtureFile.bytes("docs/OBSERVABILITY.md"), as: UTF8.self)
        let kinds = ["counter", "gauge", "histogram", "unknown"]
        let rows = manual.split(separator: "\n").map(String.init).filter { row in
            kinds.contains { row.contains("` | \($0) | ") }
        }
        #expect(rows == expected, "docs/OBSERVABILITY.md should have:\n\(expected.joined(separator: "\n"))")
    }
}
