@testable import GatewayCore

/// A session stays with the instance that answered it last, as long as that can be asked; it goes back to the first it had, or
/// to one that comes before.
struct SessionWatch {
    private let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    /// What is wrong with sending a request there first; nil when nothing is.
    func violation(of sight: Simulation.Sight, _ sending: SimulatedTransport.Sending) -> String? {
        let schedule = simulation.schedule
        guard let pool = simulation.gateway.state.directory.pool(of: "main"), pool.instances.count > 1,
            let key = session(of: sight.client, pool), !schedule.hasReloads, !schedule.hasJumps,
            schedule.configuration.limits.providers.isEmpty,
            let asked = pool.instances.first(where: { $0.name == sending.instance })
        else { return nil }
        let earlier = simulation.sights.filter {
            $0.client.id != sight.client.id && session(of: $0.client, pool) == key
        }
        guard let answers = answers(to: earlier), let last = answers.last,
            let current = pool.instances.first(where: { $0.name == last }), asked !== current,
            asked.name != answers.first,
            asked.configuration.priority >= current.configuration.priority,
            current.health.read(for: "m", excluding: 0, at: simulation.time.now()).standing == .ready
        else { return nil }
        return "\(sight.client.id) went to \(asked.name) though its session was at \(last)"
    }

    private func session(of client: Schedule.Client, _ pool: InstancePool) -> String? {
        switch pool.stickiness {
        case .off: nil
        case .key: "k"
        case .conversation: client.session
        }
    }

    /// The instances that answered those requests, in order; nil where the order cannot be told, since some were under way at
    /// the same time or left.
    private func answers(to sights: [Simulation.Sight]) -> [String]? {
        var answers: [String] = []
        var end = MonotonicInstant.start
        for sight in sights.sorted(by: { $0.began < $1.began }) {
            guard let ended = sight.ended, sight.began >= end, !sight.hasLeft,
                let record = simulation.record(of: sight.client.id)
            else { return nil }
            end = ended
            guard sight.status == 200, record.cacheState != .hit, record.provider == "main" else { continue }
            // One that broke off and was continued was answered by both.
            let continued = record.attempts.filter { $0.followUp == .continued && $0.provider == "main" }
            answers += continued.map(\.instance) + [record.instance].compactMap { $0 }
        }
        return answers
    }
}
