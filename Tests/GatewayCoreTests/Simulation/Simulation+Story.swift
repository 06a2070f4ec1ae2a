@testable import GatewayCore

extension Simulation {
    /// All that was to happen and did, for reading a seed that fails.
    var story: String {
        var lines = ["seed \(schedule.seed)"]
        for provider in schedule.configuration.providers {
            for instance in provider.instances {
                lines.append(
                    "\(instance.name): priority \(instance.priority), weight \(instance.weight), "
                        + "\(max(instance.apiKeys.count, 1)) keys, latency \(schedule.latency(of: instance.name)), "
                        + (schedule.isSound(instance.name) ? "sound" : "faulty"))
            }
        }
        let failover = schedule.configuration.failover
        lines.append(
            "\(schedule.configuration.balancing.general), hedging \(schedule.configuration.routing.hedging), "
                + "attempts \(failover.maxAttempts), deadline \(failover.deadline), wait \(failover.maxWait), "
                + "budget \(failover.retryBudget)")
        for change in schedule.changes { lines.append("\(change.at): \(change.what.name)") }
        for client in schedule.clients { lines.append("\(client)") }
        for sending in transport.sendings { lines.append("\(sending)") }
        for sight in sights {
            lines.append(
                "\(sight.client.id): \(sight.status ?? 0) from \(sight.began) to \(sight.ended ?? .start): \(sight.told.text)"
            )
        }
        return lines.joined(separator: "\n")
    }
}

extension Schedule.Change.Kind {
    fileprivate var name: String {
        switch self {
        case .reload(let configuration):
            "reload of \(configuration.providers[0].instances.map(\.name))"
        case .jump(let duration): "jump of \(duration)"
        }
    }
}
