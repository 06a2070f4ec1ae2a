import Testing

@testable import GatewayCore

struct SelectionPolicyTests {
    private static let draws = 20_000

    /// How often each place is chosen.
    private func counts(_ policy: some SelectionPolicy, _ candidates: [SelectionCandidate]) -> [Int] {
        var random = SplitMix64(seed: 7)
        var counts = [Int](repeating: 0, count: candidates.count)
        for _ in 0..<Self.draws { counts[policy.choose(from: candidates, random: &random)] += 1 }
        return counts
    }

    @Test func weightsAreShares() {
        let counts = counts(
            WeightedRandomPolicy(), [100, 300, 600].enumerated().map { SelectionCandidate(place: $0, weight: $1) })
        for (count, share) in zip(counts, [0.1, 0.3, 0.6]) {
            #expect(abs(Double(count) / Double(Self.draws) - share) < 0.02)
        }
    }

    @Test func turnsGoRound() {
        var candidates = (0..<3).map { SelectionCandidate(place: $0) }
        var random = SplitMix64(seed: 1)
        var order: [Int] = []
        for turn in 1...6 {
            let place = RoundRobinPolicy().choose(from: candidates, random: &random)
            candidates[place].lastChoice = turn
            order.append(place)
        }
        #expect(order == [0, 1, 2, 0, 1, 2])
    }

    @Test func fewestInFlightForTheWeight() {
        let counts = counts(
            LeastInFlightPolicy(),
            [
                SelectionCandidate(place: 0, weight: 100, inFlight: 2),
                SelectionCandidate(place: 1, weight: 300, inFlight: 3),
                SelectionCandidate(place: 2, weight: 100, inFlight: 1),
            ])
        // Two are equal by weight: the chance between them follows the weights.
        #expect(counts[0] == 0)
        #expect(abs(Double(counts[1]) / Double(Self.draws) - 0.75) < 0.02)
    }

    @Test func lowestLatencyUnderItsLoad() {
        let idle = SelectionCandidate(place: 0, inFlight: 0, latency: 0.5)
        let busy = SelectionCandidate(place: 1, inFlight: 9, latency: 0.1)
        #expect(counts(LeastLatencyPolicy(), [idle, busy]) == [Self.draws, 0])
        // One that is unknown is tried once, and then waited for.
        let unknown = SelectionCandidate(place: 2)
        #expect(counts(LeastLatencyPolicy(), [idle, unknown]) == [0, Self.draws])
        let tried = SelectionCandidate(place: 2, inFlight: 1)
        #expect(counts(LeastLatencyPolicy(), [idle, tried]) == [Self.draws, 0])
    }

    @Test func lowestPrice() {
        let candidates = [nil, 2.0, 1.0, 3.0].enumerated().map { SelectionCandidate(place: $0, price: $1) }
        #expect(counts(CheapestPolicy(), candidates) == [0, 0, Self.draws, 0])
    }

    @Test(arguments: BalancingPolicy.allCases)
    func aSeedRepeatsItself(policy: BalancingPolicy) {
        let candidates = (0..<4).map { SelectionCandidate(place: $0, weight: 10 + $0) }
        func draw() -> [Int] {
            var random = SplitMix64(seed: 42)
            return (0..<50).map { _ in policy.policy.choose(from: candidates, random: &random) }
        }
        #expect(draw() == draw())
    }
}

struct PeakLatencyTests {
    @Test func jumpsUpAtOnceAndComesDownSlowly() throws {
        var latency = PeakLatency()
        #expect(latency.seconds == nil)
        latency.observe(.seconds(0.2), at: .seconds(0))
        latency.observe(.seconds(2), at: .seconds(1))
        #expect(latency.seconds == 2)
        latency.observe(.seconds(0.2), at: .seconds(11))
        #expect(latency.seconds == 1.1)
        latency.observe(.seconds(0.2), at: .seconds(1000))
        #expect(try #require(latency.seconds) < 0.22)
    }
}
