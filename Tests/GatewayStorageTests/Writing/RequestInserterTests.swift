import GatewayCore
import GatewayStorage
import Testing

/// Rows are written many at a time, and a column that says what it said before is not bound again.
@Suite struct RequestInserterTests {
    private let scratch = Scratch()

    /// Each column changes at another pace, and each that may be NULL is so now and then.
    private func records() -> [RequestRecord] {
        (0..<53).map { number in
            var record = RequestRecord(
                id: "id-\(number)", startedAt: noon + Double(number / 5) * 20_000,
                clientFormat: number % 4 == 0 ? nil : .openAI, keyName: number % 3 == 0 ? nil : "team-\(number % 2)")
            if number % 5 != 0 {
                record.model = number % 2 == 0 ? "fast" : "a model whose name is long enough for the heap"
            }
            if number % 6 != 0 { record.provider = "openai" }
            record.sessionID = number % 7 == 0 ? "" : nil
            record.isStreaming = number % 8 < 4
            record.outcome = RequestRecord.Outcome.allCases[number / 3 % RequestRecord.Outcome.allCases.count]
            record.status = number % 9 == 0 ? 503 : 200
            if number % 4 == 1 {
                record.failure = ProviderFailure(kind: .server, status: 503, message: "no \(number % 3)")
            }
            record.duration = .milliseconds(number / 2)
            if number % 2 == 0 { record.timeToFirstByte = .seconds(number) }
            if number % 5 < 3 { record.usage = TokenUsage(freshInput: number, output: number % 4 == 0 ? nil : 7) }
            if number % 6 < 2 { record.cost = RequestCost(input: 5, output: Int64(number), total: 9) }
            if number % 11 == 0 { _ = record.metadata.set("feature", "f\(number % 2)") }
            if number % 10 == 0 { record.notes = [ConversionNote(.dropped, "/seed", "no seed there")] }
            return record
        }
    }

    @Test func writesManyRowsAtOnceAsItWritesOneByOne() throws {
        let (together, apart) = (scratch.folder + "/together.db", scratch.folder + "/apart.db")
        _ = RequestStore.fill(together, records())
        for record in records() { _ = RequestStore.fill(apart, [record]) }
        let database = try SQLiteDatabase.openForWriting(together)
        try database.execute("ATTACH '\(apart)' AS apart")
        for table in ["requests", "usage_hourly", "usage_hourly_metadata", "failures_hourly"] {
            #expect(try database.integer("SELECT count(*) FROM \(table)") ?? 0 > 0)
            for (one, other) in [("main", "apart"), ("apart", "main")] {
                let missing =
                    "SELECT count(*) FROM (SELECT * FROM \(one).\(table) EXCEPT SELECT * FROM \(other).\(table))"
                #expect(try database.integer(missing) == 0, "\(table) of \(one)")
            }
        }
        #expect(try database.integer("SELECT count(*) FROM requests WHERE session_id = ''") == 8)
    }
}
