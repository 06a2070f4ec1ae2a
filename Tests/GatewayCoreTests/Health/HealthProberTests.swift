import Testing

@testable import GatewayCore

struct HealthProberTests {
    /// Has a list of models, asked for with the instance's own key.
    private struct ListedProvider: LlmProvider {
        var instance: InstanceConfiguration
        var format: WireFormat { .openAI }

        func request(for call: ProviderCall) -> TransportRequest {
            TransportRequest(url: "https://p.test/chat", headers: headers, body: call.body)
        }

        func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
            TransportRequest(method: "GET", url: "https://p.test/models", headers: headers)
        }

        func models(in list: JSONValue) -> [ListedModel] { [] }

        private var headers: HTTPFields { ["x-instance": instance.name, "x-key": instance.apiKey?.revealed ?? ""] }
    }

    private let clock = VirtualTime()

    private func gateway(
        _ transport: ScriptedTransport, adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> Gateway {
        let instances = ["a", "b"].map { name in
            var instance = InstanceConfiguration(name: name, apiKey: Secret("sk-" + name))
            instance.priority = name == "a" ? 1 : 2
            return instance
        }
        var configuration = GatewayConfiguration(providers: [ProviderConfiguration(key: "p", instances: instances)])
        configuration.routing.defaultProvider = "p"
        configuration.failover.circuit.failures = 1
        adjust(&configuration)
        var services = GatewayServices()
        services.monotonicClock = clock
        services.random = RandomSource(seed: 1)
        let catalog = ProviderCatalog([ProviderKind(key: "p", make: { ListedProvider(instance: $0) })])
        return try Gateway(
            configuration: configuration, providers: catalog, transport: transport, services: services)
    }

    private func ask(_ gateway: Gateway) async {
        let body = Array(#"{"model":"m","messages":[]}"#.utf8)
        _ = await clock.run { await gateway.answer(InboundCall(id: "r", format: .openAI, body: body)) }
    }

    private func probe(_ gateway: Gateway, for duration: Duration) async {
        let task = Task(executorPreference: clock) { await gateway.runHealthProbes() }
        clock.drain(until: clock.now() + duration)
        task.cancel()
        clock.drain(until: clock.now())
        await task.value
    }

    private func asked(_ transport: ScriptedTransport) -> [String] {
        transport.requests.filter { $0.method == "GET" }.map { ($0.headers["x-key"] ?? "") }
    }

    private static let ok = ScriptedTransport.Step.reply(status: 200, body: [#"{"choices":[]}"#])
    private static let list = ScriptedTransport.Step.reply(status: 200, body: [#"{"data":[]}"#])
    private static let unreachable = ScriptedTransport.Step.failure(.unreachable(detail: "x"))

    @Test("PITFALLS 21: who is out is asked with its own key until it answers, and then tried by the next request")
    func asksWhoIsOut() async throws {
        let transport = ScriptedTransport(
            Self.unreachable, Self.ok, Self.unreachable, Self.list, Self.ok)
        let gateway = try gateway(transport)
        await ask(gateway)
        #expect(gateway.instanceStatuses()[0].condition == .unhealthy)
        await probe(gateway, for: .seconds(25))
        #expect(asked(transport) == ["sk-a", "sk-a"])
        #expect(gateway.instanceStatuses()[0].condition == .recovering)
        await ask(gateway)
        #expect(transport.requests.last?.headers["x-instance"] == "a")
        let timeouts = transport.requests.first { $0.method == "GET" }?.timeouts
        #expect(timeouts?.total == .seconds(5))
    }

    @Test func asksNobodyWhileAllIsWell() async throws {
        let transport = ScriptedTransport(steps: [])
        await probe(try gateway(transport), for: .seconds(100))
        #expect(asked(transport).isEmpty)
    }

    @Test func asksHealthyOnesWhereTheConfigurationWantsIt() async throws {
        let transport = ScriptedTransport(Self.list, Self.unreachable)
        let gateway = try gateway(transport) { $0.failover.probes.includesHealthy = true }
        await probe(gateway, for: .seconds(12))
        #expect(asked(transport) == ["sk-a", "sk-b"])
        #expect(gateway.instanceStatuses().map(\.condition) == [.healthy, .unhealthy])
    }

    @Test func aReloadSwitchesItOffAndOn() async throws {
        let transport = ScriptedTransport(Self.unreachable, Self.ok, Self.unreachable)
        let gateway = try gateway(transport) { $0.failover.probes.isEnabled = false }
        await ask(gateway)
        await probe(gateway, for: .seconds(30))
        #expect(asked(transport).isEmpty)
        var configuration = gateway.configuration
        configuration.failover.probes.isEnabled = true
        try gateway.reload(configuration)
        await probe(gateway, for: .seconds(12))
        #expect(asked(transport) == ["sk-a"])
    }
}
