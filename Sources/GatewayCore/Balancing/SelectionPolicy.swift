/// Chooses between instances that could all be asked.
package protocol SelectionPolicy: Sendable {
    /// The place of the one to ask. There are at least two candidates.
    func choose(from candidates: [SelectionCandidate], random: inout SplitMix64) -> Int
}

/// What policies know of an instance.
package struct SelectionCandidate: Sendable, Equatable {
    /// Its place among the provider's instances.
    package var place: Int
    package var weight: Int
    package var inFlight: Int
    /// Seconds until its first token lately; nil when nothing is known.
    package var latency: Double?
    /// What a million tokens cost there, in any unit that all candidates share; nil when unknown.
    package var price: Double?
    /// When it was last chosen, as a count of the choices made.
    package var lastChoice: Int

    package init(
        place: Int, weight: Int = 100, inFlight: Int = 0, latency: Double? = nil, price: Double? = nil,
        lastChoice: Int = 0
    ) {
        self.place = place
        self.weight = weight
        self.inFlight = inFlight
        self.latency = latency
        self.price = price
        self.lastChoice = lastChoice
    }
}

/// By chance, in proportion to the weights.
package struct WeightedRandomPolicy: SelectionPolicy {
    package init() {}

    package func choose(from candidates: [SelectionCandidate], random: inout SplitMix64) -> Int {
        let total = candidates.reduce(0) { $0 + $1.weight }
        var ticket = random.below(total)
        for place in candidates.indices {
            ticket -= candidates[place].weight
            if ticket < 0 { return place }
        }
        return candidates.count - 1
    }
}

/// The one whose last turn is longest ago.
package struct RoundRobinPolicy: SelectionPolicy {
    package init() {}

    package func choose(from candidates: [SelectionCandidate], random: inout SplitMix64) -> Int {
        candidates.placeOfLowest { Double($0.lastChoice) }
    }
}

/// The one with the fewest requests under way for its weight; among equal ones by chance.
package struct LeastInFlightPolicy: SelectionPolicy {
    package init() {}

    package func choose(from candidates: [SelectionCandidate], random: inout SplitMix64) -> Int {
        candidates.choiceAmongLowest(random: &random) { Double($0.inFlight) / Double($0.weight) }
    }
}

/// The one with the lowest latency under its load. One that has never answered is tried first, but once only until it has.
package struct LeastLatencyPolicy: SelectionPolicy {
    package init() {}

    package func choose(from candidates: [SelectionCandidate], random: inout SplitMix64) -> Int {
        candidates.choiceAmongLowest(random: &random) { candidate in
            guard let latency = candidate.latency else { return candidate.inFlight == 0 ? 0 : .infinity }
            return latency * Double(candidate.inFlight + 1)
        }
    }
}

/// The one with the lowest price; unknown prices come last, equal ones are told apart by the weights.
package struct CheapestPolicy: SelectionPolicy {
    package init() {}

    package func choose(from candidates: [SelectionCandidate], random: inout SplitMix64) -> Int {
        candidates.choiceAmongLowest(random: &random) { $0.price ?? .infinity }
    }
}

extension BalancingPolicy {
    package var policy: any SelectionPolicy {
        switch self {
        case .weightedRandom: WeightedRandomPolicy()
        case .roundRobin: RoundRobinPolicy()
        case .leastInFlight: LeastInFlightPolicy()
        case .leastLatency: LeastLatencyPolicy()
        case .cheapest: CheapestPolicy()
        }
    }
}

extension [SelectionCandidate] {
    fileprivate func placeOfLowest(by cost: (SelectionCandidate) -> Double) -> Int {
        var lowest = 0
        for place in indices.dropFirst() where cost(self[place]) < cost(self[lowest]) { lowest = place }
        return lowest
    }

    /// By weighted chance among those whose cost is the lowest.
    fileprivate func choiceAmongLowest(
        random: inout SplitMix64, by cost: (SelectionCandidate) -> Double
    ) -> Int {
        let lowest = cost(self[placeOfLowest(by: cost)])
        let places = indices.filter { cost(self[$0]) == lowest }
        guard places.count > 1 else { return places.first ?? 0 }
        return places[WeightedRandomPolicy().choose(from: places.map { self[$0] }, random: &random)]
    }
}
