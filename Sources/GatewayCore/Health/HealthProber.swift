/// Asks instances for their list of models, with their own keys and beside the requests of clients, to find out early that
/// one is back, or, where the configuration wants that, that a healthy one is gone.
struct HealthProber: Sendable {
    private let gateway: Gateway
    private let services: GatewayServices

    /// Checks under way at the same time.
    private static let maxUnderWay = 16
    /// Of a list whose body is read only so that the connection can be used again.
    private static let maxListBytes = 1 << 20

    init(_ gateway: Gateway) {
        self.gateway = gateway
        services = gateway.services
    }

    /// Every interval of the configuration in force, until the task is cancelled.
    func run() async {
        let clock = services.monotonicClock
        while !Task.isCancelled {
            // Gateways that were started together must not ask together.
            let interval = Backoff.jittered(settings.interval, by: 0.1, services.random.jitter())
            await clock.sleep(until: clock.now() + interval)
            guard !Task.isCancelled else { return }
            if settings.isEnabled { await round() }
        }
    }

    private var settings: ProbeConfiguration { gateway.configuration.failover.probes }

    /// Each instance once, with each of its keys that something is to be learnt of.
    func round() async {
        let (settings, now) = (settings, services.monotonicClock.now())
        var subjects: [(instance: ProviderInstance, key: Int)] = []
        for instance in gateway.state.directory.allInstances {
            let keys = (0..<instance.keyCount).filter { key in
                instance.health.withState { $0.isOut(key: key, at: now) }
            }
            // One key is enough to hear whether a healthy instance lives.
            subjects += (keys.isEmpty && settings.includesHealthy ? [0] : keys).map { (instance, $0) }
        }
        await withTaskGroup(of: Void.self) { group in
            for (place, subject) in subjects.enumerated() {
                if place >= Self.maxUnderWay { await group.next() }
                group.addTask { await check(subject.instance, key: subject.key, within: settings.timeout) }
            }
        }
    }

    private func check(_ instance: ProviderInstance, key: Int, within limit: Duration) async {
        // Without a credential, or without a list to ask for, nothing can be learnt.
        guard let access = try? await instance.access(key: key),
            var request = instance.provider(key: key).modelListRequest(with: access)
        else { return }
        request.timeouts.connect = min(request.timeouts.connect, limit)
        request.timeouts.firstByte = limit
        request.timeouts.idle = limit
        request.timeouts.total = limit
        let finding: HealthFinding
        do throws(TransportError) {
            let response = try await instance.transport.send(request)
            finding = HealthFinding(status: response.status, provider: instance.providerKey)
            // The head has said it all.
            _ = try? await response.body.collect(upTo: Self.maxListBytes)
        } catch {
            guard error != .cancelled else { return }
            finding = .dead(ProviderFailure(error, provider: instance.providerKey))
        }
        instance.health.note(finding, key: key, at: services.monotonicClock.now())
    }
}

extension Gateway {
    /// Checks the health of instances that are out, as `[failover.probes]` says, until the task is cancelled. A program that
    /// embeds the gateway calls it from a task of its own; without it, requests alone find out that an instance is back.
    public func runHealthProbes() async {
        await HealthProber(self).run()
    }
}
