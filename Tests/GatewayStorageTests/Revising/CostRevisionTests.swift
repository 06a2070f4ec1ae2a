import GatewayCore
import GatewayStorage
import Testing

@Suite struct CostRevisionTests {
    private let scratch = Scratch()

    private func record(_ number: Int, cost: Int64?, source: String? = "built-in") -> RequestRecord {
        var record = sampleRecord(number, startedAt: noon + Double(number))
        record.cost = RequestCost(total: cost, source: source)
        _ = record.metadata.set("feature", "search")
        return record
    }

    private func cost(_ id: Int) throws -> Int? {
        let database = try SQLiteDatabase.openForReading(scratch.database)
        return try database.integer("SELECT total_cost_pico FROM requests WHERE request_id = 'id-\(id)'")
    }

    /// A million for each request, and what the sums make of it.
    private func revise(since: Double = 0, isDryRun: Bool = false) throws -> CostRevision.Summary {
        try CostRevision(path: scratch.database).run(since: since, isDryRun: isDryRun) { usage, model, provider, _ in
            #expect(model == "gpt-4o" && provider == "openai")
            #expect(usage.freshInput == 100 && usage.cacheRead == 20 && usage.cacheWrite5m == 5)
            #expect(usage.output == 30 && usage.reasoning == 10)
            return RequestCost(total: 1_000_000, source: "configuration")
        }
    }

    private func sums(_ metadata: UsageQuery.MetadataFilter? = nil) throws -> (cost: Int64, priced: Int) {
        var query = UsageQuery(since: 0)
        query.metadata = metadata
        let totals = try UsageReader(path: scratch.database).totals(query)
        return (totals.cost, totals.priced)
    }

    @Test func correctsRequestsAndSums() throws {
        _ = RequestStore.fill(
            scratch.database, [record(0, cost: 7), record(1, cost: nil, source: nil), record(2, cost: 1_000_000)])
        let summary = try revise()
        #expect(summary.examined == 3 && summary.changed == 3 && summary.found == 1 && summary.forgotten == 0)
        #expect(summary.costBefore == 1_000_007 && summary.costAfter == 3_000_000)
        #expect(try cost(0) == 1_000_000 && cost(1) == 1_000_000)
        #expect(try sums() == (3_000_000, 3))
        #expect(try sums(.init(field: "feature", value: "search")) == (3_000_000, 3))
        #expect(try revise().changed == 0)
    }

    @Test func leavesWhatOthersNamedAndWhatIsOlder() throws {
        var uncounted = record(3, cost: nil, source: nil)
        uncounted.usage = nil
        _ = RequestStore.fill(
            scratch.database,
            [
                record(0, cost: 7, source: "provider"), record(1, cost: 0, source: "cache"), record(2, cost: 7),
                uncounted,
            ])
        #expect(try revise(since: noon + 60).examined == 0)
        #expect(try revise().examined == 1)
        #expect(try cost(0) == 7 && cost(1) == 0 && cost(2) == 1_000_000 && cost(3) == nil)
    }

    @Test func onlyTellsInADryRun() throws {
        _ = RequestStore.fill(scratch.database, [record(0, cost: 7)])
        #expect(try revise(isDryRun: true).changed == 1)
        #expect(try cost(0) == 7)
        #expect(try sums() == (7, 1))
    }

    @Test func goesThroughMoreThanOneChunk() throws {
        _ = RequestStore.fill(scratch.database, (0..<2500).map { record($0, cost: 5) })
        let summary = try revise()
        #expect(summary.examined == 2500 && summary.changed == 2500)
        #expect(try sums().cost == 2_500_000_000)
    }
}
