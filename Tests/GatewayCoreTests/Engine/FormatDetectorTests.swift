import Testing

@testable import GatewayCore

struct FormatDetectorTests {
    private func format(_ body: String, _ headers: HTTPFields = [:]) throws -> WireFormat {
        FormatDetector.format(of: try JSONPeek(Array(body.utf8)), headers: headers)
    }

    private static let hello = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test(arguments: [
        #"{"model":"m","contents":[{"parts":[{"text":"Hi"}]}]}"#: WireFormat.gemini,
        #"{"model":"m","input":"Hi"}"#: .responses, #"{"prompt":{"id":"pmpt_1"}}"#: .responses,
        #"{"model":"m","input":[{"role":"user","content":"Hi"}],"prompt":"x"}"#: .responses,
        #"{"model":"m","prompt":"Hi"}"#: .completions, #"{"model":"m","prompt":["Hi"]}"#: .completions,
        #"{"model":"m","max_tokens":5,"system":"S",\#(hello)}"#: .anthropic,
        #"{"model":"m","max_tokens":5,"system":[{"type":"text","text":"S"}],\#(hello)}"#: .anthropic,
        #"{"model":"m","max_tokens":5,"stop_sequences":["x"],\#(hello)}"#: .anthropic,
        #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":5,\#(hello)}"#: .anthropic,
        #"{"model":"m","max_tokens":5,"tools":[{"name":"f","input_schema":{"type":"object"}}],\#(hello)}"#: .anthropic,
        #"{"model":"m","max_tokens":5,"tools":[{"name":"f"}],"tool_choice":{"type":"any"},\#(hello)}"#: .anthropic,
        #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url"}}]}]}"#:
            .anthropic,
        #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]}"#:
            .anthropic,
    ])
    func knowsEachFormatByItsMembers(body: String, expected: WireFormat) throws {
        #expect(try format(body) == expected)
    }

    @Test func believesTheHeaderOfAnthropicsClients() throws {
        let body = #"{"model":"m","max_tokens":5,"thinking":{"type":"enabled","budget_tokens":1024},\#(Self.hello)}"#
        #expect(try format(body, ["anthropic-version": "2023-06-01"]) == .anthropic)
        #expect(try format(body) == .openAI)
    }

    @Test(arguments: [
        #"{"model":"m",\#(hello)}"#, "{}", "[]", #"{"messages":7}"#, #"{"contents":"x"}"#, #"{"model":"m","prompt":7}"#,
        #"{"model":"m","max_tokens":5,\#(hello)}"#,
        // Members that services add to chat requests.
        #"{"model":"m","max_tokens":5,"thinking":{"type":"enabled"},"top_k":5,\#(hello)}"#,
        #"{"model":"m","prompt":"unused","contents":[],\#(hello)}"#,
        // Something that only chat has outweighs everything else.
        #"{"model":"m","system":"S","stop":["x"],"stop_sequences":["x"],\#(hello)}"#,
        #"{"model":"m","n":1,\#(hello)}"#, #"{"model":"m","system":null,\#(hello)}"#,
        #"{"model":"m","max_tokens":5,"tools":[{"type":"function","function":{"name":"input_schema"}}],\#(hello)}"#,
        #"{"model":"m","tool_choice":{"type":"function","function":{"name":"any"}},"tools":[],\#(hello)}"#,
        #"{"model":"m","tool_choice":"auto",\#(hello)}"#,
        // The words alone are not the blocks.
        #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"tool_use"}]}"#,
        #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"tool_result"}]}]}"#,
        #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":"x"}]}]}"#,
    ])
    func neverMistakesAChat(body: String) throws {
        #expect(try format(body) == .openAI)
    }

    @Test(arguments: Conversation.all(with: .request, in: .openAI))
    func takesEveryChatFixtureForAChat(conversation: Conversation) throws {
        let body = try #require(conversation.json(.request, in: .openAI))
        #expect(try format(body.serializedString) == .openAI)
    }

    @Test(arguments: WireFormat.allCases.filter { $0 == .gemini || $0 == .completions || $0 == .responses })
    func knowsEveryFixtureOf(format expected: WireFormat) throws {
        for conversation in Conversation.all(with: .request, in: expected) {
            let body = try #require(conversation.json(.request, in: expected))
            #expect(try format(body.serializedString) == expected, "\(conversation.name)")
        }
    }

    // MARK: Through the gateway

    private static let anthropicReply =
        #"{"id":"msg_1","type":"message","role":"assistant","model":"a-1","content":[{"type":"text","text":"Hello"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":6,"output_tokens":2}}"#
    private static let geminiReply = #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]}}]}"#

    private func answer(_ bench: GatewayBench, _ body: String) async -> OutboundReply {
        let call = InboundCall(id: "req-1", format: .openAI, body: Array(body.utf8))
        call.isAnyFormat = true
        return await bench.gateway.answer(call)
    }

    @Test func answersInTheFormatItCameIn() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.anthropicReply])))
        let body = #"{"model":"a-1","max_tokens":5,"system":"S",\#(Self.hello)}"#
        #expect(await answer(bench, body).text == Self.anthropicReply)
        #expect(String(decoding: bench.transport.requests[0].body, as: UTF8.self) == body)
        #expect(bench.log.records.first?.clientFormat == .anthropic)
    }

    @Test func refusesInTheFormatItCameIn() async throws {
        let bench = try GatewayBench(ScriptedTransport())
        let text = await answer(bench, #"{"model":"zzz","max_tokens":5,"system":"S",\#(Self.hello)}"#).text
        #expect(try JSONValue(parsing: text)["type"] == "error")
    }

    @Test func takesGeminisModelOutOfTheBody() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.geminiReply])))
        let answer = await answer(
            bench, #"{"model":"g-1","stream":false,"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#)
        #expect(await answer.text == Self.geminiReply)
        let sent = bench.transport.requests[0]
        #expect(sent.url.hasSuffix("/g-1"))
        #expect(
            String(decoding: sent.body, as: UTF8.self) == #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#)
    }

    @Test func bridgesGeminisBodies() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.anthropicReply])))
        let answer = await answer(bench, #"{"model":"a-1","contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#)
        #expect(
            try JSONValue(parsing: await answer.text)["candidates"]?[0]?["content"]?["parts"]?[0]?["text"] == "Hello")
        #expect(answer.headers["x-llm-gateway-warnings"]?.contains("/model") != true)
    }
}
