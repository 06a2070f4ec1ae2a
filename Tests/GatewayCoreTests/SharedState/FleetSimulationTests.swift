import Testing

@testable import GatewayCore

/// Several gateways, one instance that breaks and comes back, requests at random, and a shared state that comes and goes.
struct FleetSimulationTests {
    @Test func noScheduleBreaksAPromise() {
        for seed in UInt64(0)..<200 {
            var fleet = SimulatedFleet(seed: seed)
            if let broken = fleet.run() {
                Issue.record("seed \(seed): \(broken)")
                return
            }
        }
    }
}

private struct SimulatedFleet {
    private struct Gateway {
        var health: InstanceHealth
        var sharing = CircuitSharing()
        var nextExchange: MonotonicInstant
    }

    private struct Call {
        var gateway: Int
        var admission: InstanceHealth.Admission
        var end: MonotonicInstant
        var isAnswered: Bool
    }

    private static let step = Duration.milliseconds(10)

    private var random: SplitMix64
    private var now = MonotonicInstant(nanoseconds: 0)
    private var gateways: [Gateway] = []
    private var calls: [Call] = []
    private var model = CircuitModel()
    private var isBroken = true
    /// In so many turns each gateway has a request.
    private let rarity: Int
    private var isReachable = true

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        rarity = [20, 150, 300][random.below(3)]
        var settings = FailoverConfiguration()
        settings.circuit.openDurations = [.seconds(2)]
        for _ in 0..<(2 + random.below(3)) {
            let health = InstanceHealth(
                provider: "p", instance: "i", keyCount: 1, settings: settings, services: GatewayServices())
            gateways.append(Gateway(health: health, nextExchange: now + .milliseconds(random.below(500))))
        }
    }

    /// The first promise that is broken.
    mutating func run() -> String? {
        // Broken for a while, with a shared state that comes and goes or not at all.
        let hasGaps = random.below(2) == 0
        for _ in 0..<8000 {
            if hasGaps, random.below(400) == 0 { isReachable.toggle() }
            if hasGaps, random.below(2000) == 0 { model.forget() }
            if random.below(1500) == 0 { isBroken.toggle() }
            turn()
            if !hasGaps, let broken = checkProbes() { return broken }
        }
        // Then all is well again, and everybody finds that out.
        (isBroken, isReachable) = (false, true)
        for _ in 0..<20_000 { turn() }
        for (place, gateway) in gateways.enumerated() where gateway.health.breaker.state != .closed {
            return "gateway \(place) is \(gateway.health.breaker.state) three minutes after the instance is back"
        }
        return nil
    }

    private mutating func turn() {
        now = now + Self.step
        for place in calls.indices.reversed() where calls[place].end <= now { end(calls.remove(at: place)) }
        for place in gateways.indices {
            if random.below(rarity) == 0 { ask(place) }
            if gateways[place].nextExchange <= now { exchange(place) }
        }
    }

    private mutating func ask(_ place: Int) {
        var search = InstancePool.Search(model: "m", now: now)
        search.least = .resting
        guard let admission = gateways[place].health.admit(search, excluding: 0, choice: 1) else { return }
        let duration = Duration.milliseconds(10 + random.below(admission.isProbe ? 3000 : 200))
        calls.append(Call(gateway: place, admission: admission, end: now + duration, isAnswered: !isBroken))
    }

    private mutating func end(_ call: Call) {
        let health = gateways[call.gateway].health
        switch random.below(10) {
        case 0: health.abandon(call.admission)
        case _ where call.isAnswered: health.succeed(call.admission, latency: nil, at: now, requestID: nil)
        default:
            health.fail(
                call.admission, ProviderFailure(kind: .server, status: 500, message: ""), model: "m", at: now,
                requestID: nil)
        }
        health.leave()
    }

    private mutating func exchange(_ place: Int) {
        gateways[place].nextExchange = now + .milliseconds(450 + random.below(100))
        guard isReachable else { return }
        let health = [gateways[place].health]
        let report = gateways[place].sharing.report(on: health, at: now)
        let news = model.exchange(report, of: place, at: now)
        gateways[place].sharing.take(news, after: report, for: health, at: now)
    }

    /// Of gateways that hear from the state one at a time probes.
    private func checkProbes() -> String? {
        let probes = gateways.count { $0.health.breaker.isProbed }
        return probes > 1 ? "\(probes) probes at \(now)" : nil
    }
}
