import GatewayCore
import Synchronization

/// Tells whoever watches the process how it is.
package final class HealthMonitor: Sendable {
    private let isStopping = Atomic(false)
    private let clock: any WallClock

    package init(clock: any WallClock) {
        self.clock = clock
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
        case .ready:
            let stopping = isStopping.load(ordering: .relaxed)
            let hasProviders = gateway.hasProviders
            let isReady = !stopping && hasProviders
            return (
                isReady ? 200 : 503,
                [
                    "status": isReady ? "ready" : "not ready",
                    "checks": [
                        "accepting": stopping ? "stopping" : "ok",
                        "providers": hasProviders ? "ok" : "no enabled instance",
                    ],
                ]
            )
        }
    }
}
