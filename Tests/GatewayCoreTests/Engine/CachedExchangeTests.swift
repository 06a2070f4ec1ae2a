import Testing

@testable import GatewayCore

/// What a request does with a response cache in front of the providers.
struct CachedExchangeTests {
    private static let question = FailoverExchangeTests.question
    private static let streamed =
        #"{"messages":[{"content":"Hi","role":"user"}], "stream":true, "model":"o-1","stream_options":{"include_usage":true}}"#
    private static let reply =
        #"{"id":"x","object":"chat.completion","created":1,"model":"o-1","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"Hello","refusal":null},"finish_reason":"stop","logprobs":null}],"#
        + #""usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#
    private static let stream = [
        #"data: {"id":"y","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"#
            + #""delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}"# + "\n\n",
        #"data: {"id":"y","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"#
            + #""delta":{"content":"lo"},"finish_reason":"stop"}]}"# + "\n\n",
        #"data: {"id":"y","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[],"#
            + #""usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"# + "\n\n",
        "data: [DONE]\n\n",
    ]

    private static let ok = ScriptedTransport.Step.reply(status: 200, body: [reply])
    private static let okStream = ScriptedTransport.Step.reply(status: 200, body: stream)

    private func bench(
        _ steps: ScriptedTransport.Step..., adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> GatewayBench {
        try GatewayBench(ScriptedTransport(steps: steps)) {
            $0.cache.isEnabled = true
            adjust(&$0)
        }
    }

    /// The words that a stream or a whole reply says.
    private func words(_ text: String) throws -> String {
        guard text.hasPrefix("data:") else {
            return try JSONValue(parsing: text)["choices"]?[0]?["message"]?["content"]?.string ?? ""
        }
        var words = ""
        for event in text.split(separator: "\n\n") where !event.hasSuffix("[DONE]") {
            let frame = try JSONValue(parsing: String(event.dropFirst(6)))
            words += frame["choices"]?[0]?["delta"]?["content"]?.string ?? ""
        }
        return words
    }

    @Test func givesTheSameAnswerAgain() async throws {
        let bench = try bench(Self.ok)
        let first = await bench.answer(.openAI, Self.question)
        let second = await bench.answer(.openAI, Self.question)
        #expect(await first.text == second.text)
        #expect(first.headers["x-cache"] == "MISS" && first.headers["x-cache-status"] == "MISS")
        #expect(second.headers["x-cache"] == "HIT" && second.headers["x-cache-status"] == "HIT")
        #expect(second.headers["x-provider"] == "openai")
        #expect(bench.transport.requests.count == 1)
    }

    @Test func aHitCostsNothingAndTellsWhatItSaved() async throws {
        let bench = try bench(Self.ok) {
            let known = PriceConfiguration.PricedModel(provider: "openai", model: "gpt-4o-mini")
            $0.prices.models = [.like(provider: "openai", model: "o-1", of: known)]
        }
        for _ in 0..<2 { _ = await bench.answer(.openAI, Self.question) }
        let (first, second) = (bench.log.records[0], bench.log.records[1])
        #expect(first.cacheState == .miss && first.savedUsage == nil)
        #expect(second.cacheState == .hit && second.attempts.isEmpty)
        #expect(second.usage == TokenUsage(freshInput: 0, output: 0))
        #expect(second.cost?.total == 0 && second.cost?.source == "cache")
        #expect(second.savedUsage?.total == 7)
        #expect(second.savedCost?.total == first.cost?.total && first.cost?.total ?? 0 > 0)
    }

    @Test(arguments: [true, false], [true, false])
    func streamedAndWholeAnswersServeEachOther(isFirstStreamed: Bool, isSecondStreamed: Bool) async throws {
        let bench = try bench(isFirstStreamed ? Self.okStream : Self.ok)
        let first = await bench.answer(.openAI, isFirstStreamed ? Self.streamed : Self.question)
        #expect(try words(await first.text) == "Hello")
        let second = await bench.answer(.openAI, isSecondStreamed ? Self.streamed : Self.question)
        let text = await second.text
        #expect(second.headers["x-cache"] == "HIT")
        #expect(try words(text) == "Hello")
        #expect(text.contains(#""total_tokens":7"#))
        #expect(text.hasPrefix("data:") == isSecondStreamed && text.hasSuffix("data: [DONE]\n\n") == isSecondStreamed)
        #expect(
            second.headers["content-type"] == (isSecondStreamed ? "text/event-stream" : "application/json"))
        #expect(bench.transport.requests.count == 1)
    }

    @Test func servesClientsOfProvidersWithAnotherFormat() async throws {
        let body = #"{"model":"a-1","messages":[{"role":"user","content":"Hi"}]}"#
        let bench = try bench(.reply(status: 200, body: [FailoverExchangeTests.anthropicReply]))
        let first = await bench.answer(.openAI, body)
        let second = await bench.answer(.openAI, body)
        #expect(second.headers["x-cache"] == "HIT")
        #expect(try words(await second.text) == "Hello")
        #expect(try words(await first.text) == "Hello")
        #expect(first.headers["x-llm-gateway-warnings"] == second.headers["x-llm-gateway-warnings"])
    }

    @Test func keysDoNotShareUnlessTheConfigurationSaysSo() async throws {
        for sharing in CacheConfiguration.Sharing.allCases {
            let bench = try bench(Self.ok, Self.ok) { $0.cache.sharing = sharing }
            for name in ["one", "two"] {
                let call = InboundCall(
                    id: "r", format: .openAI, body: Array(Self.question.utf8), client: ClientIdentity(keyName: name))
                _ = await bench.clock.run { [gateway = bench.gateway] in await gateway.answer(call) }
            }
            #expect(bench.transport.requests.count == (sharing == .key ? 2 : 1))
        }
    }

    // MARK: What is not kept

    private static let cut = ScriptedTransport.Step.broken(
        pieces: Array(stream[..<2]), error: .truncated(detail: "cut"))

    @Test("errors, cut streams and long answers are not kept", arguments: [0, 1, 2, 3])
    func keepsOnlyWholeGoodAnswers(kind: Int) async throws {
        let steps: [ScriptedTransport.Step] = [
            .reply(status: 400, body: [#"{"error":{"message":"no"}}"#]), Self.cut, Self.ok,
            .reply(status: 200, body: [Self.stream[0]]),
        ]
        let bench = try GatewayBench(ScriptedTransport(steps: [steps[kind], Self.okStream])) {
            $0.cache.isEnabled = true
            if kind == 2 { $0.cache.maxAnswerBytes = 100 }
        }
        _ = await bench.answer(.openAI, kind == 2 ? Self.question : Self.streamed).text
        let second = await bench.answer(.openAI, Self.streamed)
        #expect(second.headers["x-cache"] == "MISS")
        #expect(bench.transport.requests.count == 2)
    }

    @Test func timeEndsIt() async throws {
        let bench = try bench(Self.ok, Self.ok) { $0.cache.lifetime = .zero }
        for _ in 0..<2 { _ = await bench.answer(.openAI, Self.question) }
        #expect(bench.transport.requests.count == 2)
    }

    // MARK: What requests say

    @Test(
        arguments: [
            (#""x-gateway":{"cache":false},"#, nil, "BYPASS"),
            (#""x-gateway":{"cache":{"mode":"off"}},"#, nil, "BYPASS"),
            (#""x-gateway":{"cache":{"mode":"write-only"}},"#, nil, "MISS"), ("", "no-cache", "MISS"),
            ("", "no-store", "BYPASS"), ("", "max-age=0", "MISS"), (#""x-gateway":{"cache":true},"#, nil, "HIT"),
            (#""x-gateway":{"cache":{"mode":"read-only"}},"#, nil, "HIT"), ("", "max-age=60", "HIT"),
            ("", "only-if-cached", "HIT"),
        ] as [(String, String?, String)])
    func requestsSayWhatTheyWant(option: String, cacheControl: String?, status: String) async throws {
        let bench = try bench(Self.ok, Self.ok)
        _ = await bench.answer(.openAI, Self.question)
        let headers: HTTPFields = cacheControl.map { ["cache-control": $0] } ?? [:]
        let answer = await bench.answer(.openAI, "{" + option + Self.question.dropFirst(), headers: headers)
        #expect(answer.status == 200)
        #expect(answer.headers["x-cache-status"] == status)
        #expect(bench.transport.requests.count == (status == "HIT" ? 1 : 2))
    }

    @Test func aRequestMaySwitchOnWhatIsOffByDefault() async throws {
        let bench = try bench(Self.ok, Self.ok) { $0.cache.mode = .off }
        let wish = #"{"x-gateway":{"cache":true},"# + Self.question.dropFirst()
        for _ in 0..<2 { _ = await bench.answer(.openAI, wish) }
        #expect(bench.transport.requests.count == 1)
        #expect(await bench.answer(.openAI, Self.question).headers["x-cache-status"] == "BYPASS")
    }

    @Test func onlyIfCachedAsksNobody() async throws {
        let bench = try bench()
        let answer = await bench.answer(.openAI, Self.question, headers: ["cache-control": "only-if-cached"])
        #expect(answer.status == 504)
        #expect(bench.transport.requests.isEmpty)
    }

    @Test(arguments: [
        #"{"mode":"sometimes"}"#, #"{"ttl":0}"#, #"{"ttl":"1h"}"#, #"{"colour":"red"}"#,
    ])
    func refusesWhatMeansNothing(option: String) async throws {
        let bench = try bench()
        let body = #"{"x-gateway":{"cache":"# + option + "}," + Self.question.dropFirst()
        let answer = await bench.answer(.openAI, body)
        #expect(answer.status == 400)
        #expect(await answer.text.contains("x-gateway.cache"))
    }

    @Test func withoutACacheNothingIsSaidOfOne() async throws {
        let bench = try bench(Self.ok) { $0.cache.isEnabled = false }
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.headers["x-cache"] == nil && bench.log.records[0].cacheState == nil)
    }

    // MARK: Clearing, reloading

    @Test func clearingForgets() async throws {
        let bench = try bench(Self.ok, Self.ok)
        _ = await bench.answer(.openAI, Self.question)
        #expect(await bench.gateway.clearCache() == 1)
        #expect(await bench.answer(.openAI, Self.question).headers["x-cache"] == "MISS")
    }

    @Test func aReloadForgetsOnlyWhereOthersMightAnswer() async throws {
        let bench = try bench(Self.ok, Self.ok)
        _ = await bench.answer(.openAI, Self.question)
        var configuration = bench.gateway.configuration
        configuration.cache.lifetime = .seconds(60)
        try bench.gateway.reload(configuration)
        #expect(await bench.answer(.openAI, Self.question).headers["x-cache"] == "HIT")
        configuration.routing.rules.reverse()
        try bench.gateway.reload(configuration)
        #expect(await bench.answer(.openAI, Self.question).headers["x-cache"] == "MISS")
    }

    // MARK: Together

    private func ask(_ bench: GatewayBench, _ bodies: [String]) -> [Task<OutboundReply, Never>] {
        bench.transport.clock = bench.clock
        let tasks = bodies.enumerated().map { number, body in
            let call = InboundCall(id: "r\(number)", format: .openAI, body: Array(body.utf8))
            return Task(executorPreference: bench.clock) { [gateway = bench.gateway] in
                let reply = await gateway.answer(call)
                return OutboundReply(
                    status: reply.status, headers: reply.headers, body: .bytes(Array(await reply.text.utf8)))
            }
        }
        bench.clock.drain()
        return tasks
    }

    @Test func identicalRequestsUnderWayAreSentOnce() async throws {
        let bench = try bench(.slow(.seconds(2), Self.reply))
        let tasks = ask(bench, Array(repeating: Self.question, count: 99) + [Self.streamed])
        var states: [String: Int] = [:]
        for task in tasks {
            let reply = await task.value
            #expect(reply.status == 200)
            #expect(try words(await reply.text) == "Hello")
            states[reply.headers["x-cache-status"] ?? "", default: 0] += 1
        }
        #expect(states == ["MISS": 1, "COALESCED": 99])
        #expect(bench.transport.requests.count == 1)
        #expect(bench.log.records.count == 100)
    }

    @Test func whoWaitsForAFailureIsSentByItself() async throws {
        let bench = try bench(.slowFailure(.seconds(2), .unreachable(detail: "x")), .slow(.seconds(2), Self.reply)) {
            $0.providers[0].instances.removeLast()
            $0.failover.maxAttempts = 1
        }
        let replies = ask(bench, [Self.question, Self.question, Self.question])
        var statuses: [Int] = []
        for reply in replies { statuses.append(await reply.value.status) }
        #expect(statuses == [502, 200, 200])
        #expect(bench.transport.requests.count == 2)
    }

    @Test func nobodyWaitsLongerThanTheConfigurationAllows() async throws {
        let bench = try bench(.slow(.seconds(50), Self.reply), .slow(.seconds(1), Self.reply)) {
            $0.cache.patience = .seconds(5)
        }
        let replies = ask(bench, [Self.question, Self.question])
        for reply in replies { #expect(await reply.value.headers["x-cache"] == "MISS") }
        #expect(bench.transport.requests.count == 2)
    }
}
