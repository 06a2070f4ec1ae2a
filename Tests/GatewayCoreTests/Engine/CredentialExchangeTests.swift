import Synchronization
import Testing

@testable import GatewayCore

/// Providers whose credential is fetched, asked through the engine.
struct CredentialExchangeTests {
    private static let reply = """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",\
        "message":{"role":"assistant","content":"Hi."}}]}
        """
    private static let question = #"{"model":"tokens/m","messages":[{"role":"user","content":"Hi"}]}"#

    private func answer(_ transport: ScriptedTransport, at time: Double = 0) async throws -> OutboundReply {
        let clock = SteppingClock(time)
        let kind = ProviderKind(key: "tokens", make: { _ in TokenProvider() })
        let gateway = try Gateway(
            configuration: GatewayConfiguration(providers: [
                ProviderConfiguration(key: "tokens", instances: [InstanceConfiguration(name: "one")])
            ]),
            providers: ProviderCatalog([kind]), transport: transport,
            services: GatewayServices(clock: clock, environment: ["TOKEN_SERVICE": "https://tokens.test"]))
        return await gateway.answer(InboundCall(id: "req-1", format: .openAI, body: Array(Self.question.utf8)))
    }

    @Test func handsTheCredentialAndTheTimeToTheProvider() async throws {
        let transport = ScriptedTransport(
            .reply(status: 200, body: ["first"]), .reply(status: 200, body: [Self.reply]))
        let answer = try await answer(transport, at: 1000)
        #expect(answer.status == 200)
        #expect(transport.requests.map(\.url) == ["https://tokens.test", "https://service.test"])
        #expect(transport.requests[1].headers["authorization"] == "Bearer first")
        #expect(transport.requests[1].headers["x-date"].flatMap { Double($0) }.map { $0 > 1000 } == true)
    }

    @Test func asksAgainWithANewCredentialWhenTheOldIsRefused() async throws {
        let transport = ScriptedTransport(
            .reply(status: 200, body: ["first"]), .reply(status: 403, body: ["{}"]),
            .reply(status: 200, body: ["second"]), .reply(status: 200, body: [Self.reply]))
        let answer = try await answer(transport)
        #expect(answer.status == 200)
        #expect(transport.requests.last?.headers["authorization"] == "Bearer second")
    }

    @Test func tellsTheRefusalOfANewCredentialToo() async throws {
        let transport = ScriptedTransport(
            .reply(status: 200, body: ["first"]), .reply(status: 401, body: ["{}"]),
            .reply(status: 200, body: ["second"]), .reply(status: 401, body: ["{}"]))
        let answer = try await answer(transport)
        #expect(answer.status == 502)
        #expect(transport.requests.count == 4)
    }

    @Test func waitsForAccessOnlyWhereACredentialIsFetched() {
        let fetching = instance(TokenProvider())
        #expect(fetching.accessAtOnce() == nil)
        let keyed = instance(KeyedProvider(), KeyedProvider())
        #expect(keyed.accessAtOnce() == ProviderAccess(instant: 1030))
        #expect(keyed.accessAtOnce(key: 1) == ProviderAccess(instant: 1060))
    }

    @Test func givesTheSameAccessAtOnceAsWithWaiting() async throws {
        let first = instance(KeyedProvider())
        let second = instance(KeyedProvider())
        #expect(try await first.access() == second.accessAtOnce())
    }

    private func instance(_ providers: any LlmProvider...) -> ProviderInstance {
        ProviderInstance(
            providerKey: "tokens", configuration: InstanceConfiguration(name: "one"), providers: providers,
            transport: ScriptedTransport(), services: GatewayServices(clock: SteppingClock(1000)),
            settings: FailoverConfiguration())
    }

    @Test func tellsWhyThereIsNoCredential() async throws {
        let answer = try await answer(ScriptedTransport(.reply(status: 500, body: [""])))
        #expect(answer.status == 503)
        #expect(await answer.text.contains("the token service said 500"))
    }
}

private struct TokenProvider: LlmProvider {
    var format: WireFormat { .openAI }
    var credentials: (any CredentialSource)? { TokenSource() }

    func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        guard case .token(let token)? = call.access.credential?.kind else { throw ProviderError("no token") }
        return TransportRequest(
            url: "https://service.test",
            headers: ["authorization": "Bearer \(token.revealed)", "x-date": "\(call.access.instant)"], body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}

/// What it sends is in its configuration.
private struct KeyedProvider: LlmProvider {
    var format: WireFormat { .openAI }

    func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        TransportRequest(url: "https://service.test", body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}

private struct TokenSource: CredentialSource {
    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        let answer: (status: Int, body: [UInt8])
        do {
            answer = try await surroundings.answer(
                to: TransportRequest(method: "GET", url: surroundings.variable("TOKEN_SERVICE") ?? ""))
        } catch {
            throw ProviderError("the token service cannot be reached")
        }
        guard answer.status == 200 else { throw ProviderError("the token service said \(answer.status)") }
        return ProviderCredential(.token(Secret(String(decoding: answer.body, as: UTF8.self))))
    }
}

/// Half a minute later each time it is asked.
private final class SteppingClock: WallClock {
    private let time: Mutex<Double>

    init(_ time: Double) { self.time = Mutex(time) }

    func now() -> Double {
        time.withLock { time in
            time += 30
            return time
        }
    }
}
