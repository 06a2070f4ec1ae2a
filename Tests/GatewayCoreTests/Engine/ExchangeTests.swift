import Testing

@testable import GatewayCore

struct ExchangeTests {
    private static let question =
        #"{"model":"o-1","messages":[{"role":"user","content":"Hi"}],"big":12345678901234567890}"#
    private static let reply =
        #"{"id":"x","object":"chat.completion","created":1,"model":"o-1","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"Hello","refusal":null},"finish_reason":"stop","logprobs":null}],"#
        + #""usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":4}}}"#

    @Test func relaysTheSameFormatByteForByte() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.reply])))
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 200)
        #expect(await answer.text == Self.reply)
        #expect(String(decoding: bench.transport.requests[0].body, as: UTF8.self) == Self.question)
        #expect(answer.headers["x-request-id"] == "req-1")
        #expect(answer.headers["x-provider"] == "openai")
        let record = try #require(bench.log.records.first)
        #expect(record.usage == TokenUsage(freshInput: 6, cacheRead: 4, output: 2))
        #expect(record.isRelayed)
        #expect(record.outcome == .success)
    }

    @Test func tellsTheCostToClientsThatAsk() async throws {
        let priced = Self.reply.replacing("o-1", with: "gpt-5")
        for (option, cost) in [(#""x-gateway":{"usage":true},"#, "0.000028"), ("", nil)] {
            let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [priced])))
            let answer = await bench.answer(
                .openAI,
                "{\(option)\"model\":\"openai/gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
            // 6 x 1.25 + 4 x 0.125 + 2 x 10
            #expect(answer.headers["x-gateway-cost"] == cost)
            #expect(bench.log.records.first?.cost?.total == 28_000_000)
        }
    }

    @Test func translatesOtherFormats() async throws {
        let anthropicReply =
            #"{"id":"msg_1","type":"message","role":"assistant","model":"a-1","content":[{"type":"text","text":"Hello"}],"#
            + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":6,"output_tokens":2}}"#
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [anthropicReply])))
        let answer = await bench.answer(.openAI, #"{"model":"a-1","messages":[{"role":"user","content":"Hi"}]}"#)
        let json = try JSONValue(parsing: await answer.text)
        #expect(json["choices"]?[0]?["message"]?["content"] == "Hello")
        #expect(json["usage"]?["total_tokens"] == 8)
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["max_tokens"] != nil)
        #expect(sent["messages"]?[0]?["content"] == "Hi")
    }

    @Test func removesWhatIsMeantForTheGatewayAlone() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.reply])))
        _ = await bench.answer(
            .openAI,
            #"{"x-gateway":{"provider":"openai"},"model":"whatever","messages":[{"role":"user","content":"Hi"}]}"#)
        let sent = String(decoding: bench.transport.requests[0].body, as: UTF8.self)
        #expect(sent == #"{"model":"whatever","messages":[{"role":"user","content":"Hi"}]}"#)
    }

    @Test(arguments: [
        "", "nonsense", "[]", "{}", #"{"model":7}"#, #"{"model":""}"#, #"{"model":"a b"}"#, #"{"model":"../x"}"#,
        #"{"model":"o-1","stream":"yes"}"#, #"{"model":"o-1","x-gateway":1}"#,
    ])
    func refusesBodiesItCannotRead(body: String) async throws {
        let bench = try GatewayBench(ScriptedTransport())
        for format in WireFormat.allCases {
            let answer = await bench.answer(format, body)
            #expect(answer.status == 400)
            let told = try JSONValue(parsing: await answer.text)
            #expect((format == .converse ? told["message"] : told["error"]) != nil)
        }
        #expect(bench.transport.requests.isEmpty)
        #expect(bench.log.records.allSatisfy { $0.outcome == .refused })
    }

    @Test func refusesUnknownModels() async throws {
        let bench = try GatewayBench(ScriptedTransport())
        let answer = await bench.answer(.openAI, #"{"model":"zzz","messages":[]}"#)
        #expect(answer.status == 404)
        #expect(try JSONValue(parsing: await answer.text)["error"]?["code"] == "model_not_found")
    }

    @Test func keepsItsOwnMemberFromProvidersEvenWhenItIsNull() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.reply])))
        _ = await bench.answer(.openAI, #"{"model":"o-1","x-gateway":null,"messages":[]}"#)
        #expect(try JSONValue(parsing: bench.transport.requests[0].body)["x-gateway"] == nil)
    }

    @Test func warnsInAHeaderWhateverTheClientWrote() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.reply])))
        let answer = await bench.answer(
            .anthropic, #"{"model":"o-1","max_tokens":5,"x\u007fy":1,"messages":[{"role":"user","content":"Hi"}]}"#)
        let warnings = try #require(answer.headers["x-llm-gateway-warnings"])
        #expect(warnings.contains(#"x\u007fy"#))
    }

    @Test("PITFALLS 20: a provider that refuses the gateway's key is a bad gateway, not the client's fault")
    func tellsProviderAuthenticationAsBadGateway() async throws {
        let refusal = ScriptedTransport.Step.reply(
            status: 401,
            body: [
                #"{"error":{"message":"Incorrect API key provided: sk-pro****","type":"x","code":"invalid_api_key"}}"#
            ])
        let bench = try GatewayBench(ScriptedTransport(refusal, refusal))
        let answer = await bench.answer(.openAI, Self.question)
        let text = await answer.text
        #expect(answer.status == 502)
        #expect(!text.contains("sk-pro"))
        #expect(text.contains("openai"))
    }

    @Test("PITFALLS 20: a provider's own error reaches the client as it is")
    func passesErrorsOfTheSameFormatOn() async throws {
        let body =
            #"{"error":{"message":"too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"},"more":1}"#
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 400, body: [body])))
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 400)
        #expect(await answer.text == body)
        #expect(bench.transport.requests.count == 1)
    }

    @Test func tellsRetryAfterInTheClientsFormat() async throws {
        let busy = ScriptedTransport.Step.reply(
            status: 429, headers: ["retry-after-ms": "1500"], body: [#"{"error":{"message":"slow down"}}"#])
        let bench = try GatewayBench(ScriptedTransport(busy, busy))
        let answer = await bench.answer(
            .anthropic, #"{"model":"o-1","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(answer.status == 429)
        #expect(answer.headers["retry-after"] == "2")
        #expect(try JSONValue(parsing: await answer.text)["error"]?["type"] == "rate_limit_error")
    }

    @Test(arguments: [
        ScriptedTransport.Step.reply(status: 500, body: ["{}"]), .reply(status: 503, body: ["gone"]),
        .failure(.unreachable(detail: "refused")), .failure(.timedOut(.firstByte)),
        .reply(status: 200, body: ["<html>"]),
        .broken(pieces: [#"{"id":"#], error: .truncated(detail: "closed")), .reply(status: 401, body: ["{}"]),
    ])
    func asksTheNextInstanceWhenOneFails(first: ScriptedTransport.Step) async throws {
        let bench = try GatewayBench(ScriptedTransport(first, .reply(status: 200, body: [Self.reply])))
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 200)
        #expect(await answer.text == Self.reply)
        let record = try #require(bench.log.records.first)
        #expect(bench.log.records.count == 1)
        #expect(record.attempts.count == 2)
        #expect(record.instance == "openai-2")
        #expect(record.attempts[0].failureKind != nil)
        #expect(record.attempts[0].followUp == .failover)
        #expect(record.attempts[1].status == 200)
        #expect(record.attempts[1].usage == record.usage)
        #expect(record.routeRule == "prefix")
        #expect(record.routeName == "o-")
    }

    @Test func embedsWithoutAnyWire() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.reply])))
        let reply = try await bench.gateway.chat(ChatRequest(model: "o-1", messages: [.user("Hi")]))
        #expect(reply.text == "Hello")
        #expect(reply.stop == .endOfTurn)
        #expect(bench.log.records.first?.outcome == .success)
    }

    @Test func throwsTypedErrorsToPrograms() async throws {
        let busy = ScriptedTransport.Step.reply(status: 429, headers: ["retry-after": "7"], body: ["{}"])
        let bench = try GatewayBench(ScriptedTransport(busy, busy))
        do {
            _ = try await bench.gateway.chat(ChatRequest(model: "o-1", messages: [.user("Hi")]))
            Issue.record("must throw")
        } catch GatewayError.rateLimited(let delay, _) {
            #expect(delay == .seconds(7))
        }
    }
}
