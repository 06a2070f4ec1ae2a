import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct RetentionTests {
    private let scratch = Scratch()

    private func rules(_ change: (inout RetentionRules) -> Void = { _ in }) -> RetentionRules {
        var rules = RetentionRules()
        rules.utcOffset = { _ in 0 }
        change(&rules)
        return rules
    }

    /// A database with a request an hour for ten days up to `noon`.
    private func filled() throws -> SQLiteDatabase {
        let records = (0..<240).map { sampleRecord($0, startedAt: noon - Double($0) * 3600) }
        _ = RequestStore.fill(scratch.database, records) { $0.retention.days = 30 }
        let database = try SQLiteDatabase.openForWriting(scratch.database)
        try database.execute("DELETE FROM store_facts")
        return database
    }

    private func finish(_ work: inout RetentionWork, _ database: SQLiteDatabase, now: Double) throws {
        while try !work.advance(database, now: now) {}
    }

    private func count(_ database: SQLiteDatabase) throws -> Int? {
        try database.integer("SELECT count(*) FROM requests")
    }

    @Test func beginsADayAtTheLocalHour() {
        let rules = rules { $0.cleanupHour = 3 }
        let day = rules.cleanupDay(at: noon)
        let midnight = (noon / 86_400).rounded(.down) * 86_400
        let three = midnight + 10_800
        #expect(rules.cleanupDay(at: three) == day)
        #expect(rules.cleanupDay(at: three - 1) == day - 1)
        var east = rules
        east.utcOffset = { _ in 7200 }
        #expect(east.cleanupDay(at: three - 7200) == day)
        #expect(east.cleanupDay(at: three - 7201) == day - 1)
    }

    @Test func deletesWhatIsOlderThanTheDays() throws {
        let database = try filled()
        var work = RetentionWork(rules { $0.days = 7 })
        try finish(&work, database, now: noon)
        #expect(try count(database) == 7 * 24 + 1)
        #expect(try database.integer("SELECT min(timestamp) FROM requests") == (Int(noon) - 604_800) * 1000)
        #expect(try database.integer("SELECT count(*) FROM usage_hourly") == 240)
    }

    @Test func waitsForTheHourOfTheNextDay() throws {
        let database = try filled()
        var work = RetentionWork(rules { $0.days = 7 })
        try finish(&work, database, now: noon)
        let midnight = (noon / 86_400).rounded(.down) * 86_400
        let nextThree = midnight + 97_200
        try finish(&work, database, now: nextThree - 1)
        #expect(try count(database) == 7 * 24 + 1)
        try finish(&work, database, now: nextThree)
        #expect(try count(database) == 7 * 24 + 1 - 17)
        // Another process, or the same after a restart, does not repeat it.
        var again = RetentionWork(rules { $0.days = 1 })
        try finish(&again, database, now: nextThree + 3600)
        #expect(try count(database) == 7 * 24 + 1 - 17)
    }

    @Test func deletesSnapshotsAndEventsByTheirOwnDays() throws {
        let database = try filled()
        for days in [0, 5, 20] {
            let time = Int(noon * 1000) - days * 86_400_000
            try database.execute(
                """
                INSERT INTO quota_snapshots (timestamp, provider, instance, state) VALUES (\(time), 'a', 'b', 'ok');
                INSERT INTO failover_events (timestamp, event, provider, instance) VALUES (\(time), 'failure', 'a', 'b');
                """)
        }
        var work = RetentionWork(rules { ($0.days, $0.quotaDays) = (7, 1) })
        try finish(&work, database, now: noon)
        #expect(try database.integer("SELECT count(*) FROM quota_snapshots") == 1)
        #expect(try database.integer("SELECT count(*) FROM failover_events") == 2)
    }

    @Test func keepsTheFileUnderItsSizeByDeletingTheOldest() throws {
        let records = (0..<20_000).map { sampleRecord($0, startedAt: noon + Double($0)) }
        _ = RequestStore.fill(scratch.database, records)
        let database = try SQLiteDatabase.openForWriting(scratch.database)
        let pages = try #require(try database.integer("PRAGMA page_count"))
        #expect(pages * 4096 > 3_000_000)
        var work = RetentionWork(rules { $0.megabytes = 2 })
        try finish(&work, database, now: noon)
        try finish(&work, database, now: noon)
        let left = try #require(try database.integer("PRAGMA page_count"))
        // Spare pages stay for the rows to come.
        let limit: Int = 2_000_000 + 257 * 4096
        #expect(left * 4096 < limit)
        let kept = try #require(try count(database))
        #expect(kept > 4000 && kept < 20_000)
        #expect(try database.text("SELECT request_id FROM requests ORDER BY id DESC LIMIT 1") == "id-19999")
        #expect(try database.integer("SELECT max(timestamp) - min(timestamp) FROM requests") == (kept - 1) * 1000)
    }

    @Test func theStoreItselfCleansUp() throws {
        let old = sampleRecord(1, startedAt: noon - 30 * 86_400)
        _ = RequestStore.fill(scratch.database, [old, sampleRecord(2)]) { $0.retention.days = 60 }
        let clock = FixedClock(instant: noon + 86_400)
        let store = RequestStore(RequestStore.Options(path: scratch.database), clock: clock)
        let reader = try SQLiteDatabase.openForReading(scratch.database)
        let deadline = ContinuousClock.now + .seconds(20)
        while try count(reader) == 2, ContinuousClock.now < deadline { _ = store.health }
        #expect(try count(reader) == 1)
        store.close()
    }

    @Test func deletesOldSumsOfEachField() throws {
        let records = (0..<40).map { number in
            var record = sampleRecord(number, startedAt: noon - Double(number) * 86_400)
            _ = record.metadata.set(number % 2 == 0 ? "feature" : "user", "x")
            return record
        }
        _ = RequestStore.fill(scratch.database, records) { $0.retention.usageDays = 100 }
        let database = try SQLiteDatabase.openForWriting(scratch.database)
        try database.execute("DELETE FROM store_facts WHERE name = 'cleanup_day'")
        var work = RetentionWork(rules { $0.usageDays = 9 })
        try finish(&work, database, now: noon)
        for table in ["usage_hourly_metadata", "usage_hourly"] {
            #expect(try database.integer("SELECT count(*) FROM \(table)") == 10)
            #expect(try database.integer("SELECT min(hour) FROM \(table)") == Int(noon - 9 * 86_400) / 3600)
        }
        #expect(try database.integer("SELECT count(DISTINCT field) FROM usage_hourly_metadata") == 2)
    }

    /// The tables of sums keep a year: looking for the oldest day must not read all of it.
    @Test func findsWhatIsOldByTheTablesKeys() throws {
        let database = try SQLiteDatabase.openForWriting(scratch.database)
        for sweep in RetentionWork(rules()).sweeps(noon) where sweep.table != "gateway_runs" {
            let plan = try database.statement("EXPLAIN QUERY PLAN \(sweep.deletion)")
            var steps: [String] = []
            while try plan.step() { steps.append(plan.text(3) ?? "") }
            #expect(steps.contains { $0.hasPrefix("SEARCH \(sweep.table) USING") }, "\(sweep.table): \(steps)")
            let scan = "SCAN \(sweep.table)"
            #expect(!steps.contains { $0 == scan }, "\(sweep.table): \(steps)")
        }
    }
}
