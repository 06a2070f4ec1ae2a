import GatewayCore
import GatewayStorage
import Testing

@Suite struct UsageReaderTests {
    private let scratch = Scratch()

    /// Three hours; per hour two requests of one model and one of another, which fails.
    private func reader() throws -> UsageReader {
        var records: [RequestRecord] = []
        for hour in 0..<3 {
            let time = noon - Double(hour) * 3600
            for number in 0..<2 {
                var record = sampleRecord(number, startedAt: time)
                record.cost = RequestCost(total: 131_250_000)
                records.append(record)
            }
            var failed = RequestRecord(id: "f", startedAt: time, clientFormat: .anthropic, keyName: "other")
            failed.model = "claude"
            failed.provider = "anthropic"
            failed.outcome = .failure
            failed.status = 503
            failed.failure = ProviderFailure(kind: .overloaded, status: 529, message: "Overloaded")
            failed.duration = .milliseconds(2000)
            records.append(failed)
        }
        _ = RequestStore.fill(scratch.database, records)
        return try UsageReader(path: scratch.database)
    }

    @Test func addsUp() throws {
        let totals = try reader().totals(UsageQuery(since: noon - 86_400))
        #expect(totals.requests == 9 && totals.successes == 6 && totals.failures == 3)
        #expect(totals.counted == 6 && totals.inputTokens == 6 * 125 && totals.outputTokens == 6 * 30)
        #expect(totals.cacheReadTokens == 120 && totals.cacheWriteTokens == 30 && totals.reasoningTokens == 60)
        #expect(totals.priced == 6 && totals.cost == 6 * 131_250_000)
        let mean: Double = (6 * 120 + 3 * 2000) / 9
        #expect(totals.meanDuration == mean)
        let median = try #require(totals.medianDuration)
        let slow = try #require(totals.slowDuration)
        #expect((113...127).contains(median) && (1880...2120).contains(slow))
    }

    @Test func countsWholeHours() throws {
        let reader = try reader()
        #expect(try reader.totals(UsageQuery(since: noon)).requests == 3)
        #expect(try reader.totals(UsageQuery(since: noon - 3600)).requests == 6)
        #expect(try reader.totals(UsageQuery(since: noon - 86_400, until: noon - 3600)).requests == 6)
        #expect(try reader.totals(UsageQuery(since: noon + 3600)).requests == 0)
    }

    @Test func filters() throws {
        let reader = try reader()
        var query = UsageQuery(since: 0)
        query.keyName = "other"
        #expect(try reader.totals(query).requests == 3)
        query.provider = "openai"
        #expect(try reader.totals(query).requests == 0)
        query.keyName = nil
        query.model = "gpt-4o"
        #expect(try reader.totals(query).requests == 6)
    }

    @Test func groups() throws {
        let reader = try reader()
        func names(_ grouping: UsageGrouping) throws -> [String] {
            try reader.groups(UsageQuery(since: 0), by: grouping).map { "\($0.name) \($0.totals.requests)" }
        }
        #expect(try names(.model) == ["gpt-4o 6", "claude 3"])
        #expect(try names(.provider) == ["openai 6", "anthropic 3"])
        #expect(try names(.key) == ["team 6", "other 3"])
        #expect(try names(.day) == ["2026-11-21 9"])
        #expect(try names(.hour) == ["2026-11-21T08:00 3", "2026-11-21T09:00 3", "2026-11-21T10:00 3"])
    }

    @Test func listsWhatWentWrong() throws {
        let failures = try reader().failures(UsageQuery(since: noon - 3600), limit: 10)
        let failure = try #require(failures.first)
        #expect(failures.count == 1 && failure.count == 2 && failure.latest == noon)
        #expect(failure.provider == "anthropic" && failure.errorType == "overloaded" && failure.httpStatus == 503)
    }

    @Test func knowsTheDatabase() throws {
        let facts = try reader().facts()
        #expect(facts.requests == 9 && facts.newest == noon && facts.oldest == noon - 7200)
        #expect(facts.schemaVersion == Schema.current.version && facts.bytes > 4096 && facts.failoverEvents == 0)
        #expect(facts.latestRun?.version == GatewayVersion.current && facts.latestRun?.stoppedAt == noon)
        #expect(facts.latestRun?.isAlive == false)
    }

    @Test func saysWhenThereIsNothing() {
        #expect(throws: StorageFailure.self) { _ = try UsageReader(path: scratch.database) }
    }

    @Test func writesExactAmounts() {
        #expect(PicoUSD.decimalUSD(131_250_001) == "0.000131250001")
        #expect(PicoUSD.decimalUSD(0) == "0")
        #expect(PicoUSD.decimalUSD(2_500_000_000_000) == "2.5")
        #expect(PicoUSD.decimalUSD(-1) == "-0.000000000001")
        #expect(PicoUSD.decimalUSD(.min) == "-9223372.036854775808")
    }
}
