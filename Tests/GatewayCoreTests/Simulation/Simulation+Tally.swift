@testable import GatewayCore

extension Simulation {
    /// What a schedule has put to the test, for finding out whether schedules do.
    enum Deed: String, CaseIterable {
        case answer, refusal, failover, fallback, retry, wonHedge, lostHedge, brokenStream, continuedStream, cancel
        case cacheHit, coalescedHit, sessionAway, sessionHome
    }

    /// How often each happened.
    var tally: [Deed: Int] {
        var tally: [Deed: Int] = [:]
        for sight in sights {
            for deed in deeds(of: sight) { tally[deed, default: 0] += 1 }
        }
        let moves = sessionMoves
        for (from, to) in zip(moves, moves.dropFirst()) where from != to {
            tally[to == moves.first ? .sessionHome : .sessionAway, default: 0] += 1
        }
        return tally
    }

    private func deeds(of sight: Sight) -> [Deed] {
        guard let record = record(of: sight.client.id) else { return [] }
        var deeds: [Deed] = [sight.status == 200 ? .answer : .refusal]
        if sight.hasLeft { deeds.append(.cancel) }
        if sight.cacheStatus == "HIT" { deeds.append(.cacheHit) }
        if sight.cacheStatus == "COALESCED" { deeds.append(.coalescedHit) }
        if sight.status == 200, sight.told.hasError { deeds.append(.brokenStream) }
        for attempt in record.attempts {
            switch attempt.followUp {
            case .failover: deeds.append(.failover)
            case .fallback: deeds.append(.fallback)
            case .retry: deeds.append(.retry)
            case .hedge: deeds.append(attempt.instance == record.instance ? .lostHedge : .wonHedge)
            case .continued: deeds.append(.continuedStream)
            case nil: break
            }
        }
        return deeds
    }

    /// Where the only session of a schedule was answered, one after the other.
    private var sessionMoves: [String] {
        guard schedule.configuration.balancing.general.stickiness != .off else { return [] }
        let isByKey = schedule.configuration.balancing.general.stickiness == .key
        var moves: [String] = []
        for sight in sights.sorted(by: { $0.began < $1.began })
        where sight.status == 200 && (isByKey || sight.client.session != nil) {
            guard let record = record(of: sight.client.id), record.cacheState != .hit, record.provider == "main",
                let instance = record.instance
            else { continue }
            moves.append(instance)
        }
        return moves
    }
}
