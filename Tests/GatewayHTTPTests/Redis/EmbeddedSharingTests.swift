import GatewayCore
import Synchronization
import Testing

@testable import GatewayHTTP

/// Gateways inside a program, which share what `[shared]` names without more ado.
@Suite(.timeLimit(.minutes(1))) struct EmbeddedSharingTests {
    private static let reply =
        #"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}"#

    /// What the script that reserves answers for one count of requests.
    private static let granted = "*7\r\n:1\r\n:0\r\n:0\r\n:9\r\n:1000\r\n:-1\r\n:0\r\n"
    private static let refused = "*7\r\n:0\r\n:1\r\n:5000\r\n:0\r\n:5000\r\n:-1\r\n:0\r\n"

    private func configuration(_ redis: FakeRedis) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.server.port = 0
        configuration.providers = [
            ProviderConfiguration(key: "plain", instances: [InstanceConfiguration(name: "plain-1")])
        ]
        configuration.routing.defaultProvider = "plain"
        // The gateway's own count would let all requests of a test in.
        configuration.limits.gateway = LimitRule(requests: 100)
        var shared = SharedConfiguration(redis: try #require(RedisURL("redis://127.0.0.1:\(redis.port)/0")))
        shared.timeout = .seconds(10)
        configuration.shared = shared
        return configuration
    }

    private func catalog(_ url: String = "http://127.0.0.1:9") -> ProviderCatalog {
        ProviderCatalog([ProviderKind(key: "plain", make: { _ in PlainProvider(url: url) })])
    }

    /// A fake that knows its scripts apart, and answers reservations one after the other.
    private func redis(_ reservations: String...) throws -> FakeRedis {
        let left = Mutex(reservations)
        return try FakeRedis { words, _ in
            switch (words.first, words.dropFirst().first) {
            case ("SCRIPT", _): words[2] == RedisScript.reserve.source ? "+reserve\r\n" : "+other\r\n"
            case ("EVALSHA", "reserve"): left.withLock { $0.isEmpty ? "close" : $0.removeFirst() }
            case ("EVALSHA", _) where words.contains("{llm-gateway}:circuits"): "*1\r\n:2\r\n"
            default: nil
            }
        }
    }

    private func wait(until isTrue: () -> Bool) async {
        let end = ContinuousClock.now + .seconds(10)
        while !isTrue(), ContinuousClock.now < end { await Task.yield() }
    }

    @Test func itsLimitsAreThoseOfAllGateways() async throws {
        let redis = try redis(Self.granted, Self.refused)
        let provider = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send(response(Self.reply, fields: "Content-Type: application/json\r\n"))
            }
        }
        defer { provider.stop() }
        let gateway = try Gateway(configuration: configuration(redis), providers: catalog(provider.url()))
        await wait { gateway.sharedStandings.first?.condition == .connected }
        let question = ChatRequest(model: "m", messages: [.user("Hi")])
        #expect(try await gateway.chat(question).text == "Hello")
        do {
            _ = try await gateway.chat(question)
            Issue.record("it was let in though the server refused it")
        } catch {
            guard case .rateLimited(.seconds(5), _) = error else { throw error }
        }
        // The connection breaks, which costs nothing but the sharing.
        #expect(try await gateway.chat(question).text == "Hello")
        #expect(gateway.sharedStandings.first?.failures == 1)
    }

    @Test func itsConnectionEndsWithIt() async throws {
        let redis = try redis()
        do {
            let gateway = try Gateway(configuration: configuration(redis), providers: catalog())
            await wait { gateway.sharedStandings.first?.condition == .connected }
        }
        await wait { redis.endedCount > 0 }
        #expect((redis.connectionCount, redis.endedCount) == (1, 1))
    }

    @Test func aServerSharesCircuitsUntilItStops() async throws {
        let redis = try redis()
        let server = try GatewayServer(configuration: configuration(redis), providers: catalog())
        let port = try await server.start()
        await wait { redis.commands.contains { $0.contains("{llm-gateway}:circuits") } }
        do {
            let client = try RawClient(SocketAddress(host: .v4(0x7F00_0001), port: UInt16(port)))
            client.send("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n")
            let ready = try client.receiveResponse()
            #expect(ready.status == 200)
            #expect(ready.body.contains(#""shared_state":"ok""#))
        }
        await server.stop()
        await wait { redis.endedCount > 0 }
        #expect((redis.connectionCount, redis.endedCount) == (1, 1))
    }
}

/// OpenAI's format, sent somewhere.
private struct PlainProvider: LlmProvider {
    let url: String
    var format: WireFormat { .openAI }

    func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: url, headers: ["content-type": "application/json"], body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}
