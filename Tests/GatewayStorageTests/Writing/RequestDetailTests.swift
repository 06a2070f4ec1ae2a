import GatewayCore
import Testing

@testable import GatewayStorage

struct RequestDetailTests {
    private let scratch = Scratch()
    private var path: String { scratch.database }

    private func detailed() -> RequestRecord {
        var record = sampleRecord()
        record.attempts = sampleAttempts(2)
        record.attempts[0].failureMessage = "refused sk-abcdefghijklmnop"
        record.routeRule = "alias"
        record.routeName = "fast"
        record.cacheState = .miss
        _ = record.metadata.set("feature", "search")
        record.usage?.serviceTier = .flex
        record.usage?.details = UsageDetails()
        record.usage?.details?.webSearches = 2
        record.isUsageEstimated = true
        record.cost = RequestCost(
            input: 1_000_000_000_000, output: 1, fees: 20_000_000_000, total: 1_020_000_000_001, source: "built-in")
        return record
    }

    @Test func keepsAttemptsRouteMetadataAndTheOriginOfThePrice() throws {
        _ = RequestStore.fill(path, [detailed()])
        let request = try #require(try UsageReader(path: path).request("id-0"))
        #expect(request["route_rule"] == "alias")
        #expect(request["route_name"] == "fast")
        #expect(request["cache_state"] == "miss")
        #expect(request["metadata"]?["feature"] == "search")
        #expect(request["service_tier"] == "flex")
        #expect(request["usage_details"]?["web_searches"] == 2)
        #expect(request["usage_estimated"] == 1)
        #expect(request["cost_source"] == "built-in")
        #expect(request["fee_cost_usd"] == .number(JSONNumber(validText: "0.02")))
        #expect(request["total_cost_usd"] == .number(JSONNumber(validText: "1.020000000001")))
        let log = try #require(request["attempt_log"]?.array)
        #expect(log.count == 2)
        #expect(log[0]["then"] == "failover")
        #expect(log[0]["error_type"] == "overloaded")
        #expect(log[0]["error_message"] == "refused sk-…")
        #expect(log[1]["http_status"] == 200)
    }

    @Test func theOnlyAttemptThatAnsweredIsToldByTheRowItself() throws {
        _ = RequestStore.fill(path, [sampleRecord(7)])
        let request = try #require(try UsageReader(path: path).request("id-7"))
        #expect(request["attempt_log"] == nil)
        #expect(request["attempts"] == 1)
        #expect(try UsageReader(path: path).request("id-8") == nil)
    }

    @Test func writesWhatHappensToInstances() throws {
        var options = RequestStore.Options(path: path)
        options.flushInterval = .milliseconds(1)
        let store = RequestStore(options, clock: FixedClock(instant: noon))
        var event = FailoverEvent(.circuitOpen, at: noon, provider: "openai", instance: "primary")
        event.requestID = "id-0"
        event.failureKind = .overloaded
        event.message = "Bearer abcdefghijklmnopqrst"
        event.failures = 3
        event.retryAt = noon + 60
        store.record(event)
        store.record(FailoverEvent(.recovery, at: noon + 90, provider: "openai", instance: "primary"))
        store.record(sampleRecord())
        store.close()
        let database = try SQLiteDatabase.openForReading(path)
        #expect(try database.integer("SELECT count(*) FROM failover_events") == 2)
        #expect(
            try database.text(
                """
                SELECT timestamp || event || provider || instance || request_id || error_type || failures || retry_at
                FROM failover_events WHERE event = 'circuit_open'
                """) == "1795257000000circuit_openopenaiprimaryid-0overloaded31795257060000")
        #expect(try database.text("SELECT error_message FROM failover_events LIMIT 1")?.hasSuffix("…") == true)
    }

    @Test func anOlderFileGetsTheNewColumns() throws {
        do {
            _ = try SQLiteDatabase.openForWriting(path, schema: Schema([Schema.current.migrations[0]]))
        }
        _ = RequestStore.fill(path, [detailed()])
        #expect(try UsageReader(path: path).request("id-0")?["route_name"] == "fast")
    }
}
