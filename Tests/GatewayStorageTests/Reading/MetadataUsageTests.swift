import GatewayCore
import GatewayStorage
import Testing

@Suite struct MetadataUsageTests {
    private let scratch = Scratch()

    private func record(_ number: Int, _ fields: [(String, String)]) -> RequestRecord {
        var record = sampleRecord(number)
        for (key, value) in fields { _ = record.metadata.set(key, value) }
        record.cost = RequestCost(total: 1_000_000, source: "built-in")
        record.cacheState = number % 2 == 0 ? .hit : .miss
        if record.cacheState == .hit {
            record.savedUsage = TokenUsage(freshInput: 40, cacheRead: 2, output: 7)
            record.savedCost = RequestCost(total: 3_000_000, source: "built-in")
        }
        return record
    }

    private func reader() throws -> UsageReader {
        _ = RequestStore.fill(
            scratch.database,
            [
                record(0, [("feature", "search"), ("user_id", "u1")]), record(1, [("feature", "search")]),
                record(2, [("feature", "chat"), ("user_id", "u1")]), record(3, []),
            ])
        return try UsageReader(path: scratch.database)
    }

    @Test func sumsByTheValuesOfAField() throws {
        var query = UsageQuery(since: 0)
        query.metadata = .init(field: "feature")
        let groups = try reader().groups(query, by: .metadata)
        #expect(groups.map(\.name) == ["search", "chat"])
        #expect(groups.map(\.totals.requests) == [2, 1])
        #expect(groups[0].totals.cost == 2_000_000 && groups[0].totals.inputTokens == 250)
    }

    @Test func filtersByAValueBesideOthers() throws {
        let reader = try reader()
        var query = UsageQuery(since: 0)
        query.metadata = .init(field: "user_id", value: "u1")
        #expect(try reader.totals(query).requests == 2)
        query.provider = "nobody"
        #expect(try reader.totals(query).requests == 0)
        query.metadata = .init(field: "absent")
        query.provider = nil
        #expect(try reader.totals(query).requests == 0)
        #expect(try reader.totals(UsageQuery(since: 0)).requests == 4)
    }

    @Test func countsHitsAndMissesOfTheCache() throws {
        let totals = try reader().totals(UsageQuery(since: 0))
        #expect(totals.cacheHits == 2 && totals.cacheMisses == 2)
    }

    @Test func sumsWhatTheCacheSaved() throws {
        let reader = try reader()
        var query = UsageQuery(since: 0)
        for (value, hits) in [(nil, 2), ("u1", 2), ("u2", 0)] as [(String?, Int)] {
            query.metadata = value.map { .init(field: "user_id", value: $0) }
            let totals = try reader.totals(query)
            #expect([totals.savedInputTokens, totals.savedOutputTokens] == [42 * hits, 7 * hits])
            #expect(totals.savedCost == Int64(3_000_000 * hits))
        }
        let hit = try #require(try reader.request("id-2"))
        #expect(hit["saved_input_tokens"] == 42 && hit["saved_output_tokens"] == 7)
        #expect(hit["saved_cost_usd"] == .number(JSONNumber(validText: "0.000003")))
        let miss = try #require(try reader.request("id-1"))
        #expect(miss["saved_input_tokens"] == nil && miss["saved_cost_usd"] == nil)
    }

    @Test func foldsValuesThatAreTooMany() throws {
        let records = (0..<2100).map { record($0, [("user_id", "user-\($0)")]) }
        _ = RequestStore.fill(scratch.database, records)
        var query = UsageQuery(since: 0)
        query.metadata = .init(field: "user_id")
        let groups = try UsageReader(path: scratch.database).groups(query, by: .metadata)
        #expect(groups.count == 2001)
        #expect(groups.first?.name == "other" && groups.first?.totals.requests == 100)
        #expect(groups.map(\.totals.requests).reduce(0, +) == 2100)
    }

    @Test func readsFilesOfOlderGateways() throws {
        let older = Schema(Array(Schema.current.migrations.prefix(2)))
        let database = try SQLiteDatabase.openForWriting(scratch.database, schema: older)
        try database.execute(
            "INSERT INTO usage_hourly (hour, api_key_name, provider, model, requests) VALUES (1, 'k', 'p', 'm', 7)")
        let reader = try UsageReader(path: scratch.database)
        #expect(try reader.totals(UsageQuery(since: 0)).requests == 7)
        var query = UsageQuery(since: 0)
        query.metadata = .init(field: "feature")
        #expect(try reader.totals(query).requests == 0)
        try database.execute(
            """
            INSERT INTO requests (request_id, timestamp, date, hour, is_stream, is_relayed, status, http_status, attempts,
            duration_ms, warning_count, created_at) VALUES ('r', 0, '', 0, 0, 0, 'success', 200, 1, 0, 0, 0)
            """)
        #expect(try reader.request("r")?["http_status"] == 200)
    }

    @Test func answersTheApi() throws {
        _ = try reader()
        let archive = DatabaseArchive(path: scratch.database)
        let usage = try archive.usage(UsageQuery(since: 0), by: .key)
        #expect(usage.totals.requests == 4 && usage.groups.map(\.name) == ["team"])
        #expect(try archive.usage(UsageQuery(since: 0), by: nil).groups.isEmpty)
        #expect(try archive.request("id-2")?["model"]?.string == "fast")
        #expect(try archive.request("nobody") == nil)
        #expect(throws: RequestArchiveError(kind: "cannot_open")) {
            try DatabaseArchive(path: scratch.folder + "/nowhere/x.db").usage(UsageQuery(since: 0), by: nil)
        }
    }
}
