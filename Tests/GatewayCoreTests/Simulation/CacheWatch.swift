@testable import GatewayCore

/// Identical requests under way are sent once: whoever is sent beside another that asks the same has waited for it as long as
/// it had to.
struct CacheWatch {
    private let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    /// A request waits for so many others in vain before it goes its own way.
    private static let rounds = 3

    /// What is wrong with sending that request now, for the first time; nil when nothing is.
    func violation(of sight: Simulation.Sight) -> String? {
        let cache = sight.configuration.cache
        guard cache.isEnabled, cache.coalesces, sight.client.cacheControl == nil,
            !simulation.schedule.hasReloads, !simulation.schedule.hasJumps
        else { return nil }
        let now = simulation.time.now()
        let patience = min(cache.patience, sight.configuration.failover.deadline / 2)
        guard now - sight.began < patience else { return nil }
        let others = simulation.sights.filter {
            $0.client.question == sight.client.question && $0.client.cacheControl == nil
                && $0.client.id != sight.client.id
        }
        let inVain = others.count { $0.ended.map { $0 >= sight.began } ?? false }
        guard inVain < Self.rounds else { return nil }
        let busy = others.filter { other in
            simulation.transport.sendings.contains { $0.request == other.client.id && $0.endedAt == nil }
        }
        return busy.isEmpty ? nil : "\(sight.client.id) was sent beside \(busy.map(\.client.id)), which asked the same"
    }
}
