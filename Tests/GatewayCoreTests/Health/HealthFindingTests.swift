import Testing

@testable import GatewayCore

/// PITFALLS 21: what health checks make of an instance that is out.
struct HealthFindingTests {
    private var state = InstanceState(keyCount: 2, settings: FailoverConfiguration())
    private var changes: [InstanceState.Change] = []

    private static let dead = HealthFinding(status: 503, provider: "p")

    private mutating func fail(_ kind: ProviderFailure.Kind, _ status: Int, times: Int = 3) throws {
        for choice in 0..<times {
            let admitted = state.admit(
                for: "m", excluding: 0, least: .resting, at: .start, choice: choice, changes: &changes)
            let failure = ProviderFailure(kind: kind, status: status, message: "")
            state.fail(try #require(admitted), failure, model: "m", at: .start, jitter: 0, changes: &changes)
            state.leave()
        }
    }

    private mutating func note(_ finding: HealthFinding, key: Int = 0, at seconds: Double) {
        state.note(finding, key: key, at: .seconds(seconds), jitter: 0, changes: &changes)
    }

    private func standing(at seconds: Double, excluding tried: UInt64 = 0) -> InstanceState.Standing {
        state.standing(for: "m", excluding: tried, at: .seconds(seconds))
    }

    @Test(arguments: [200, 404, 401, 429]) mutating func anUnreachableInstanceMayBeTriedWhenItAnswers(status: Int)
        throws
    {
        try fail(.unavailable, 502)
        #expect(standing(at: 10) == .out)
        note(HealthFinding(status: status, provider: "p"), at: 10)
        #expect(standing(at: 10) == .ready)
        #expect(state.breaker.openings == 1)
    }

    @Test mutating func aSilentInstanceMayBeTriedWhenItSpeaks() throws {
        try fail(.server, 500)
        note(Self.dead, at: 10)
        #expect(standing(at: 20) == .out)
        note(.accepted, at: 20)
        #expect(standing(at: 20) == .ready)
    }

    @Test mutating func anInstanceThatListsItsModelsAllTheWhileStaysOut() throws {
        try fail(.server, 500)
        for time in [10.0, 20, 30] { note(.accepted, at: time) }
        #expect(standing(at: 59) == .out)
        #expect(standing(at: 60) == .ready)
    }

    @Test mutating func checksOfWhatIsOutCountNoFailures() throws {
        try fail(.server, 500)
        let (openings, events) = (state.breaker.openings, changes.count)
        for time in [10.0, 20, 30, 40] { note(Self.dead, at: time) }
        #expect(state.breaker.openings == openings && changes.count == events)
        #expect(standing(at: 60) == .ready)
    }

    @Test mutating func checksTakeOutAHealthyInstance() {
        for time in [10.0, 20] { note(Self.dead, at: time) }
        #expect(standing(at: 20) == .ready)
        note(Self.dead, at: 30)
        #expect(standing(at: 30) == .out)
        #expect(changes.map(\.kind) == [.failure, .failure, .failure, .circuitOpen])
        #expect(state.inFlight == 0)
    }

    @Test mutating func aKeyThatIsTakenAgainMayBeTried() throws {
        try fail(.authentication, 401, times: 1)
        #expect(standing(at: 10, excluding: 0b10) == .out)
        note(.accepted, at: 10)
        // The list may be open to keys that may not ask anything.
        #expect(standing(at: 10, excluding: 0b10) == .out)
        note(.refused, at: 20)
        note(.accepted, key: 1, at: 30)
        #expect(standing(at: 30, excluding: 0b10) == .out)
        note(.accepted, at: 30)
        #expect(standing(at: 30, excluding: 0b10) == .ready)
    }
}
