import Testing

@testable import GatewayCore

struct CircuitBreakerTests {
    private static let settings = CircuitConfiguration()

    private func permit(_ breaker: inout CircuitBreaker, at seconds: Double) throws -> CircuitBreaker.Permit {
        try #require(breaker.admit(at: .seconds(seconds)).permit)
    }

    @discardableResult
    private func fail(
        _ breaker: inout CircuitBreaker, at seconds: Double, jitter: Double = 0
    ) throws -> CircuitBreaker.Transition? {
        let permit = try permit(&breaker, at: seconds)
        return breaker.fail(permit, at: .seconds(seconds), jitter: jitter)
    }

    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker(Self.settings)
        for second in 0..<3 { try fail(&breaker, at: Double(second)) }
        return breaker
    }

    @Test func opensAtTheThirdFailureWithinTheWindow() throws {
        var breaker = CircuitBreaker(Self.settings)
        #expect(try fail(&breaker, at: 0) == nil)
        #expect(try fail(&breaker, at: 30) == nil)
        #expect(try fail(&breaker, at: 60) == .opened(for: .seconds(60)))
        #expect(breaker.state == .open(until: .seconds(120)))
        #expect(breaker.admit(at: .seconds(119.9)).permit == nil)
    }

    @Test func forgetsFailuresOutsideTheWindow() throws {
        var breaker = CircuitBreaker(Self.settings)
        try fail(&breaker, at: 0)
        try fail(&breaker, at: 30)
        #expect(try fail(&breaker, at: 61) == nil)
        #expect(try fail(&breaker, at: 62) == .opened(for: .seconds(60)))
    }

    @Test func leavesABusyInstanceInForThreeFailuresAmongMany() throws {
        var breaker = CircuitBreaker(Self.settings)
        for failure in 0..<3 {
            for _ in 0..<50 { _ = breaker.succeed(try permit(&breaker, at: Double(failure))) }
            #expect(try fail(&breaker, at: Double(failure)) == nil)
        }
        // And takes it out once they come close together.
        #expect(try fail(&breaker, at: 3) == .opened(for: .seconds(60)))
    }

    @Test func successesInBetweenDoNotHideAHalfBrokenInstance() throws {
        var breaker = CircuitBreaker(Self.settings)
        for turn in 0..<2 {
            try fail(&breaker, at: Double(turn))
            _ = breaker.succeed(try permit(&breaker, at: Double(turn)))
        }
        #expect(try fail(&breaker, at: 2) == .opened(for: .seconds(60)))
    }

    @Test("PITFALLS 21: half-open allows one probe at a time")
    func allowsOneProbeAtATime() throws {
        var breaker = try opened()
        let (probe, transition) = breaker.admit(at: .seconds(62))
        #expect(transition == .halfOpened)
        #expect(probe?.isProbe == true)
        #expect(!breaker.isAvailable(at: .seconds(63)))
        #expect(breaker.admit(at: .seconds(63)).permit == nil)
        #expect(breaker.succeed(try #require(probe)) == nil)
        #expect(breaker.admit(at: .seconds(64)).permit != nil)
    }

    @Test func closesAfterTwoSuccesses() throws {
        var breaker = try opened()
        #expect(breaker.succeed(try permit(&breaker, at: 62)) == nil)
        #expect(breaker.succeed(try permit(&breaker, at: 63)) == .closed)
        #expect(breaker.state == .closed)
        #expect(breaker.openings == 0)
    }

    @Test func staysOutLongerEachTimeInARow() throws {
        var breaker = try opened()
        var now = 62.0
        for minutes in [2, 4, 8, 10, 10] {
            #expect(try fail(&breaker, at: now) == .opened(for: .seconds(60 * minutes)))
            now += Double(minutes * 60)
        }
        _ = breaker.succeed(try permit(&breaker, at: now))
        _ = breaker.succeed(try permit(&breaker, at: now))
        for _ in 0..<2 { try fail(&breaker, at: now) }
        #expect(try fail(&breaker, at: now) == .opened(for: .seconds(60)))
    }

    @Test(arguments: [(-1.0, 48.0), (0, 60), (1, 72)])
    func spreadsTheReturnByChance(jitter: Double, seconds: Double) throws {
        var breaker = CircuitBreaker(Self.settings)
        try fail(&breaker, at: 0)
        try fail(&breaker, at: 0)
        #expect(try fail(&breaker, at: 0, jitter: jitter) == .opened(for: .seconds(seconds)))
    }

    @Test func aProbeThatTellsNothingMakesRoomForTheNext() throws {
        var breaker = try opened()
        breaker.abandon(try permit(&breaker, at: 62))
        #expect(breaker.state == .halfOpen)
        #expect(breaker.admit(at: .seconds(62)).permit?.isProbe == true)
    }

    @Test func whatBeganBeforeTheOpeningSaysNothingAfterIt() throws {
        var breaker = CircuitBreaker(Self.settings)
        let early = try permit(&breaker, at: 0)
        let earlyToo = try permit(&breaker, at: 0)
        for _ in 0..<3 { try fail(&breaker, at: 1) }
        let probe = try permit(&breaker, at: 62)
        #expect(breaker.fail(early, at: .seconds(63), jitter: 0) == nil)
        #expect(breaker.succeed(earlyToo) == nil)
        breaker.abandon(early)
        #expect(breaker.state == .halfOpen)
        #expect(!breaker.isAvailable(at: .seconds(63)))
        #expect(breaker.succeed(probe) == nil)
        #expect(breaker.succeed(try permit(&breaker, at: 64)) == .closed)
        #expect(breaker.fail(early, at: .seconds(65), jitter: 0) == nil)
        #expect(breaker.failureCount(at: .seconds(65)) == 0)
    }

    @Test func oneRefusalOfCredentialsIsEnough() throws {
        var breaker = CircuitBreaker(Self.settings)
        #expect(breaker.trip(try permit(&breaker, at: 0), at: .start, jitter: 0) == .opened(for: .seconds(60)))
    }

    @Test func aSignOfLifeShortensTheWait() throws {
        var breaker = try opened()
        breaker.hasten(at: .seconds(10))
        #expect(breaker.admit(at: .seconds(10)).transition == .halfOpened)
    }
}
