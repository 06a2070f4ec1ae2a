import Testing

@testable import GatewayCore

/// A second instance asked beside a slow first one.
struct HedgedExchangeTests {
    private static let question = FailoverExchangeTests.question

    private func bench(
        _ steps: ScriptedTransport.Step..., after delay: HedgeDelay = .fixed(.seconds(1)),
        adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> GatewayBench {
        let transport = ScriptedTransport(steps: steps)
        let bench = try GatewayBench(transport) {
            $0.routing.hedging = ["o-1": delay]
            $0.providers[0].instances[1].priority = 1
            adjust(&$0)
        }
        transport.clock = bench.clock
        return bench
    }

    private static func answer(_ name: String, after seconds: Double) -> ScriptedTransport.Step {
        .slow(.seconds(seconds), FailoverExchangeTests.reply.replacing("Hello", with: name))
    }

    @Test func theFirstAnswerToBeginWinsAndTheOtherIsCancelled() async throws {
        let bench = try bench(Self.answer("slow", after: 10), Self.answer("fast", after: 2))
        #expect(await bench.answer(.openAI, Self.question).text.contains("fast"))
        #expect(bench.clock.now() == .seconds(3))
        let record = try #require(bench.log.records.first)
        #expect(bench.log.records.count == 1)
        #expect(record.attempts.count == 2)
        #expect(record.attempts.map(\.followUp) == [.hedge, nil])
        #expect(record.attempts.map(\.failureKind) == [nil, nil])
        #expect(record.instance == record.attempts[1].instance)
        #expect(bench.gateway.instanceStatuses().allSatisfy { $0.inFlight == 0 && $0.failuresInARow == 0 })
    }

    @Test func theFirstMayStillWin() async throws {
        let bench = try bench(Self.answer("first", after: 2), Self.answer("second", after: 5))
        #expect(await bench.answer(.openAI, Self.question).text.contains("first"))
        #expect(bench.clock.now() == .seconds(2))
        #expect(bench.transport.requests.count == 2)
    }

    @Test func anAnswerInTimeNeedsNoHedge() async throws {
        let bench = try bench(Self.answer("first", after: 0.5))
        #expect(await bench.answer(.openAI, Self.question).status == 200)
        #expect(bench.transport.requests.count == 1)
        #expect(bench.clock.now() == .seconds(0.5))
    }

    @Test func whenOneFailsTheOtherIsWaitedFor() async throws {
        let bench = try bench(.slowFailure(.seconds(2), .truncated(detail: "")), Self.answer("second", after: 5))
        #expect(await bench.answer(.openAI, Self.question).text.contains("second"))
        #expect(bench.clock.now() == .seconds(6))
    }

    @Test func whenBothFailTheNextIsAsked() async throws {
        let bench = try bench(
            .slowFailure(.seconds(2), .truncated(detail: "")), .slowFailure(.seconds(3), .truncated(detail: "")),
            .reply(status: 200, body: [FailoverExchangeTests.anthropicReply]),
            adjust: { $0.routing.fallbacks.general = ["anthropic"] })
        let answer = await bench.answer(.openAI, Self.question)
        #expect(answer.status == 200)
        #expect(answer.headers["x-gateway-attempts"] == "3")
    }

    @Test func hedgesAreChargedToTheRetryBudget() async throws {
        let bench = try bench(
            Self.answer("first", after: 3), Self.answer("second", after: 1),
            adjust: {
                $0.failover.retryBudget.percent = 0
                $0.failover.retryBudget.minPerSecond = 0
            })
        #expect(await bench.answer(.openAI, Self.question).text.contains("first"))
        #expect(bench.transport.requests.count == 1)
        #expect(bench.gateway.instanceStatuses().allSatisfy { $0.inFlight == 0 })
    }

    @Test func whatTheLoserCostIsEstimatedAndRecorded() async throws {
        let bench = try bench(Self.answer("slow", after: 10), Self.answer("fast", after: 2)) {
            let known = PriceConfiguration.PricedModel(provider: "openai", model: "gpt-4o")
            $0.prices.models = [.like(provider: "openai", model: "o-1", of: known)]
        }
        _ = await bench.answer(.openAI, Self.question)
        let record = try #require(bench.log.records.first)
        let loser = record.attempts[0]
        #expect(loser.isUsageEstimated && !record.attempts[1].isUsageEstimated && !record.isUsageEstimated)
        let input = try #require(loser.usage?.freshInput)
        #expect((4...20).contains(input))
        #expect(loser.usage?.output == 0)
        // 2.50 USD a million.
        #expect(loser.cost?.total == Int64(input) * 2_500_000)
        #expect(loser.json["usage_estimated"] == 1)
    }

    @Test func aLoserThatRefusedCostNothing() async throws {
        let bench = try bench(.slowFailure(.seconds(2), .unreachable(detail: "")), Self.answer("second", after: 1))
        _ = await bench.answer(.openAI, Self.question)
        #expect(try #require(bench.log.records.first).attempts[0].usage == nil)
    }

    @Test("PITFALLS 23: a hedge is held against its provider's limits, and nothing of it stays reserved")
    func hedgesAreHeldAgainstLimits() async throws {
        for (concurrent, asked) in [(1, 1), (2, 2)] {
            let bench = try bench(
                Self.answer("first", after: 3), Self.answer("second", after: 1),
                adjust: { $0.limits.providers["openai"] = LimitRule(tokens: 10_000, concurrent: concurrent) })
            let text = await bench.answer(.openAI, Self.question).text
            #expect(text.contains(asked == 1 ? "first" : "second"))
            #expect(bench.transport.requests.count == asked)
            #expect(try #require(bench.log.records.first).attempts.count == asked)
            #expect(bench.gateway.shared.limiter.inFlight(in: .provider("openai")) == 0)
            #expect(bench.gateway.instanceStatuses().allSatisfy { $0.inFlight == 0 })
        }
    }

    @Test func aHedgeThatLimitsKeptBackCostsNoRetry() async throws {
        let bench = try bench(
            Self.answer("first", after: 3),
            adjust: {
                $0.limits.providers["openai"] = LimitRule(concurrent: 1)
                $0.failover.retryBudget.percent = 0
                // One and a half are there at the beginning, and as many are kept.
                $0.failover.retryBudget.minPerSecond = 0.15
            })
        #expect(await bench.answer(.openAI, Self.question).text.contains("first"))
        #expect(bench.transport.requests.count == 1)
        #expect(bench.gateway.shared.retryBudget.withdraw(at: bench.clock.now()))
        #expect(!bench.gateway.shared.retryBudget.withdraw(at: bench.clock.now()))
    }

    @Test func aHedgeThatLimitsKeptBackMayBeAskedWhenTheFirstFails() async throws {
        let bench = try bench(
            .slowFailure(.seconds(3), .truncated(detail: "")), Self.answer("second", after: 1),
            adjust: { $0.limits.providers["openai"] = LimitRule(concurrent: 1) })
        let answer = await bench.answer(.openAI, Self.question)
        #expect(await answer.text.contains("second"))
        #expect(answer.headers["x-gateway-attempts"] == "2")
        #expect(try #require(bench.log.records.first).attempts.map(\.followUp) == [.failover, nil])
    }

    @Test func learnsWhenMostRequestsHaveBegun() {
        var quantiles = LatencyQuantiles()
        #expect(quantiles.p95 == nil)
        for count in 1...100 { quantiles.observe(.milliseconds(count * 10)) }
        let p95 = quantiles.p95 ?? .zero
        #expect((.milliseconds(900)...Duration.milliseconds(1150)).contains(p95))
        for _ in 0..<5000 { quantiles.observe(.milliseconds(20)) }
        #expect((quantiles.p95 ?? .zero) < .milliseconds(30))
        quantiles.observe(.seconds(100_000))
    }
}
