import Testing

@testable import GatewayCore

struct ConversionPolicyTests {
    private static func question(_ model: String, more: String = "") -> String {
        #"{"model":"\#(model)","seed":7,"messages":[{"role":"user","content":"Hi"}]\#(more)}"#
    }

    private static let anthropicReply =
        #"{"id":"m","type":"message","role":"assistant","model":"a-1","content":[{"type":"text","text":"Hello"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":6,"output_tokens":2}}"#
    private static let openAIReply =
        #"{"id":"x","object":"chat.completion","created":1,"model":"o-1","choices":[{"index":0,"message":"#
        + #"{"role":"assistant","content":"Hello","refusal":null},"finish_reason":"stop","logprobs":null}]}"#

    private static func bench(_ policy: ConversionPolicy, key: ConversionPolicy? = nil) throws -> GatewayBench {
        let reply = ScriptedTransport.Step.reply(status: 200, body: [anthropicReply])
        return try GatewayBench(ScriptedTransport(reply, reply)) {
            $0.conversion.policy = policy
            $0.apiKeys = [GatewayKey(name: "k", key: Secret("sk-k"), conversion: key)]
        }
    }

    private static func ask(
        _ bench: GatewayBench, header: String? = nil, body: String = question("a-1")
    ) async throws -> OutboundReply {
        var headers: HTTPFields = ["authorization": "Bearer sk-k"]
        headers["x-gateway-conversion"] = header
        let client = try #require(bench.gateway.identify(ClientCredentials(headers: headers)))
        return await bench.gateway.answer(
            InboundCall(id: "r", format: .openAI, body: Array(body.utf8), headers: headers, client: client))
    }

    @Test func warnTellsInAHeader() async throws {
        let answer = try await Self.ask(try Self.bench(.warn))
        #expect(answer.status == 200)
        #expect(answer.headers["x-llm-gateway-warnings"]?.contains("\"/seed\"") == true)
    }

    @Test func allowTellsTheLogOnly() async throws {
        let bench = try Self.bench(.allow)
        let answer = try await Self.ask(bench)
        #expect(answer.status == 200)
        #expect(answer.headers["x-llm-gateway-warnings"] == nil)
        #expect(bench.log.records[0].notes.contains { $0.pointer == "/seed" })
    }

    @Test func strictRefusesBeforeAnythingIsSent() async throws {
        let bench = try Self.bench(.strict)
        let answer = try await Self.ask(bench)
        #expect(answer.status == 400)
        #expect(bench.transport.requests.isEmpty)
        let error = try #require(try JSONValue(parsing: await answer.text)["error"])
        #expect(error["code"] == "conversion_loss")
        #expect(error["param"] == "/seed")
        #expect(error["message"]?.string?.contains("/seed") == true)
        #expect(answer.headers["x-llm-gateway-warnings"]?.contains("\"/seed\"") == true)
        #expect(bench.log.records[0].outcome == .refused)
        #expect(bench.log.records[0].attempts.count == 0)
    }

    @Test func strictTakesWhatLosesNothing() async throws {
        let bench = try Self.bench(.strict)
        let body = #"{"model":"a-1","messages":[{"role":"user","content":"Hi"}]}"#
        // The limit that Anthropic demands is an info, no loss.
        #expect(try await Self.ask(bench, body: body).status == 200)
    }

    @Test(arguments: [
        (nil, nil, 400), (nil, "allow", 200), ("warn", nil, 200), ("warn", "strict", 200), ("strict", "allow", 400),
    ])
    func theRequestGoesBeforeTheKey(body: String?, header: String?, status: Int) async throws {
        let more = body.map { #","x-gateway":{"conversion":"\#($0)"}"# } ?? ""
        let bench = try Self.bench(.warn, key: .strict)
        let answer = try await Self.ask(bench, header: header, body: Self.question("a-1", more: more))
        #expect(answer.status == status)
    }

    @Test(arguments: [#""lenient""#, "1", "{}"])
    func refusesWordsItDoesNotKnow(word: String) async throws {
        let bench = try Self.bench(.warn)
        let more = #","x-gateway":{"conversion":\#(word)}"#
        #expect(try await Self.ask(bench, body: Self.question("a-1", more: more)).status == 400)
        #expect(try await Self.ask(bench, header: "lenient").status == 400)
        #expect(bench.transport.requests.isEmpty)
    }

    /// A gateway with two instances of a service, the first of which knows no sampling parameters.
    private static func pair(_ script: ScriptedTransport) throws -> GatewayBench {
        try GatewayBench(script) { configuration in
            configuration.conversion.policy = .strict
            guard let place = configuration.providers.firstIndex(where: { $0.key == "openai" }) else { return }
            configuration.providers[place].instances[0].capabilities.sampling = false
        }
    }

    @Test func strictSkipsAnInstanceThatWouldLose() async throws {
        let bench = try Self.pair(ScriptedTransport(.reply(status: 200, body: [Self.openAIReply])))
        let answer = await bench.answer(.openAI, Self.question("o-1", more: #","temperature":0.5"#))
        #expect(answer.status == 200)
        #expect(bench.transport.requests.count == 1)
        #expect(bench.log.records[0].instance == "openai-2")
        #expect(bench.log.records[0].isRelayed)
        #expect(bench.log.records[0].attempts.count == 1)
    }

    @Test func strictTellsTheFailureOfAnInstanceThatWouldNotLose() async throws {
        let bench = try Self.pair(ScriptedTransport(.reply(status: 503, body: [#"{"error":{"message":"Busy"}}"#])))
        let answer = await bench.answer(.openAI, Self.question("o-1", more: #","temperature":0.5"#))
        #expect(answer.status == 503)
    }

    @Test func aProgramIsToldTheLedger() async throws {
        var request = ChatRequest(model: "a-1", messages: [.user("Hi")])
        request.sampling.seed = JSONNumber(7)
        let bench = try Self.bench(.warn)
        #expect(try await bench.gateway.chat(request).notes.contains { $0.pointer == "/seed" })
        #expect(try await bench.gateway.chat(request, conversion: .allow).notes.isEmpty)
        let error = await #expect(throws: GatewayError.self) {
            try await bench.gateway.chat(request, conversion: .strict)
        }
        guard case .conversionLoss(let losses, _) = error else {
            Issue.record("\(String(describing: error)) is not a conversion loss")
            return
        }
        #expect(losses.map(\.pointer) == ["/seed"])
    }
}
