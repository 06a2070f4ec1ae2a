import Testing

@testable import GatewayCore

/// Requests against the gateway's own limits, from the door to the end of their answers.
struct LimitedExchangeTests {
    private static let question = FailoverExchangeTests.question
    private static let reply = ScriptedTransport.Step.reply(
        status: 200,
        body: [
            String(FailoverExchangeTests.reply.dropLast()) + #","usage":{"prompt_tokens":7,"#
                + #""completion_tokens":3,"total_tokens":10}}"#
        ])

    private func bench(
        _ steps: [ScriptedTransport.Step], _ limit: @escaping (inout LimitsConfiguration) -> Void
    ) throws -> GatewayBench {
        try GatewayBench(ScriptedTransport(steps: steps)) { limit(&$0.limits) }
    }

    @Test func refusesBeforeAnythingIsSentAndRecordsIt() async throws {
        let bench = try bench([Self.reply, Self.reply]) { $0.gateway = LimitRule(requests: 1) }
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        let refusal = await bench.answer(.openAI, Self.question)
        #expect(refusal.status == 429)
        #expect(refusal.headers["retry-after"] == "60")
        #expect(refusal.headers["x-ratelimit-remaining-requests"] == "0")
        #expect(await refusal.text.contains("rate_limit_exceeded"))
        #expect(bench.transport.requests.count == 1)
        #expect(bench.log.records.map(\.status) == [200, 429])
        bench.clock.advance(by: .seconds(60))
        #expect(await bench.answer(.openAI, Self.question).status == 200)
    }

    @Test func tellsEachClientInItsFormat() async throws {
        let bench = try bench([]) { $0.models["a-*"] = LimitRule(requests: 1) }
        let question = #"{"model":"a-1","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"#
        _ = await bench.answer(.anthropic, question)
        let refusal = await bench.answer(.anthropic, question)
        #expect(refusal.status == 429)
        #expect(await refusal.text.contains(#""type":"rate_limit_error""#))
    }

    @Test("PITFALLS 23: tokens that were reserved are exchanged for those that were used")
    func settlesWithWhatWasUsed() async throws {
        let bench = try bench([Self.reply, Self.reply]) { $0.gateway = LimitRule(tokens: 2000) }
        let first = await bench.answer(.openAI, Self.question)
        // While it was under way the answer counted with the thousand tokens that it may have had.
        #expect(Int(first.headers["x-ratelimit-remaining-tokens"] ?? "") ?? 2000 < 1000)
        let second = await bench.answer(.openAI, Self.question)
        #expect(second.status == 200)
        let limiter = bench.gateway.shared.limiter
        #expect(limiter.inFlight(in: .gateway) == 0)
        guard case .success(let reservation) = limiter.admit(key: nil, model: "o-1", tokens: 0) else {
            Issue.record("refused")
            return
        }
        #expect(reservation.standing.tokens?.remaining == 1980)
    }

    @Test("PITFALLS 23: what fails everywhere has cost no tokens")
    func failuresCostNoTokens() async throws {
        let bench = try bench([.failure(.unreachable(detail: "gone")), .failure(.unreachable(detail: "gone"))]) {
            $0.gateway = LimitRule(tokens: 5000, concurrent: 1)
        }
        #expect(await bench.answer(.openAI, Self.question).status == 502)
        let limiter = bench.gateway.shared.limiter
        guard case .success(let reservation) = limiter.admit(key: nil, model: "o-1", tokens: 0) else {
            Issue.record("refused")
            return
        }
        #expect(reservation.standing.tokens?.remaining == 5000)
    }

    @Test func goesToAnotherProviderWhenOneIsLimited() async throws {
        let anthropic = ScriptedTransport.Step.reply(status: 200, body: [FailoverExchangeTests.anthropicReply])
        let bench = try GatewayBench(ScriptedTransport(Self.reply, anthropic)) {
            $0.limits.providers["openai"] = LimitRule(requests: 1)
            $0.routing.fallbacks.general = ["anthropic"]
        }
        #expect(await bench.answer(.openAI, Self.question).headers["x-provider"] == "openai")
        #expect(await bench.answer(.openAI, Self.question).headers["x-provider"] == "anthropic")
    }

    @Test func keepsItsCountsOverAReloadThatLeavesTheLimits() throws {
        let bench = try bench([]) { $0.gateway = LimitRule(requests: 1) }
        let before = bench.gateway.shared.limiter
        var configuration = bench.gateway.state.configuration
        try bench.gateway.reload(configuration)
        #expect(bench.gateway.shared.limiter === before)
        configuration.limits.gateway = LimitRule(requests: 2)
        try bench.gateway.reload(configuration)
        #expect(bench.gateway.shared.limiter !== before)
    }
}
