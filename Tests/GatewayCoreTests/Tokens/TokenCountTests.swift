import Testing

@testable import GatewayCore

struct TokenCountTests {
    private func bench(_ steps: ScriptedTransport.Step...) throws -> (Gateway, ScriptedTransport, RecordCollector) {
        let transport = ScriptedTransport(steps: steps)
        let log = RecordCollector()
        let kinds: [(String, any LlmProvider)] = [
            ("anthropic", CountingProvider(format: .anthropic)), ("gemini", CountingProvider(format: .gemini)),
            ("plain", PlainProvider(format: .openAI)),
        ]
        var catalog = ProviderCatalog()
        for (key, provider) in kinds { catalog = catalog.adding(ProviderKind(key: key, make: { _ in provider })) }
        let gateway = try Gateway(
            configuration: GatewayConfiguration(
                providers: kinds.map {
                    ProviderConfiguration(key: $0.0, instances: [InstanceConfiguration(name: $0.0, apiKey: "k")])
                }),
            providers: catalog, transport: transport, services: GatewayServices(log: log))
        return (gateway, transport, log)
    }

    private func call(_ format: WireFormat, _ body: String, at provider: String, model: String? = nil) -> InboundCall {
        let call = InboundCall(id: "req-1", format: format, body: Array(body.utf8))
        call.pinnedProvider = provider
        call.modelInPath = model
        return call
    }

    private static let anthropic =
        #"{"model":"claude-x","system":"S","messages":[{"role":"user","content":"Hi"}],"tools":[]}"#

    @Test func passesACountOfTheSameFormatOn() async throws {
        let (gateway, transport, log) = try bench(.reply(status: 200, body: [#"{"input_tokens":42}"#]))
        let answer = await gateway.answerTokenCount(call(.anthropic, Self.anthropic, at: "anthropic"))
        #expect(await answer.text == #"{"input_tokens":42}"#)
        #expect(answer.headers["x-gateway-token-count"] == nil)
        #expect(transport.requests.map(\.url) == ["https://count.test/claude-x"])
        #expect(String(decoding: transport.requests[0].body, as: UTF8.self) == Self.anthropic)
        #expect(log.records.count == 1)
        #expect(log.records.first?.outcome == .success)
    }

    @Test func convertsWhatIsToBeCounted() async throws {
        let (gateway, transport, _) = try bench(.reply(status: 200, body: [#"{"totalTokens":7}"#]))
        let answer = await gateway.answerTokenCount(call(.anthropic, Self.anthropic, at: "gemini"))
        #expect(await answer.text == #"{"input_tokens":7}"#)
        let sent = try JSONValue(parsing: transport.requests[0].body)
        #expect(sent["generateContentRequest"]?["model"] == "models/claude-x")
        #expect(sent["generateContentRequest"]?["contents"]?[0]?["parts"]?[0]?["text"] == "Hi")
        #expect(sent["generateContentRequest"]?["generationConfig"] == nil)
    }

    @Test func countsForGeminisClients() async throws {
        let body =
            #"{"generateContentRequest":{"model":"models/x","contents":[{"role":"user","parts":[{"text":"Hi"}]}]}}"#
        let (gateway, transport, _) = try bench(.reply(status: 200, body: [#"{"input_tokens":9}"#]))
        let answer = await gateway.answerTokenCount(call(.gemini, body, at: "anthropic", model: "x"))
        #expect(await answer.text == #"{"totalTokens":9}"#)
        let sent = try JSONValue(parsing: transport.requests[0].body)
        #expect(sent["messages"]?[0]?["content"] == "Hi")
        #expect(sent["max_tokens"] == nil)
    }

    @Test func estimatesWhereNobodyCounts() async throws {
        let (gateway, transport, log) = try bench()
        let answer = await gateway.answerTokenCount(call(.anthropic, Self.anthropic, at: "plain"))
        #expect(answer.status == 200)
        #expect(answer.headers["x-gateway-token-count"] == "estimated")
        #expect(try JSONValue(parsing: await answer.text)["input_tokens"]?.int ?? 0 > 5)
        #expect(transport.requests.isEmpty)
        #expect(log.records.first?.provider == "plain")
    }

    @Test(arguments: [404, 405])
    func estimatesWhereTheServiceLacksTheAPI(status: Int) async throws {
        let (gateway, _, _) = try bench(.reply(status: status, body: ["{}"]))
        let answer = await gateway.answerTokenCount(call(.anthropic, Self.anthropic, at: "anthropic"))
        #expect(answer.headers["x-gateway-token-count"] == "estimated")
    }

    @Test func tellsAFailureOfTheProvider() async throws {
        let (gateway, _, _) = try bench(.reply(status: 429, body: [#"{"type":"error","error":{"message":"slow"}}"#]))
        let answer = await gateway.answerTokenCount(call(.anthropic, Self.anthropic, at: "anthropic"))
        #expect(answer.status == 429)
    }

    @Test func countsForPrograms() async throws {
        let (gateway, _, _) = try bench(.reply(status: 200, body: [#"{"input_tokens":5}"#]))
        let counted = try await gateway.countTokens(ChatRequest(model: "anthropic/claude", messages: [.user("Hi")]))
        #expect(counted == TokenCount(tokens: 5, isEstimate: false))
        #expect(try await gateway.countTokens(ChatRequest(model: "plain/x", messages: [.user("Hi")])).isEstimate)
    }
}

/// Counts in its own format.
struct CountingProvider: TokenCounting {
    var format: WireFormat
    var countedFormat: WireFormat? { format }

    func countRequest(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: "https://count.test/\(call.model)", body: call.body)
    }

    func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: "https://chat.test/\(call.model)", body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}
