import GatewayCore
import Testing

@testable import GatewayStorage

/// What the tables of fewer rows say, held against the hours they are made of.
@Suite struct UsageSummariesTests {
    private let scratch = Scratch()
    private static let day = 86_400.0

    /// Some 500 requests over five days up to `noon`, of several keys, providers, models and features.
    private func records() -> [RequestRecord] {
        (0..<500).map { number in
            var record = sampleRecord(number, startedAt: noon - Double(number * 7919 % 7200) * 60)
            record.keyName = ["team", "other", "third"][number % 3]
            record.provider = ["openai", "anthropic"][number / 3 % 2]
            record.providerModel = "model-\(number / 6 % 4)"
            record.duration = .milliseconds(number * 37 % 9000)
            if number % 5 > 0 { _ = record.metadata.set("feature", "feature-\(number % 4)") }
            if number % 7 == 0 { _ = record.metadata.set("user_id", "user-\(number % 50)") }
            record.cost = number % 11 == 0 ? nil : RequestCost(total: Int64(number) * 1_000_003)
            return record
        }
    }

    /// Every grouping beside each filter, from times that begin and end within days.
    private func answers(_ path: String) throws -> [[UsageReader.Group]] {
        let reader = try UsageReader(path: path)
        var answers: [[UsageReader.Group]] = []
        for (since, until) in [(0, nil), (noon - 4.3 * Self.day, noon - 0.8 * Self.day), (noon - 30_000, nil)] {
            for filter in 0..<7 {
                var query = UsageQuery(since: since, until: until)
                if filter == 1 || filter == 5 { query.keyName = "other" }
                if filter == 2 { query.provider = "anthropic" }
                if filter == 3 { query.model = "model-2" }
                if filter >= 4 { query.metadata = .init(field: filter == 6 ? "user_id" : "feature") }
                for grouping in UsageGrouping.allCases where query.metadata != nil || grouping != .metadata {
                    answers.append(try reader.groups(query, by: grouping))
                }
            }
        }
        return answers
    }

    private func sumUp(_ path: String, now: Double) throws {
        let database = try SQLiteDatabase.openForWriting(path)
        let summaries = UsageSummaries(database)
        while try !summaries.advance(now: now) {}
    }

    private func count(_ table: String, _ path: String) throws -> Int {
        try SQLiteDatabase.openForReading(path).integer("SELECT count(*) FROM \(table)") ?? 0
    }

    @Test func changeNoAnswer() throws {
        // A gateway that runs before any of the hours is over.
        let clock = FixedClock(instant: noon - 10 * Self.day)
        _ = RequestStore.fill(scratch.database, records(), clock: clock)
        #expect(try count("usage_daily", scratch.database) == 0)
        let before = try answers(scratch.database)
        try sumUp(scratch.database, now: noon)
        #expect(try count("usage_daily", scratch.database) > 0)
        #expect(try count("usage_hourly_values", scratch.database) < count("usage_hourly_metadata", scratch.database))
        #expect(try answers(scratch.database) == before)
        #expect(before.contains { !$0.isEmpty && $0[0].totals.medianDuration != nil })
    }

    @Test func countWhatComesLateOnce() throws {
        let late = scratch.folder + "/late.db"
        let early = FixedClock(instant: noon - 10 * Self.day)
        _ = RequestStore.fill(scratch.database, records(), clock: early)
        _ = RequestStore.fill(late, Array(records().prefix(250)), clock: early)
        try sumUp(late, now: noon)
        _ = RequestStore.fill(late, Array(records().dropFirst(250)), clock: FixedClock(instant: noon))
        try sumUp(late, now: noon + 7200)
        #expect(try answers(late) == answers(scratch.database))
    }

    @Test func leaveOutTheHourThatIsNotOver() throws {
        _ = RequestStore.fill(
            scratch.database, [sampleRecord(0)], clock: FixedClock(instant: noon - 10 * Self.day))
        try sumUp(scratch.database, now: noon + 1800 + 299)
        #expect(try count("usage_daily", scratch.database) == 0)
        try sumUp(scratch.database, now: noon + 1800 + 300)
        #expect(try count("usage_daily", scratch.database) == 1)
    }

    @Test func areMadeByTheStoreItself() throws {
        _ = RequestStore.fill(scratch.database, records(), clock: FixedClock(instant: noon - 10 * Self.day))
        let store = RequestStore(
            RequestStore.Options(path: scratch.database), clock: FixedClock(instant: noon + 7200))
        let deadline = ContinuousClock.now + .seconds(20)
        let closed = Int((noon + 7200 - 300) / 3600)
        let reader = try SQLiteDatabase.openForReading(scratch.database)
        while try UsageSummaries.until(reader) < closed, ContinuousClock.now < deadline { _ = store.health }
        #expect(try UsageSummaries.until(reader) == closed)
        store.close()
    }

    @Test func followACorrectionOfCosts() throws {
        _ = RequestStore.fill(scratch.database, records(), clock: FixedClock(instant: noon - 10 * Self.day))
        try sumUp(scratch.database, now: noon)
        let summary = try CostRevision(path: scratch.database).run(since: 0, isDryRun: false) { _, _, _, _ in
            RequestCost(total: 1_000_000)
        }
        #expect(summary.changed == 500)
        let reader = try UsageReader(path: scratch.database)
        var query = UsageQuery(since: 0)
        #expect(try reader.totals(query).cost == 500_000_000 && reader.totals(query).priced == 500)
        let hours = try reader.groups(query, by: .hour)
        #expect(hours.map(\.totals.cost).reduce(0, +) == 500_000_000)
        query.metadata = .init(field: "feature")
        #expect(try reader.totals(query).cost == 400_000_000)
        query.provider = "openai"
        let openAI = try reader.totals(query)
        #expect(openAI.cost == Int64(openAI.requests) * 1_000_000)
    }

    @Test func areDeletedWithTheirDays() throws {
        _ = RequestStore.fill(scratch.database, records(), clock: FixedClock(instant: noon - 10 * Self.day))
        try sumUp(scratch.database, now: noon)
        var rules = RetentionRules()
        rules.utcOffset = { _ in 0 }
        rules.usageDays = 2
        var work = RetentionWork(rules)
        let database = try SQLiteDatabase.openForWriting(scratch.database)
        try database.execute("DELETE FROM store_facts WHERE name = 'cleanup_day'")
        while try !work.advance(database, now: noon) {}
        let firstHour = Int(noon / 3600) - 48
        #expect(try database.integer("SELECT min(hour) FROM usage_hourly_values") == firstHour)
        #expect(try database.integer("SELECT min(day) FROM usage_daily") == firstHour / 24)
    }
}
