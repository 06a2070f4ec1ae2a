import GatewayCore
import GatewayStorage
import Testing

@Suite struct QuotaReaderTests {
    private let scratch = Scratch()

    private func snapshot(_ instance: String, at instant: Double, percent: Double?) -> QuotaSnapshot {
        var snapshot = QuotaSnapshot(
            at: instant, provider: "anthropic", instance: instance, authMode: "oauth",
            state: percent == nil ? .error : .ok)
        snapshot.windows.fiveHours = percent.map { .init(percent: $0, resetsAt: instant + 60.5) }
        snapshot.windows.sevenDaysOfSonnet = percent.map { .init(percent: $0 / 2) }
        snapshot.message = percent == nil ? "HTTP status 500" : nil
        return snapshot
    }

    @Test func givesTheLatestOfEachInstance() throws {
        let store = RequestStore(RequestStore.Options(path: scratch.database), clock: FixedClock(instant: noon))
        let latest = [snapshot("a", at: noon, percent: 36.5), snapshot("b", at: noon - 60, percent: nil)]
        for one in [snapshot("a", at: noon - 600, percent: 35), latest[1], latest[0]] { store.record(one) }
        store.record(snapshot("gone", at: noon - 90_000, percent: 1))
        #expect(store.close())
        let reader = try UsageReader(path: scratch.database)
        #expect(try reader.quotas(since: noon - 86_400) == latest)
        #expect(try reader.facts().quotaSnapshots == 4)
    }
}
