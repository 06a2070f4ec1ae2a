import Testing

@testable import GatewayCore

struct LimiterTests {
    private let start = ContinuousClock.now

    private func limiter(_ change: (inout LimitsConfiguration) -> Void) -> Limiter {
        var configuration = LimitsConfiguration()
        change(&configuration)
        return Limiter(configuration, keys: ["one", "two"], at: start)
    }

    @Test func givesEachKeyItsOwnCount() throws {
        let limiter = limiter { $0.eachKey = LimitRule(requests: 1) }
        _ = try limiter.admit(key: "one", model: "m", tokens: 0, at: start).get()
        #expect(throws: LimitRefusal.self) { try limiter.admit(key: "one", model: "m", tokens: 0, at: start).get() }
        _ = try limiter.admit(key: "two", model: "m", tokens: 0, at: start).get()
    }

    @Test func saysWhichLimitAndWhenToComeBack() {
        let limiter = limiter { $0.models["gpt-*"] = LimitRule(requests: 2) }
        for model in ["gpt-4o", "gpt-5"] { _ = limiter.admit(key: nil, model: model, tokens: 0, at: start) }
        guard case .failure(let refusal) = limiter.admit(key: nil, model: "gpt-4o", tokens: 0, at: start) else {
            Issue.record("let in")
            return
        }
        #expect(refusal == LimitRefusal(scope: .model("gpt-*"), unit: .requests, limit: 2, retryAfter: .seconds(30)))
        #expect(refusal.failure.status == 429)
        #expect(refusal.failure.retryAfter == .seconds(30))
    }

    @Test func usesUpNoOtherLimitWhenItRefuses() throws {
        let limiter = limiter {
            $0.gateway = LimitRule(requests: 2)
            $0.keys["one"] = LimitRule(concurrent: 1)
        }
        let held = try limiter.admit(key: "one", model: "m", tokens: 0, at: start).get()
        for _ in 0..<10 { _ = limiter.admit(key: "one", model: "m", tokens: 0, at: start) }
        _ = try limiter.admit(key: "two", model: "m", tokens: 0, at: start).get()
        held.settle(used: 0, at: start)
    }

    /// PITFALLS row 23: what was reserved is what is settled and given back, once.
    @Test func pitfall23SettlesOnce() throws {
        let limiter = limiter { $0.gateway = LimitRule(tokens: 100, concurrent: 1) }
        let reservation = try limiter.admit(key: nil, model: "m", tokens: 80, at: start).get()
        #expect(reservation.standing(at: start).tokens?.remaining == 20)
        reservation.settle(used: 30, at: start)
        reservation.settle(used: 30, at: start)
        #expect(reservation.standing(at: start).tokens?.remaining == 70)
        #expect(limiter.inFlight(in: .gateway) == 0)
    }

    /// PITFALLS row 23: 1,000 requests that are dropped anywhere leave nothing behind.
    @Test func pitfall23LeavesNothingOfDroppedRequests() {
        let limiter = limiter {
            $0.maxInFlight = 5000
            $0.gateway = LimitRule(tokens: 1_000_000, concurrent: 5000)
        }
        for round in 0..<1000 {
            guard case .success(let reservation) = limiter.admit(key: nil, model: "m", tokens: 500, at: start) else {
                Issue.record("refused")
                return
            }
            if round % 3 == 0 { reservation.settle(used: 0, at: start) }
        }
        #expect(limiter.inFlight == 0)
        #expect(limiter.inFlight(in: .gateway) == 0)
        #expect(limiter.admit(key: nil, model: "m", tokens: 1_000_000, at: .now).isSuccess)
    }

    @Test func refusesEarlyWhenTooMuchIsUnderWay() throws {
        let limiter = limiter { $0.maxInFlight = 1 }
        let held = try limiter.admit(key: nil, model: "m", tokens: 0, at: start).get()
        guard case .failure(let refusal) = limiter.admit(key: nil, model: "m", tokens: 0, at: start) else {
            Issue.record("let in")
            return
        }
        #expect(refusal.failure.status == 503)
        held.settle(used: nil, at: start)
        #expect(limiter.admit(key: nil, model: "m", tokens: 0, at: start).isSuccess)
    }

    @Test func chargesWhatWasReservedWhenNothingIsKnown() throws {
        let limiter = limiter { $0.providers["openai"] = LimitRule(tokens: 100) }
        let reservation = try limiter.admit(provider: "openai", tokens: 60, at: start).get()
        reservation.settle(used: nil, at: start)
        #expect(reservation.standing(at: start).tokens?.remaining == 40)
        #expect(!limiter.admit(provider: "openai", tokens: 60, at: start).isSuccess)
        #expect(limiter.admit(provider: "anthropic", tokens: 60, at: start).isSuccess)
    }

    @Test func tellsTheTightestLimitInHeaders() throws {
        let limiter = limiter {
            $0.gateway = LimitRule(requests: 1000, tokens: 90)
            $0.eachKey = LimitRule(requests: 10, tokens: 5000)
        }
        let reservation = try limiter.admit(key: "one", model: "m", tokens: 30, at: start).get()
        let headers = reservation.standing(at: start).headers
        #expect(headers["x-ratelimit-limit-requests"] == "10")
        #expect(headers["x-ratelimit-remaining-requests"] == "9")
        #expect(headers["x-ratelimit-reset-requests"] == "6s")
        #expect(headers["x-ratelimit-limit-tokens"] == "90")
        #expect(headers["x-ratelimit-remaining-tokens"] == "60")
    }
}

extension Result {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
