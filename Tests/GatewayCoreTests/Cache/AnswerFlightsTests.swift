import Testing

@testable import GatewayCore

struct AnswerFlightsTests {
    private let key = CacheKey(format: .openAI, scope: nil, provider: nil, model: "m", body: .emptyObject)
    private let answer = CachedAnswer(
        format: .openAI, isStream: false, bytes: [1], provider: "p", instance: "i", model: "m", storedAt: 0)

    @Test func givesEveryFollowerTheLeadersAnswer() async throws {
        let flights = AnswerFlights()
        let leader = try #require(flights.leader(key))
        await withTaskGroup(of: CachedAnswer?.self) { group in
            for _ in 0..<1000 {
                guard case .follower(let flight) = flights.join(key) else {
                    Issue.record("two leaders")
                    return
                }
                group.addTask { await flight.answer() }
            }
            leader.land(answer)
            for await landed in group { #expect(landed == answer) }
        }
        #expect(flights.count == 0)
    }

    @Test func sendsFollowersOnTheirWayWhenTheLeaderIsLost() async throws {
        let flights = AnswerFlights()
        var leader = flights.leader(key)
        guard case .follower(let flight) = flights.join(key) else {
            Issue.record("two leaders")
            return
        }
        async let landed = flight.answer()
        #expect(leader != nil)
        leader = nil
        #expect(await landed == nil)
        #expect(flights.leader(key) != nil)
    }

    @Test func letsACancelledFollowerGo() async throws {
        let flights = AnswerFlights()
        let leader = try #require(flights.leader(key))
        guard case .follower(let flight) = flights.join(key) else {
            Issue.record("two leaders")
            return
        }
        let waiting = Task { await flight.answer() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        leader.land(answer)
    }

    @Test func tellsLateFollowersToo() async throws {
        let flights = AnswerFlights()
        let leader = try #require(flights.leader(key))
        guard case .follower(let flight) = flights.join(key) else {
            Issue.record("two leaders")
            return
        }
        leader.land(answer)
        leader.land(nil)
        #expect(await flight.answer() == answer)
    }
}

extension AnswerFlights {
    fileprivate func leader(_ key: CacheKey) -> FlightLeader? {
        if case .leader(let leader) = join(key) { leader } else { nil }
    }
}
