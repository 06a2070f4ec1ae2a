import Synchronization
import Testing

@testable import GatewayCore

struct SharedLimiterTests {
    private func limiter(_ shared: ScriptedState, _ change: (inout LimitsConfiguration) -> Void) -> Limiter {
        var configuration = LimitsConfiguration()
        change(&configuration)
        return Limiter(configuration, keys: ["one"], clock: VirtualTime(), shared: shared)
    }

    @Test func claimsAllItsCountsInOneStep() async throws {
        let shared = ScriptedState { _ in .granted(LimitStanding()) }
        let limiter = limiter(shared) {
            $0.gateway = LimitRule(requests: 10)
            $0.keys["one"] = LimitRule(tokens: 100, concurrent: 2)
        }
        let reservation = try limiter.admit(key: "one", model: "m", tokens: 7).get()
        #expect(await limiter.confirm(reservation) == nil)
        let claim = try #require(shared.claims.first)
        #expect(claim.tokens == 7)
        #expect(claim.counts.map(\.scope) == [.gateway, .key("one")])
        #expect(claim.counts.map(\.rule) == [LimitRule(requests: 10), LimitRule(tokens: 100, concurrent: 2)])
        reservation.settle(used: 3)
        reservation.settle(used: 3)
        #expect(shared.settlements == ["\(claim.id) 3"])
    }

    @Test func whatTheOthersRefuseCountsNowhere() async throws {
        let told = LimitRefusal(scope: .gateway, unit: .requests, limit: 10, retryAfter: .seconds(5))
        let shared = ScriptedState { _ in .refused(told) }
        let limiter = limiter(shared) {
            $0.maxInFlight = 5
            $0.gateway = LimitRule(requests: 10, tokens: 100, concurrent: 1)
        }
        for _ in 0..<50 {
            let reservation = try limiter.admit(key: nil, model: "m", tokens: 60).get()
            #expect(await limiter.confirm(reservation) == told)
            reservation.settle(used: 60)
        }
        #expect(limiter.inFlight == 0)
        #expect(limiter.inFlight(in: .gateway) == 0)
        #expect(shared.settlements.isEmpty)
        let held = try limiter.admit(key: nil, model: "m", tokens: 0).get()
        #expect(held.standing.requests?.remaining == 9)
        #expect(held.standing.tokens?.remaining == 100)
    }

    @Test func withoutTheOthersItsOwnCountsDecide() async throws {
        let shared = ScriptedState { _ in nil }
        let limiter = limiter(shared) { $0.gateway = LimitRule(requests: 1) }
        let reservation = try limiter.admit(key: nil, model: "m", tokens: 0).get()
        #expect(await limiter.confirm(reservation) == nil)
        #expect(throws: LimitRefusal.self) { try limiter.admit(key: nil, model: "m", tokens: 0).get() }
        reservation.settle(used: 0)
        #expect(shared.settlements.isEmpty)
    }

    @Test func whatItRefusesItselfIsAskedOfNobody() async throws {
        let shared = ScriptedState { _ in .granted(LimitStanding()) }
        let limiter = limiter(shared) { $0.keys["one"] = LimitRule(requests: 1) }
        let first = try limiter.admit(key: "one", model: "m", tokens: 0).get()
        #expect(await limiter.confirm(first) == nil)
        #expect(throws: LimitRefusal.self) { try limiter.admit(key: "one", model: "m", tokens: 0).get() }
        let unlimited = try limiter.admit(key: nil, model: "m", tokens: 0).get()
        #expect(await limiter.confirm(unlimited) == nil)
        #expect(shared.claims.count == 1)
    }

    @Test func tellsTheTighterOfBothStandings() async throws {
        let others = LimitStanding(requests: .init(limit: 10, remaining: 2, reset: .seconds(48)))
        let shared = ScriptedState { _ in .granted(others) }
        let limiter = limiter(shared) { $0.gateway = LimitRule(requests: 10) }
        let reservation = try limiter.admit(key: nil, model: "m", tokens: 0).get()
        #expect(reservation.standing.requests?.remaining == 9)
        #expect(await limiter.confirm(reservation) == nil)
        #expect(reservation.standing.requests?.remaining == 2)
    }

    /// PITFALLS row 23: what is dropped anywhere is given back to the others, too.
    @Test func pitfall23LeavesNothingOfDroppedRequestsWithTheOthers() async throws {
        let shared = ScriptedState { _ in .granted(LimitStanding()) }
        let limiter = limiter(shared) { $0.gateway = LimitRule(tokens: 1_000_000, concurrent: 5000) }
        for _ in 0..<1000 {
            let reservation = try limiter.admit(key: nil, model: "m", tokens: 7).get()
            _ = await limiter.confirm(reservation)
        }
        #expect(shared.settlements.count == 1000)
        #expect(Set(shared.settlements) == Set(shared.claims.map { "\($0.id) 0" }))
        #expect(Set(shared.claims.map(\.id)).count == 1000)
    }
}

/// A shared state that says what the test wants, and remembers what it was told.
final class ScriptedState: SharedState {
    private let verdict: @Sendable (LimitClaim) -> LimitVerdict?
    private let log = Mutex<(claims: [LimitClaim], settlements: [String])>(([], []))

    init(_ verdict: @escaping @Sendable (LimitClaim) -> LimitVerdict?) {
        self.verdict = verdict
    }

    var claims: [LimitClaim] { log.withLock { $0.claims } }
    var settlements: [String] { log.withLock { $0.settlements } }
    var standing: SharedStanding { SharedStanding(use: .state, server: "redis://test", condition: .connected) }

    func reserve(_ claim: LimitClaim) async -> LimitVerdict? {
        log.withLock { $0.claims.append(claim) }
        return verdict(claim)
    }

    func settle(_ claim: LimitClaim, used: Int) {
        log.withLock { $0.settlements.append("\(claim.id) \(used)") }
    }

    func exchange(_ report: CircuitReport) async -> CircuitNews? { nil }
}
