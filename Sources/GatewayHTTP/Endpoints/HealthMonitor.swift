import GatewayCore
import Synchronization

/// One more thing that readiness tells of.
package struct ReadinessCheck: Sendable {
    package enum Consequence: Sendable {
        /// While there is a problem, nothing should be sent here.
        case notReady
        /// Requests are served all the same: the problem is only told.
        case told
    }

    package var name: String
    package var consequence: Consequence
    /// Nil while all is well, otherwise a few words that anybody may read.
    package var problem: @Sendable () -> String?

    package init(_ name: String, _ consequence: Consequence, problem: @escaping @Sendable () -> String?) {
        self.name = name
        self.consequence = consequence
        self.problem = problem
    }
}

/// Tells whoever watches the process how it is.
package final class HealthMonitor: Sendable {
    private let isStopping = Atomic(false)
    private let clock: any WallClock
    private let checks: [ReadinessCheck]

    package init(clock: any WallClock, checks: [ReadinessCheck] = []) {
        self.clock = clock
        self.checks = checks
    }

    /// From now on load balancers should send nothing more.
    package func beginStopping() {
        isStopping.store(true, ordering: .relaxed)
    }

    func report(_ check: Endpoint.HealthCheck, gateway: Gateway) -> (status: Int, body: JSONObject) {
        switch check {
        case .live: return (200, ["status": "alive"])
        case .overall:
            return (
                200,
                [
                    "status": "healthy", "version": .string(GatewayVersion.current),
                    "timestamp": .string(Timestamp.iso8601(clock.now())),
                ]
            )
        case .ready: return readiness(gateway)
        }
    }

    private func readiness(_ gateway: Gateway) -> (status: Int, body: JSONObject) {
        let stopping = isStopping.load(ordering: .relaxed)
        let hasProviders = gateway.hasProviders
        var isReady = !stopping && hasProviders
        var results: JSONObject = [
            "accepting": stopping ? "draining" : "ok",
            "providers": hasProviders ? "ok" : "no enabled instance",
        ]
        for check in checks {
            let problem = check.problem()
            if problem != nil, check.consequence == .notReady { isReady = false }
            results[check.name] = .string(problem ?? "ok")
        }
        for standing in gateway.sharedStandings {
            // Requests are served all the same.
            let told = standing.problem.map { "\(standing.condition.rawValue): \($0)" } ?? standing.condition.rawValue
            results["shared_\(standing.use.rawValue)"] = .string(standing.condition == .connected ? "ok" : told)
        }
        let body: JSONObject = ["status": isReady ? "ready" : "not ready", "checks": .object(results)]
        return (isReady ? 200 : 503, body)
    }
}
