import Testing

@testable import GatewayCore

/// What a request does when instances fail: `openai-1` is asked before `openai-2`.
struct FailoverExchangeTests {
    static let question = #"{"model":"o-1","messages":[{"role":"user","content":"Hi"}]}"#
    static let reply =
        #"{"id":"x","object":"chat.completion","created":1,"model":"o-1","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"Hello","refusal":null},"finish_reason":"stop","logprobs":null}]}"#
    static let anthropicReply =
        #"{"id":"m","type":"message","role":"assistant","model":"a-1","content":[{"type":"text","text":"Hello"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":6,"output_tokens":2}}"#

    private static let ok = ScriptedTransport.Step.reply(status: 200, body: [reply])

    private static func fails(_ status: Int, _ headers: HTTPFields = [:], _ body: String = "{}")
        -> ScriptedTransport.Step
    {
        .reply(status: status, headers: headers, body: [body])
    }

    /// With one instance of OpenAI only.
    private static func alone(_ configuration: inout GatewayConfiguration) {
        configuration.providers[0].instances.removeLast()
    }

    private func instances(_ bench: GatewayBench) -> [String?] {
        bench.transport.requests.map { $0.headers["x-instance"] }
    }

    @Test(
        "PITFALLS 20: each class of failure goes to the next instance, or straight back",
        arguments: [
            (401, true), (402, true), (403, true), (408, true), (429, true), (500, true), (502, true), (503, true),
            (504, true), (529, true), (400, false), (404, false), (409, false), (413, false), (422, false),
        ])
    func movesOnByClass(status: Int, movesOn: Bool) async throws {
        let bench = try GatewayBench(ScriptedTransport(Self.fails(status), Self.ok))
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == (movesOn ? 200 : status))
        #expect(bench.log.records[0].status == answer.status)
        #expect(instances(bench) == (movesOn ? ["openai-1", "openai-2"] : ["openai-1"]))
        #expect(answer.headers["x-gateway-attempts"] == (movesOn ? "2" : "1"))
        #expect(bench.clock.waits.isEmpty)
    }

    @Test("PITFALLS 20: after exhaustion the client sees the first error, with the attempts and Retry-After")
    func tellsTheFirstError() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                Self.fails(429, ["retry-after": "9"], #"{"error":{"message":"slow down"}}"#), Self.fails(500)))
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 429)
        #expect(answer.headers["retry-after"] == "9")
        #expect(answer.headers["x-gateway-attempts"] == "2")
        #expect(await answer.text.contains("slow down"))
        let record = try #require(bench.log.records.first)
        #expect(record.instance == "openai-1")
        #expect(record.failure?.kind == .rateLimited)
        #expect(record.attempts.map(\.instance) == ["openai-1", "openai-2"])
        #expect(record.attempts.map(\.status) == [429, 500])
        #expect(record.attempts.map(\.followUp) == [.failover, nil])
    }

    @Test func theClientsOwnFaultGoesBeforeAnEarlierBreakdown() async throws {
        let bench = try GatewayBench(ScriptedTransport(Self.fails(500), Self.fails(400)))
        #expect(await bench.answer(.openAI, Self.question).status == 400)
        #expect(bench.log.records[0].instance == "openai-2")
    }

    @Test("PITFALLS 20: a limited instance is left alone for as long as it asks, up to the limit")
    func restsALimitedInstance() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(429, ["retry-after": "30"]), Self.ok, Self.ok, Self.ok))
        for _ in 0..<2 { _ = await bench.answer(.openAI, Self.question) }
        bench.clock.advance(by: .seconds(30))
        _ = await bench.answer(.openAI, Self.question)
        #expect(instances(bench) == ["openai-1", "openai-2", "openai-2", "openai-1"])
    }

    @Test("PITFALLS 20: an instance that is alone is waited for, where the wait is short", arguments: [2.0, 5])
    func waitsForTheOnlyInstance(seconds: Double) async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(429, ["retry-after-ms": "\(Int(seconds * 1000))"]), Self.ok),
            adjust: Self.alone)
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(bench.clock.waits == [.seconds(seconds)])
    }

    @Test func leavesLongWaitsToTheClient() async throws {
        let bench = try GatewayBench(ScriptedTransport(Self.fails(429, ["retry-after": "6"])), adjust: Self.alone)
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 429)
        #expect(answer.headers["retry-after"] == "6")
        #expect(bench.clock.waits.isEmpty)
    }

    @Test func backsOffBeforeTheOnlyInstanceIsAskedAgain() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(500), Self.fails(500), Self.fails(500)), adjust: Self.alone)
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 500)
        #expect(answer.headers["x-gateway-attempts"] == "3")
        #expect(bench.clock.waits.count == 2)
        #expect((.milliseconds(125)...Duration.milliseconds(250)).contains(bench.clock.waits[0]))
        #expect((.milliseconds(250)...Duration.milliseconds(500)).contains(bench.clock.waits[1]))
        #expect(bench.log.records[0].attempts.map(\.followUp) == [.retry, .retry, nil])
        // One request is one failure, however often it tried.
        #expect(bench.gateway.instanceStatuses()[0].recentFailures == 1)
    }

    @Test("PITFALLS 21: one instance at most once per request, and a backup is reached however often the first fails")
    func asksEachInstanceOnce() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                Self.fails(500), Self.ok, Self.fails(500), Self.ok, Self.fails(500), Self.ok, Self.ok, Self.ok))
        for _ in 0..<4 { #expect(await bench.answer(.openAI, Self.question).status == 200) }
        #expect(
            instances(bench) == [
                "openai-1", "openai-2", "openai-1", "openai-2", "openai-1", "openai-2", "openai-2",
            ])
        #expect(bench.events.events.map(\.kind) == [.failure, .failure, .failure, .circuitOpen])
        #expect(bench.events.events.map(\.failures) == [1, 2, 3, 3])
        #expect(bench.events.events.last?.instance == "openai-1")
        #expect(bench.events.events.last?.requestID == "req-1")
    }

    @Test("PITFALLS 21: half-open allows one probe, and two answers bring the instance back")
    func comesBackByProbes() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                Self.fails(500), Self.ok, Self.fails(500), Self.ok, Self.fails(500), Self.ok, Self.ok, Self.ok))
        for _ in 0..<3 { _ = await bench.answer(.openAI, Self.question) }
        bench.clock.advance(by: .seconds(73))
        for _ in 0..<2 { _ = await bench.answer(.openAI, Self.question) }
        #expect(instances(bench).suffix(2) == ["openai-1", "openai-1"])
        #expect(
            bench.events.events.suffix(2).map(\.kind) == [.circuitHalfOpen, .circuitClosed])
    }

    @Test func saysThatNobodyCanBeAskedWhileEverythingIsOut() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(500), Self.fails(500), Self.fails(500)),
            adjust: {
                Self.alone(&$0)
                $0.failover.maxAttempts = 1
            })
        for _ in 0..<3 { _ = await bench.answer(.openAI, Self.question) }
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 503)
        #expect(try JSONValue(parsing: await answer.text)["error"]?["code"] == "no_healthy_instances")
        #expect(answer.headers["retry-after"] != nil)
        #expect(answer.headers["x-gateway-attempts"] == nil)
        #expect(bench.log.records.last?.attempts.isEmpty == true)
    }

    @Test("PITFALLS 20: refused credentials stay a bad gateway while the instance is out for them")
    func staysABadGateway() async throws {
        let bench = try GatewayBench(ScriptedTransport(Self.fails(401)), adjust: Self.alone)
        for _ in 0..<2 {
            let answer = await bench.answer(.openAI, Self.question)
            #expect(answer.status == 502)
            #expect(await answer.text.contains("credentials"))
        }
        #expect(bench.transport.requests.count == 1)
    }

    @Test func asksTheOtherKeysOfAnInstanceWhoseKeyFails() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(401), Self.fails(429), Self.ok, Self.ok),
            adjust: {
                Self.alone(&$0)
                $0.providers[0].instances[0].apiKeys = ["sk-a", "sk-b", "sk-c"].map { Secret($0) }
            })
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(bench.transport.requests.map { $0.headers["x-key"] } == ["sk-a", "sk-b", "sk-c", "sk-c"])
        #expect(bench.clock.waits.isEmpty)
        #expect(bench.events.events.map { $0.message?.prefix(5) } == ["key 1", "key 1", "key 2", nil])
    }

    @Test func spendsTheBudgetOnInstancesThatFailedBefore() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(500), Self.fails(500), Self.fails(500), Self.ok),
            adjust: {
                $0.failover.retryBudget.percent = 0
                $0.failover.retryBudget.minPerSecond = 0
            })
        // The second has not failed yet: moving on to it is no risk, and free.
        #expect(await bench.answer(.openAI, Self.question).headers["x-gateway-attempts"] == "2")
        #expect(await bench.answer(.openAI, Self.question).headers["x-gateway-attempts"] == "1")
        #expect(bench.transport.requests.count == 3)
    }

    // MARK: Fallbacks

    @Test("PITFALLS 19: a fallback converts from the client's original request")
    func fallsBackAcrossFormats() async throws {
        let body =
            #"{"model":"o-1","logit_bias":{"5":1},"reasoning_effort":"low","messages":[{"role":"user","content":"Hi"}]}"#
        let bench = try GatewayBench(
            ScriptedTransport(
                Self.fails(500), Self.fails(503), .reply(status: 200, body: [Self.anthropicReply])),
            adjust: { $0.routing.fallbacks.chains = ["o-1": ["anthropic/a-1", "gemini/g-1"]] })
        let answer = await bench.answer(.openAI, body)
        #expect(answer.status == 200)
        #expect(try JSONValue(parsing: await answer.text)["choices"]?[0]?["message"]?["content"] == "Hello")
        #expect(answer.headers["x-provider"] == "anthropic")
        #expect(String(decoding: bench.transport.requests[1].body, as: UTF8.self) == body)
        let sent = try JSONValue(parsing: bench.transport.requests[2].body)
        #expect(sent["model"] == "a-1")
        #expect(sent["logit_bias"] == nil)
        let record = try #require(bench.log.records.first)
        #expect(record.provider == "anthropic")
        #expect(record.providerModel == "a-1")
        #expect(record.attempts.map(\.followUp) == [.failover, .fallback, nil])
    }

    @Test func fallsBackByTheChainForAll() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(500), .reply(status: 200, body: [Self.anthropicReply])),
            adjust: {
                Self.alone(&$0)
                $0.routing.fallbacks.general = ["openai", "anthropic"]
            })
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        // A provider is asked for the same model.
        #expect(bench.transport.requests[1].url == "https://anthropic.test/o-1")
    }

    @Test func doesNotFallBackForTheClientsFault() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(400)), adjust: { $0.routing.fallbacks.general = ["anthropic"] })
        #expect(await bench.answer(.openAI, Self.question).status == 400)
        #expect(bench.transport.requests.count == 1)
    }

    @Test func aProviderThatTheClientChoseHasNoFallback() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(500), Self.fails(500)),
            adjust: { $0.routing.fallbacks.general = ["anthropic"] })
        let body = #"{"model":"o-1","x-gateway":{"provider":"openai"},"messages":[]}"#
        #expect(await bench.answer(.openAI, body).status == 500)
        #expect(bench.transport.requests.count == 2)
    }

    private static let tooLong = fails(
        400, [:], #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#)
    private static let filtered = fails(400, [:], #"{"error":{"message":"no","code":"content_filter"}}"#)

    @Test(arguments: [true, false])
    func longAndFilteredRequestsHaveTheirOwnChains(isTooLong: Bool) async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                isTooLong ? Self.tooLong : Self.filtered, .reply(status: 200, body: [Self.anthropicReply])),
            adjust: {
                $0.routing.fallbacks.contextWindow = ["o-1": ["anthropic/long"]]
                $0.routing.fallbacks.contentFilter = ["o-1": ["anthropic/calm"]]
                $0.routing.fallbacks.chains = ["o-1": ["gemini"]]
            })
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(
            bench.transport.requests.map(\.url)
                == ["https://openai.test/o-1", "https://anthropic.test/\(isTooLong ? "long" : "calm")"])
    }

    @Test func aLongerModelOfTheSameInstanceMayBeAsked() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.tooLong, Self.ok),
            adjust: {
                Self.alone(&$0)
                $0.routing.fallbacks.contextWindow = ["o-1": ["openai/o-long"]]
            })
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(bench.transport.requests.map(\.url) == ["https://openai.test/o-1", "https://openai.test/o-long"])
    }

    @Test func withoutAChainOfTheirOwnTheyGoStraightBack() async throws {
        for step in [Self.tooLong, Self.filtered] {
            let bench = try GatewayBench(
                ScriptedTransport(step), adjust: { $0.routing.fallbacks.general = ["anthropic"] })
            #expect(await bench.answer(.openAI, Self.question).status == 400)
            #expect(bench.transport.requests.count == 1)
        }
    }

    @Test func whatAFallbackRefusesIsNotTheClientsBusiness() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(Self.fails(500), Self.fails(404), Self.fails(503)),
            adjust: {
                Self.alone(&$0)
                $0.routing.fallbacks.general = ["anthropic", "gemini"]
            })
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 500)
        #expect(bench.transport.requests.count == 3)
    }

    /// The first is left alone for a moment, so the fallback is asked before it; it knows no such model.
    @Test("PITFALLS 21: whoever is left alone by fallbacks that refuse the request may be asked again")
    func isAloneBesideAFallbackThatRefuses() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                Self.fails(429, ["retry-after": "30"]), Self.fails(404), Self.fails(404), Self.fails(500), Self.ok),
            adjust: {
                Self.alone(&$0)
                $0.routing.fallbacks.general = ["anthropic"]
            })
        #expect(await bench.answer(.openAI, Self.question).status == 429)
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(
            instances(bench) == ["openai-1", "anthropic", "anthropic", "openai-1", "openai-1"])
    }

    // MARK: Sessions

    private static func equal(_ configuration: inout GatewayConfiguration) {
        configuration.providers[0].instances[1].priority = 1
    }

    @Test("PITFALLS 21: a session stays, yields when its instance fails, and does not jump back")
    func sessionsStick() async throws {
        var steps = [ScriptedTransport.Step](repeating: Self.ok, count: 12)
        steps[5] = Self.fails(500)
        let bench = try GatewayBench(ScriptedTransport(steps: steps), adjust: Self.equal)
        for _ in 0..<9 {
            _ = await bench.answer(.openAI, Self.question, headers: ["x-session-id": "s"])
        }
        let asked = instances(bench)
        let first = try #require(asked[0])
        let second = first == "openai-1" ? "openai-2" : "openai-1"
        #expect(asked == Array(repeating: first, count: 6) + Array(repeating: second, count: 4))
    }

    @Test func requestsWithoutASessionAreSpread() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(steps: Array(repeating: Self.ok, count: 40)), adjust: Self.equal)
        for _ in 0..<40 { _ = await bench.answer(.openAI, Self.question) }
        #expect(Set(instances(bench)).count == 2)
    }

    @Test func aReloadKeepsHealthAndSessions() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                steps: [Self.fails(401), Self.ok] + Array(repeating: Self.ok, count: 10)))
        _ = await bench.answer(.openAI, Self.question)
        var configuration = bench.gateway.state.configuration
        configuration.providers[0].instances[0].weight = 7
        try bench.gateway.reload(configuration)
        _ = await bench.answer(.openAI, Self.question)
        #expect(instances(bench).last == "openai-2")
        // Another key makes it another instance.
        configuration.providers[0].instances[0].apiKey = "sk-new"
        try bench.gateway.reload(configuration)
        _ = await bench.answer(.openAI, Self.question)
        #expect(instances(bench).last == "openai-1")
        #expect(bench.transport.requests.last?.headers["x-key"] == "sk-new")
    }
}
