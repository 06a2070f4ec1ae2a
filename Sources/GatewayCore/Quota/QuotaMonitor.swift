/// Asks the providers that tell for how much of each account's quota is used, beside the requests of clients.
struct QuotaMonitor: Sendable {
    private let gateway: Gateway
    private let services: GatewayServices
    private let log: any QuotaLog

    private static let timeout: Duration = .seconds(30)
    private static let maxAnswerBytes = 64 << 10

    init(_ gateway: Gateway, log: any QuotaLog) {
        self.gateway = gateway
        services = gateway.services
        self.log = log
    }

    /// At once, and every interval of the configuration in force, until the task is cancelled.
    func run() async {
        let clock = services.monotonicClock
        while !Task.isCancelled {
            let settings = gateway.configuration.observability.quotaRefresh
            if settings.isEnabled { await round() }
            // Gateways that were started together must not ask together.
            let interval = Backoff.jittered(settings.interval, by: 0.1, services.random.jitter())
            await clock.sleep(until: clock.now() + interval)
        }
    }

    private func round() async {
        for instance in gateway.state.directory.allInstances {
            guard let provider = instance.provider as? any QuotaReporting else { continue }
            let snapshot = await snapshot(of: instance, provider)
            guard !Task.isCancelled else { return }
            log.record(snapshot)
        }
    }

    private func snapshot(of instance: ProviderInstance, _ provider: any QuotaReporting) async -> QuotaSnapshot {
        var snapshot = QuotaSnapshot(
            at: services.clock.now(), provider: instance.providerKey, instance: instance.name,
            authMode: instance.configuration.authMode.rawValue, state: .notAvailable)
        guard var request = provider.quotaRequest() else { return snapshot }
        request.timeouts.total = Self.timeout
        snapshot.state = .error
        do throws(TransportError) {
            let response = try await instance.transport.send(request)
            let body = try await response.body.collect(upTo: Self.maxAnswerBytes)
            guard response.status == 200 else {
                snapshot.message = "HTTP status \(response.status)"
                return snapshot
            }
            guard let answer = try? JSONValue(parsing: body), let windows = provider.quota(in: answer) else {
                snapshot.message = "the answer tells of no quota"
                return snapshot
            }
            snapshot.state = .ok
            snapshot.windows = windows
        } catch {
            snapshot.message = CredentialMask.masked(
                ProviderFailure(error, provider: instance.providerKey).message)
        }
        return snapshot
    }
}

extension Gateway {
    /// Asks for the quota of accounts, as `[observability.quota_refresh]` says, until the task is cancelled. What goes wrong
    /// is in the snapshot and touches no request.
    public func runQuotaMonitor(log: any QuotaLog) async {
        await QuotaMonitor(self, log: log).run()
    }
}
