import Testing

@testable import GatewayCore

/// `/{provider}/v1/…`: the address decides who answers.
struct PathRoutingTests {
    private static let reply = #"{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[]}"#

    private func answer(_ bench: GatewayBench, _ format: WireFormat, at provider: String) async -> OutboundReply {
        let body = #"{"model":"a-1","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}"#
        let call = InboundCall(id: "req-1", format: format, body: Array(body.utf8))
        call.pinnedProvider = provider
        call.path = "/\(provider)/v1/chat/completions"
        return await bench.gateway.answer(call)
    }

    @Test func goesPastTheRoutingRules() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.reply])))
        let answer = await answer(bench, .openAI, at: "openai")
        #expect(answer.status == 200)
        #expect(answer.headers["x-provider"] == "openai")
        #expect(bench.transport.requests.first?.url == "https://openai.test/a-1")
        let record = try #require(bench.log.records.first)
        #expect(record.endpoint == "/openai/v1/chat/completions")
        #expect(record.provider == "openai")
    }

    @Test(arguments: [WireFormat.openAI, .anthropic])
    func tellsUnknownProvidersAsNotFoundAndListsTheKnown(format: WireFormat) async throws {
        let bench = try GatewayBench(ScriptedTransport())
        let answer = await answer(bench, format, at: "nobody")
        #expect(answer.status == 404)
        let message = try #require(try JSONValue(parsing: await answer.text)["error"]?["message"]?.string)
        #expect(message.contains("\"nobody\""))
        #expect(message.contains(WireFormat.allCases.map(\.rawValue).joined(separator: ", ")))
        #expect(bench.log.records.count == 1)
        #expect(bench.log.records.first?.status == 404)
    }
}
