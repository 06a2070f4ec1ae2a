import GatewayCore
import GatewayStorage
import Testing

@testable import gatewayd

@Suite struct StatsTextTests {
    /// 2026-11-21T10:30:00Z.
    private let now = 1_795_257_000.0

    private var report: StatsReport {
        var database = DatabaseFacts(schemaVersion: 1, bytes: 512_000_000, requests: 1_234_567)
        database.oldest = now - 7 * 86_400
        database.newest = now
        database.latestRun = .init(version: "0.1.0", processID: 1, startedAt: now - 7200, stoppedAt: now - 60)
        return StatsReport(
            since: now - 1800, now: now, configured: .init(keys: 3, providers: 2, instances: 4), activeKeys: 1,
            totals: total,
            tables: [.init(grouping: .model, groups: [.init(name: "gpt-4o", totals: priced), unpriced])],
            failures: [.init(provider: "openai", errorType: "rateLimited", httpStatus: 429, count: 12, latest: now)],
            path: "/srv/data/observability.db", database: database, health: .known(instances))
    }

    private var instances: [ProviderHealth.Instance] {
        [
            .init(name: "openai-primary", provider: "openai", condition: .healthy, failuresInARow: 0),
            .init(
                name: "anthropic-primary", provider: "anthropic", condition: .recovering, failuresInARow: 3, retryIn: 45
            ),
            .init(name: "anthropic-backup", provider: "anthropic", condition: .resting, failuresInARow: 1),
            .init(name: "gemini-main", provider: "gemini", condition: .unhealthy, failuresInARow: 5, retryIn: 480),
        ]
    }

    private var priced: UsageTotals {
        var totals = UsageTotals()
        (totals.requests, totals.successes, totals.businessErrors, totals.cancelled) = (12_000, 11_987, 12, 1)
        (totals.streams, totals.counted, totals.priced) = (6000, 11_987, 11_987)
        (totals.inputTokens, totals.outputTokens) = (45_213_004, 3_100_200)
        (totals.cacheReadTokens, totals.cacheWriteTokens, totals.reasoningTokens) = (14_016_031, 950_000, 87_000)
        totals.cost = 12_344_999_999_999
        (totals.medianDuration, totals.slowDuration) = (840, 12_345)
        (totals.medianFirstByte, totals.slowFirstByte) = (210, 1150)
        return totals
    }

    private var unpriced: UsageReader.Group {
        var totals = UsageTotals()
        (totals.requests, totals.successes, totals.counted) = (31, 31, 31)
        (totals.inputTokens, totals.outputTokens) = (900, 100)
        (totals.medianDuration, totals.slowDuration) = (0, 125_000)
        return .init(name: "evil\u{1B}[31m", totals: totals)
    }

    private var total: UsageTotals {
        var totals = priced
        totals.requests += 31
        totals.successes += 31
        totals.counted += 31
        return totals
    }

    @Test func isATableThatAPersonReads() {
        #expect(
            StatsText(report, StatsOptions()).text == """
                gatewayd stats since 2026-11-21 10:00 (UTC)

                Summary
                  Requests       12,031, 99.9 % successful, 49.9 % streamed
                  Unsuccessful   12 refused, 1 cancelled by clients
                  Input tokens   45,213,004, of which 14,016,031 read from caches (31.0 %), 950,000 written to them
                  Output tokens  3,100,200, of which 87,000 reasoning
                  Cost           $12.34, without 31 requests of unknown cost
                  Duration       half within 840 ms, 95 % within 12.3 s
                  First byte     half within 210 ms, 95 % within 1.1 s
                  Configured     3 client keys, 2 providers, 4 instances; 1 key used

                Provider health
                  openai-primary     Healthy     (0 failures)
                  anthropic-primary  Recovering  (testing recovery, retry in 45 s)
                  anthropic-backup   Resting     (1 failure)
                  gemini-main        Unhealthy   (5 failures, retry in 8 m 0 s)
                  Overall: 1/4 healthy, 1 resting, 1 recovering, 1 down

                By model
                  MODEL      REQUESTS      OK       INPUT  CACHE READ  CACHE WRITE     OUTPUT     P50      P95     COST
                  gpt-4o       12,000  99.9 %  45,213,004  14,016,031      950,000  3,100,200  840 ms   12.3 s   $12.34
                  evil�[31m        31   100 %         900           0            0        100  < 1 ms  2 m 5 s  unknown
                  total        12,031  99.9 %  45,213,004  14,016,031      950,000  3,100,200  840 ms   12.3 s   $12.34

                Unsuccessful requests
                  PROVIDER  ERROR        STATUS  REQUESTS            LATEST
                  openai    rateLimited     429        12  2026-11-21 10:30

                Database
                  File      /srv/data/observability.db, 512 MB, schema 1
                  Requests  1,234,567, from 2026-11-14 10:30 to 2026-11-21 10:30
                  Gateway   0.1.0, started 2026-11-21 08:30, stopped 2026-11-21 10:29

                """)
    }

    @Test func showsTheQuotaOfAccounts() throws {
        var report = report
        var account = QuotaSnapshot(
            at: now - 120, provider: "anthropic", instance: "account", authMode: "oauth", state: .ok)
        account.windows.fiveHours = .init(percent: 35, resetsAt: now + 3660)
        account.windows.sevenDays = .init(percent: 42.5)
        var failed = account
        (failed.instance, failed.state, failed.windows, failed.message) = ("b", .error, .init(), "HTTP status 500")
        let key = QuotaSnapshot(
            at: now - 300, provider: "anthropic", instance: "key", authMode: "bearer", state: .notAvailable)
        report.quotas = [account, failed, key]
        let text = StatsText(report, StatsOptions()).text
        #expect(text.contains("Quota\n  PROVIDER   INSTANCE  AUTH    STATUS  QUOTA "))
        #expect(text.contains("5h: 35.0 % (resets in 1 h 1 m) | 7d: 42.5 %  2 m 0 s ago"))
        #expect(text.contains("ERROR") && text.contains("HTTP status 500") && text.contains("N/A"))
        let json = try #require(report.json["quotas"]?.array)
        #expect(json[0]["five_hour"]?["percent"]?.double == 35 && json[0]["seven_day_sonnet"] == .null)
        #expect(json[1]["error"] == "HTTP status 500" && json[2]["state"] == "not_available")
    }

    @Test func saysWhenNobodyKnowsHowTheProvidersAre() {
        var report = report
        report.health = .unknown("no gateway of this user runs with gateway.toml")
        let text = StatsText(report, StatsOptions()).text
        #expect(text.contains("Provider health\n  unknown: no gateway of this user runs with gateway.toml\n"))
        #expect(report.json["provider_health"] == .null)
    }

    @Test func saysWhenThereWasNothing() {
        var report = report
        report.totals = UsageTotals()
        report.tables = []
        report.failures = []
        let text = StatsText(report, StatsOptions()).text
        #expect(text.contains("  Requests    none\n  Configured  3 client keys"))
        #expect(!text.contains("Cost"))
    }

    @Test func givesProgramsExactFigures() throws {
        let json = report.json
        let totals = try #require(json["totals"]?.object)
        #expect(totals["total_cost_usd"]?.number?.text == "12.344999999999")
        let model = try #require(json["by_model"]?.array?.last?.object)
        #expect(model["model"] == "evil\u{1B}[31m" && model["total_cost_usd"] == .null)
        #expect(json["failures"]?.array?.first?.object?["http_status"]?.int == 429)
        #expect(json["database"]?.object?["gateway"]?.object?["running"] == .bool(false))
        let health = try #require(json["provider_health"]?.object)
        #expect(health["total"]?.int == 4 && health["healthy"]?.int == 1 && health["unhealthy"]?.int == 1)
        #expect(health["instances"]?.array?.last?["retry_in_seconds"]?.int == 480)
    }
}
