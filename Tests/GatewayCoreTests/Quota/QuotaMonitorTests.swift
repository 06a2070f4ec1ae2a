import Synchronization
import Testing

@testable import GatewayCore

struct QuotaMonitorTests {
    /// Tells its quota to OAuth tokens.
    private struct TellingProvider: QuotaReporting {
        var instance: InstanceConfiguration
        var format: WireFormat { .openAI }

        func request(for call: ProviderCall) -> TransportRequest {
            TransportRequest(url: "https://p.test/chat", headers: [:], body: call.body)
        }

        func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }

        func models(in list: JSONValue) -> [ListedModel] { [] }

        func quotaRequest() -> TransportRequest? {
            guard instance.authMode == .oauth else { return nil }
            return TransportRequest(method: "GET", url: "https://p.test/quota", headers: ["x-instance": instance.name])
        }

        func quota(in answer: JSONValue) -> QuotaSnapshot.Windows? {
            answer["used"]?.double.map { .init(fiveHours: .init(percent: $0)) }
        }
    }

    private final class Log: QuotaLog {
        private let kept = Mutex<[QuotaSnapshot]>([])
        var snapshots: [QuotaSnapshot] { kept.withLock { $0 } }
        func record(_ snapshot: QuotaSnapshot) { kept.withLock { $0.append(snapshot) } }
    }

    private let clock = VirtualTime()

    /// Runs the monitor of an instance with a token and one with a key.
    private func monitor(
        _ transport: ScriptedTransport, for duration: Duration, adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws -> [QuotaSnapshot] {
        var account = InstanceConfiguration(name: "account", apiKey: Secret("token"))
        account.authMode = .oauth
        let instances = [account, InstanceConfiguration(name: "key", apiKey: Secret("sk-1"))]
        var configuration = GatewayConfiguration(providers: [ProviderConfiguration(key: "p", instances: instances)])
        adjust(&configuration)
        var services = GatewayServices()
        services.monotonicClock = clock
        services.random = RandomSource(seed: 1)
        let catalog = ProviderCatalog([ProviderKind(key: "p", make: { TellingProvider(instance: $0) })])
        let gateway = try Gateway(
            configuration: configuration, providers: catalog, transport: transport, services: services)
        let log = Log()
        let task = Task(executorPreference: clock) { await gateway.runQuotaMonitor(log: log) }
        clock.drain(until: clock.now() + duration)
        task.cancel()
        clock.drain(until: clock.now())
        await task.value
        return log.snapshots
    }

    @Test func asksAtOnceAndEveryInterval() async throws {
        let transport = ScriptedTransport(
            .reply(status: 200, body: [#"{"used": 35.5}"#]), .reply(status: 200, body: [#"{"used": 36}"#]))
        let found = try await monitor(transport, for: .seconds(700))
        #expect(found.map(\.instance) == ["account", "key", "account", "key"])
        #expect(found.map(\.state) == [.ok, .notAvailable, .ok, .notAvailable])
        #expect(found[0].windows.fiveHours?.percent == 35.5 && found[2].windows.fiveHours?.percent == 36)
        #expect(found[0].authMode == "oauth" && found[1].authMode == "bearer" && found[0].provider == "p")
        #expect(transport.requests.map { $0.headers["x-instance"] } == ["account", "account"])
        #expect(transport.requests[0].timeouts.total == .seconds(30))
    }

    @Test func saysWhyItIsNotTold() async throws {
        let transport = ScriptedTransport(
            .reply(status: 429, body: ["{}"]), .reply(status: 200, body: ["<html>"]),
            .reply(status: 200, body: [#"{"other": 1}"#]), .failure(.unreachable(detail: "x")))
        let found = try await monitor(transport, for: .seconds(2300)).filter { $0.instance == "account" }
        #expect(found.map(\.state) == [.error, .error, .error, .error])
        #expect(
            found.map(\.message) == [
                "HTTP status 429", "the answer tells of no quota", "the answer tells of no quota",
                "The provider \"p\" cannot be reached.",
            ])
    }

    @Test func asksNobodyWhereItIsNotWanted() async throws {
        let transport = ScriptedTransport()
        let found = try await monitor(transport, for: .seconds(700)) {
            $0.observability.quotaRefresh.isEnabled = false
        }
        #expect(found.isEmpty && transport.requests.isEmpty)
    }
}
