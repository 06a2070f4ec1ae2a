import Testing

@testable import GatewayCore

struct AttemptPlanTests {
    private let bench: GatewayBench

    /// Two instances of one provider, and one retry for all requests together.
    init() throws {
        bench = try GatewayBench(ScriptedTransport()) {
            $0.failover.retryBudget.percent = 0
            $0.failover.retryBudget.minPerSecond = 0.1
            $0.failover.circuit.failures = 1000
        }
    }

    private func plan() throws -> AttemptPlan {
        let state = bench.gateway.state
        let route = try #require(state.router.route("o-1"))
        let request = AttemptPlan.Request(model: "o-1", route: route, startedAt: .start)
        return AttemptPlan(request, state: state, shared: bench.gateway.shared)
    }

    /// The next candidate, or nil.
    private func next(_ plan: AttemptPlan) -> AttemptPlan.Candidate? {
        if case .ask(let candidate) = plan.next(at: .start) { candidate } else { nil }
    }

    private func fail(_ candidate: AttemptPlan.Candidate, _ plan: AttemptPlan) {
        let failure = ProviderFailure(kind: .server, status: 500, message: "")
        candidate.instance.health.fail(candidate.admission, failure, model: "o-1", at: .start, requestID: nil)
        candidate.instance.health.leave()
        plan.note(ExchangeFailure(failure), of: candidate, at: .start)
    }

    private func abandon(_ candidate: AttemptPlan.Candidate) {
        candidate.instance.health.abandon(candidate.admission)
        candidate.instance.health.leave()
    }

    /// Has both instances fail once, which costs nothing, as neither had before.
    private func makeAllSuspect() throws {
        let plan = try plan()
        while let candidate = next(plan) {
            #expect(!candidate.isCharged)
            fail(candidate, plan)
        }
        #expect(plan.attempts == 2)
    }

    @Test func aCandidateThatWasNotSentCostsNoRetry() throws {
        try makeAllSuspect()
        let full = ProviderFailure(kind: .rateLimited, status: 429, message: "")
        for _ in 0..<3 {
            let plan = try plan()
            let first = try #require(next(plan))
            #expect(!first.isCharged)
            fail(first, plan)
            let second = try #require(next(plan))
            #expect(second.isCharged)
            abandon(second)
            plan.skip(second, ExchangeFailure(full))
            #expect(plan.attempts == 1)
        }
        let plan = try plan()
        fail(try #require(next(plan)), plan)
        fail(try #require(next(plan)), plan)
        // It was sent, and was the only one.
        let late = try self.plan()
        fail(try #require(next(late)), late)
        #expect(next(late) == nil)
    }
}
