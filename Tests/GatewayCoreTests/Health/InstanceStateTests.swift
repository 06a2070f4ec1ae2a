import Testing

@testable import GatewayCore

struct InstanceStateTests {
    private var state: InstanceState
    private var changes: [InstanceState.Change] = []
    private var choice = 0

    init() {
        state = InstanceState(keyCount: 2, settings: FailoverConfiguration())
    }

    private mutating func admit(
        at seconds: Double, excluding tried: UInt64 = 0, least: InstanceState.Standing = .resting
    ) -> InstanceState.Admission? {
        choice += 1
        return state.admit(
            for: "m", excluding: tried, least: least, at: .seconds(seconds), choice: choice, changes: &changes)
    }

    private mutating func admitted(
        at seconds: Double, excluding tried: UInt64 = 0, least: InstanceState.Standing = .resting
    ) throws -> InstanceState.Admission {
        let admission = admit(at: seconds, excluding: tried, least: least)
        return try #require(admission)
    }

    private mutating func fail(
        _ admission: InstanceState.Admission, _ kind: ProviderFailure.Kind, _ status: Int, retryAfter: Duration? = nil,
        at seconds: Double = 0
    ) {
        let failure = ProviderFailure(kind: kind, status: status, message: "", retryAfter: retryAfter)
        state.fail(admission, failure, model: "m", at: .seconds(seconds), jitter: 0, changes: &changes)
        state.leave()
    }

    private func standing(at seconds: Double, model: String = "m") -> InstanceState.Standing {
        state.standing(for: model, excluding: 0, at: .seconds(seconds))
    }

    @Test mutating func saysSinceWhenItCanBeAsked() throws {
        #expect(state.readySince(for: "m", at: .start) == MonotonicInstant(nanoseconds: .min))
        fail(try admitted(at: 1), .overloaded, 503, retryAfter: .seconds(4), at: 1)
        #expect(state.readySince(for: "m", at: .seconds(2)) == nil)
        #expect(state.readySince(for: "m", at: .seconds(9)) == .seconds(5))
        state.succeed(try admitted(at: 3), latency: nil, at: .seconds(3), changes: &changes)
        #expect(state.readySince(for: "m", at: .seconds(9)) == .seconds(3))
        for _ in 0..<3 { fail(try admitted(at: 10), .server, 500, at: 10) }
        #expect(state.readySince(for: "m", at: .seconds(69)) == nil)
        #expect(state.readySince(for: "m", at: .seconds(80)) == .seconds(70))
        // Half open it counts from the latest probe, which is where it goes on from when that closes it.
        for second in [80.0, 90] {
            state.succeed(try admitted(at: second), latency: nil, at: .seconds(second), changes: &changes)
        }
        #expect(state.breaker.state == .closed)
        #expect(state.readySince(for: "m", at: .seconds(99)) == .seconds(90))
    }

    @Test mutating func aRestOfOneKeyIsNoRestOfAll() throws {
        fail(try admitted(at: 1), .rateLimited, 429, retryAfter: .seconds(30), at: 1)
        #expect(state.readySince(for: "m", at: .seconds(2)) == MonotonicInstant(nanoseconds: .min))
        fail(try admitted(at: 2), .rateLimited, 429, retryAfter: .seconds(10), at: 2)
        #expect(state.readySince(for: "m", at: .seconds(3)) == nil)
        #expect(state.readySince(for: "m", at: .seconds(13)) == .seconds(12))
    }

    @Test mutating func usesItsKeysInTurn() throws {
        var keys: [Int] = []
        for _ in 0..<4 { keys.append(try admitted(at: 0).key) }
        #expect(keys == [0, 1, 0, 1])
        #expect(state.inFlight == 4)
    }

    @Test mutating func aRefusedKeyIsOutAndLeavesTheOthersIn() throws {
        fail(try admitted(at: 0), .authentication, 401)
        #expect(changes.map(\.kind) == [.failure, .circuitOpen])
        #expect(changes.map(\.key) == [0, 0])
        #expect(standing(at: 1) == .ready)
        for _ in 0..<3 {
            let key = try admitted(at: 1).key
            #expect(key == 1)
        }
        let nobody = admit(at: 1, excluding: 0b10)
        #expect(nobody == nil)
        let probe = try admitted(at: 61, excluding: 0b10)
        #expect(probe.isProbe)
    }

    @Test mutating func isOutWhenEveryKeyIs() throws {
        for _ in 0..<2 { fail(try admitted(at: 0), .billing, 402) }
        #expect(standing(at: 1) == .out)
        #expect(state.retryMoment(at: .seconds(1)) == .seconds(60))
    }

    @Test mutating func brokenCountsForAllKeys() throws {
        for _ in 0..<3 { fail(try admitted(at: 0), .server, 500) }
        #expect(standing(at: 1) == .out)
        #expect(
            changes.last == InstanceState.Change(kind: .circuitOpen, key: nil, openFor: .seconds(60), failures: 3))
        #expect(state.breaker.openings == 1)
    }

    @Test mutating func aLimitedKeyRestsAndTheOtherIsUsed() throws {
        fail(try admitted(at: 0), .rateLimited, 429, retryAfter: .seconds(7))
        #expect(standing(at: 1) == .ready)
        for _ in 0..<3 {
            let key = try admitted(at: 1, least: .ready).key
            #expect(key == 1)
        }
        fail(try admitted(at: 1), .rateLimited, 429, retryAfter: .seconds(20))
        #expect(standing(at: 1) == .resting)
        let (ready, resting) = (admit(at: 1, least: .ready), admit(at: 1, least: .resting))
        #expect(ready == nil)
        #expect(resting != nil)
        let key = try admitted(at: 7, least: .ready).key
        #expect(key == 0)
    }

    @Test mutating func restsNoLongerThanTheLimit() throws {
        fail(try admitted(at: 0), .rateLimited, 429, retryAfter: .seconds(3600))
        fail(try admitted(at: 0), .rateLimited, 429, retryAfter: .seconds(3600))
        #expect(standing(at: 59) == .resting)
        #expect(standing(at: 60) == .ready)
    }

    @Test mutating func overloadRestsTheInstanceAndNeverOpensIt() throws {
        for _ in 0..<9 { fail(try admitted(at: 0), .overloaded, 529) }
        #expect(standing(at: 1) == .resting)
        #expect(state.breaker.state == .closed)
        let success = try admitted(at: 1)
        state.succeed(success, latency: .seconds(1), at: .seconds(2), changes: &changes)
        #expect(standing(at: 2) == .ready)
    }

    @Test mutating func aForbiddenModelLeavesTheOtherModelsIn() throws {
        for _ in 0..<2 { fail(try admitted(at: 0), .permission, 403) }
        #expect(standing(at: 1) == .resting)
        #expect(standing(at: 1, model: "other") == .ready)
        #expect(standing(at: 61) == .ready)
    }

    @Test(arguments: [
        (ProviderFailure.Kind.invalidRequest, 400), (.notFound, 404), (.conflict, 409), (.requestTooLarge, 413),
        (.contextWindowExceeded, 400), (.contentFiltered, 400),
    ])
    func theClientsFaultIsNoFailure(kind: ProviderFailure.Kind, status: Int) throws {
        var copy = self
        for _ in 0..<9 { copy.fail(try copy.admitted(at: 0), kind, status) }
        #expect(copy.standing(at: 0) == .ready)
        #expect(copy.changes.isEmpty)
        #expect(copy.state.failuresInARow == 0)
    }

    @Test mutating func comesBackInTwoSteps() throws {
        for _ in 0..<3 { fail(try admitted(at: 0), .timeout, 504) }
        changes = []
        for second in [61.0, 62] {
            let probe = try admitted(at: second)
            state.succeed(probe, latency: nil, at: .seconds(second), changes: &changes)
        }
        #expect(changes.map(\.kind) == [.circuitHalfOpen, .circuitClosed])
        #expect(InstanceStatus(provider: "p", instance: "i", state, at: .seconds(63)).condition == .healthy)
    }

    @Test mutating func aStreamThatBreaksLaterIsAFailureButHoldsNoProbe() throws {
        for _ in 0..<3 { fail(try admitted(at: 0), .timeout, 504) }
        let probe = try admitted(at: 61)
        state.succeed(probe, latency: nil, at: .seconds(61), changes: &changes)
        let second = try admitted(at: 62)
        fail(probe.answered, .truncated, 502, at: 63)
        let third = admit(at: 63)
        #expect(third == nil)
        state.succeed(second, latency: nil, at: .seconds(64), changes: &changes)
        #expect(state.breaker.state == .closed)
    }

    @Test func tellsHowItIs() throws {
        var copy = self
        for _ in 0..<3 { copy.fail(try copy.admitted(at: 0), .server, 500) }
        let status = InstanceStatus(provider: "p", instance: "i", copy.state, at: .seconds(20))
        #expect(status.condition == .unhealthy)
        #expect(status.circuit == .open)
        #expect(status.retryIn == .seconds(40))
        #expect(status.failuresInARow == 3)
        #expect(status.lastFailure == .server)
        #expect(status.lastFailureAge == .seconds(20))
        #expect(status.keys.map(\.number) == [1, 2])
    }
}
