import GatewayCore
import GatewayStorage
import Testing

@Suite struct RequestLookUpTests {
    private let scratch = Scratch()

    /// More rows than the index has in one block.
    private func fill() -> [RequestRecord] {
        let records = (0..<3000).map { sampleRecord($0, startedAt: noon + Double($0)) }
        _ = RequestStore.fill(scratch.database, records)
        return records
    }

    @Test func findsARequestInAnyBlock() throws {
        let records = fill()
        let reader = try UsageReader(path: scratch.database)
        for place in [0, 254, 255, 256, 1023, 1024, 2999] {
            #expect(try reader.request(records[place].id)?["request_id"]?.string == records[place].id)
        }
        #expect(try reader.request("id-3000") == nil)
        #expect(try reader.request("") == nil)
    }

    @Test func findsWhatIsLeftAfterACleanup() throws {
        _ = fill()
        try SQLiteDatabase.openForWriting(scratch.database).execute("DELETE FROM requests WHERE id < 2500")
        let reader = try UsageReader(path: scratch.database)
        #expect(try reader.request("id-2600") != nil)
        #expect(try reader.request("id-2000") == nil)
        try SQLiteDatabase.openForWriting(scratch.database).execute("DELETE FROM requests")
        #expect(try UsageReader(path: scratch.database).request("id-2600") == nil)
    }

    /// `PRAGMA optimize` makes them every day.
    @Test(arguments: [13, 3000]) func findsARequestInAFileWithStatistics(_ count: Int) throws {
        _ = RequestStore.fill(scratch.database, (0..<count).map { sampleRecord($0, startedAt: noon + Double($0)) })
        try SQLiteDatabase.openForWriting(scratch.database).execute("ANALYZE")
        let reader = try UsageReader(path: scratch.database)
        #expect(try reader.request("id-\(count / 2)") != nil)
        #expect(try reader.request("id-\(count)") == nil)
        try checkPlan()
    }

    /// A query that reads the table whole takes a tenth of a second for a million requests.
    @Test func readsNoRequestButTheOneAskedFor() throws {
        try checkPlan()
    }

    private func checkPlan() throws {
        let database = try SQLiteDatabase.openForWriting(scratch.database)
        let plan = try database.statement("EXPLAIN QUERY PLAN SELECT * FROM request_by_id WHERE request_id = 'x'")
        var steps: [String] = []
        while try plan.step() { steps.append(plan.text(3) ?? "") }
        #expect(steps.contains { $0.contains("USING INDEX requests_by_identifier (<expr>=? AND request_id=?)") })
        #expect(!steps.contains { $0.hasPrefix("SCAN requests") || $0.hasPrefix("BLOOM FILTER") })
    }

    @Test func readsAndUpgradesFilesOfOlderGateways() throws {
        let older = Schema(Array(Schema.current.migrations.prefix(3)))
        let columns =
            "request_id, timestamp, date, hour, is_stream, is_relayed, status, http_status, attempts, duration_ms"
        try SQLiteDatabase.openForWriting(scratch.database, schema: older).execute(
            """
            INSERT INTO requests (\(columns), error_type, provider, warning_count, created_at) VALUES
                ('a', \(Int(noon) * 1000), '2026-11-21', 10, 0, 0, 'failure', 503, 1, 7, 'overloaded', 'openai', 0, 0),
                ('b', \(Int(noon) * 1000 + 60000), '2026-11-21', 10, 0, 0, 'failure', 503, 1, 7, 'overloaded', 'openai', 0, 0),
                ('c', \(Int(noon) * 1000), '2026-11-21', 10, 0, 0, 'success', 200, 1, 7, NULL, 'openai', 0, 0),
                ('d', \(Int(noon) * 1000), '2026-11-21', 10, 0, 0, 'business_error', 400, 0, 7, NULL, NULL, 0, 0);
            """)
        let before = try UsageReader(path: scratch.database)
        #expect(try before.request("b")?["http_status"]?.int == 503)
        #expect(try before.failures(UsageQuery(since: 0), limit: 9).isEmpty)
        _ = RequestStore.fill(scratch.database, [])
        _ = try SQLiteDatabase.openForWriting(scratch.database)
        let after = try UsageReader(path: scratch.database)
        #expect(try after.request("b")?["http_status"]?.int == 503)
        let failures = try after.failures(UsageQuery(since: 0), limit: 9)
        #expect(failures.map(\.provider) == ["openai", ""])
        #expect(failures.map(\.count) == [2, 1])
        #expect(failures.first?.latest == noon + 60 && failures.first?.errorType == "overloaded")
    }
}
