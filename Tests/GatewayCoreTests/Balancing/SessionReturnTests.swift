import Testing

@testable import GatewayCore

/// PITFALLS 21: sessions yield at once when their instance fails, and come back to it one by one.
struct SessionReturnTests {
    private let bench: GatewayBench
    private static let window = 300.0

    init() throws {
        bench = try Self.bench(.key)
    }

    private static func bench(
        _ stickiness: Stickiness, adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> GatewayBench {
        try GatewayBench(ScriptedTransport()) {
            $0.providers[0].instances[1].priority = 1
            $0.balancing.general = BalancingRule(policy: .roundRobin, stickiness: stickiness)
            adjust(&$0)
        }
    }

    /// One request of the session at that second: who answers it when those instances do not.
    private func ask(
        _ session: String, at seconds: Double, broken: Set<String> = [], in bench: GatewayBench
    ) -> String? {
        let (state, now) = (bench.gateway.state, MonotonicInstant.seconds(seconds))
        guard let route = state.router.route("o-1") else { return nil }
        let request = AttemptPlan.Request(model: "o-1", route: route, startedAt: now)
        request.session = ClientSession(keyName: session, conversation: session)
        let plan = AttemptPlan(request, state: state, shared: bench.gateway.shared)
        while case .ask(let candidate) = plan.next(at: now) {
            let health = candidate.instance.health
            defer { health.leave() }
            guard broken.contains(candidate.instance.name) else {
                health.succeed(candidate.admission, latency: nil, at: now, requestID: nil)
                plan.commit(candidate, at: now)
                return candidate.instance.name
            }
            let failure = ProviderFailure(kind: .server, status: 500, message: "")
            health.fail(candidate.admission, failure, model: "o-1", at: now, requestID: nil)
            plan.note(ExchangeFailure(failure), of: candidate, at: now)
        }
        return nil
    }

    private func ask(_ session: String, at seconds: Double, broken: Set<String> = []) -> String? {
        ask(session, at: seconds, broken: broken, in: bench)
    }

    @Test("PITFALLS 21: the sessions of an instance that is back return spread over the configured time")
    func returnOneByOne() throws {
        let sessions = (0..<200).map { "key-\($0)" }
        let homes = sessions.map { ask($0, at: 0) }
        let guests = zip(sessions, homes).filter { $0.1 == "openai-1" }.map(\.0)
        #expect(guests.count == 100)
        for session in sessions { #expect(ask(session, at: 1, broken: ["openai-1"]) == "openai-2") }
        let opened = try #require(bench.gateway.instanceStatuses().first)
        #expect(opened.circuit == .open)
        var returned: [Int] = []
        for second in 2..<600 {
            let back = guests.filter { ask($0, at: Double(second)) == "openai-1" }.count
            returned.append(back)
        }
        // Nobody before its circuit lets them, all of them in the end, and never many at once.
        let first = try #require(returned.firstIndex { $0 > 0 })
        #expect(first + 2 >= 48)
        #expect(returned.last == guests.count)
        let steps = zip(returned, returned.dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { (0...6).contains($0) })
        let half = try #require(returned.firstIndex { $0 >= guests.count / 2 })
        #expect((Self.window * 0.3...Self.window * 0.7).contains(Double(half - first)))
        #expect(zip(sessions, homes).allSatisfy { ask($0, at: 600) == $1 })
    }

    @Test func oneFailureSendsASessionAwayForAWhileOnly() throws {
        let home = try #require(ask("k", at: 0))
        let other = try #require(ask("k", at: 1, broken: [home]))
        #expect(other != home)
        #expect(ask("k", at: 1) == other)
        #expect(ask("k", at: 1 + Self.window) == home)
    }

    @Test func returnsToWhoStillFailsCostOneAttempt() throws {
        let home = try #require(ask("k", at: 0))
        let other = try #require(ask("k", at: 1, broken: [home]))
        #expect(ask("k", at: 1 + Self.window, broken: [home]) == other)
        #expect(ask("k", at: 2 + Self.window) == other)
        #expect(ask("k", at: 1 + 2 * Self.window) == home)
    }

    @Test func aConversationReturnsOnlyWhenItsPromptCacheIsCold() throws {
        let bench = try Self.bench(.conversation)
        let home = try #require(ask("c", at: 0, in: bench))
        let other = try #require(ask("c", at: 1, broken: [home], in: bench))
        for minute in 1...20 { #expect(ask("c", at: Double(minute * 60), in: bench) == other) }
        #expect(ask("c", at: 20 * 60 + 301, in: bench) == home)
    }

    @Test func aKeyThatBeganWithTheSecondChoiceComesToTheFirst() throws {
        let bench = try Self.bench(.key) { $0.providers[0].instances[1].priority = 2 }
        #expect(ask("k", at: 0, broken: ["openai-1"], in: bench) == "openai-2")
        #expect(ask("k", at: 0, in: bench) == "openai-2")
        #expect(ask("k", at: Self.window, in: bench) == "openai-1")
    }

    @Test func sessionsAndTheirHomesOutliveAReload() throws {
        let home = try #require(ask("k", at: 0))
        let other = try #require(ask("k", at: 1, broken: [home]))
        var configuration = bench.gateway.state.configuration
        let place = try #require(configuration.providers[0].instances.firstIndex { $0.name == home })
        configuration.providers[0].instances[place].isEnabled = false
        try bench.gateway.reload(configuration)
        #expect(ask("k", at: Self.window + 1) == other)
        configuration.providers[0].instances[place].isEnabled = true
        try bench.gateway.reload(configuration)
        #expect(ask("k", at: Self.window + 2) == home)
    }
}
