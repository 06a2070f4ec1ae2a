import GatewayCore
import GatewayHTTP
import GatewayProviders
import GatewayStorage

/// A gateway with everything around it that serves it: loops, transport, server.
final class Daemon {
    private let configuration: GatewayConfiguration
    private let group: EventLoopGroup
    private let transport: HTTPTransport
    private let media: GuardedFetcher
    let gateway: Gateway
    let reloader: Reloader
    private let health: HealthMonitor
    private let server: HTTPServer
    private let store: RequestStore?
    private let traces: TraceExporter?
    private let lag: LoopLagProbe
    private let logger: LogWriter
    private(set) var port = 0
    /// For clients on this machine; true once it listens.
    var address: String { configuration.server.address(port: port) }
    private var priceRefresh: Task<Void, Never>?
    private var healthProbes: Task<Void, Never>?
    private var quotaMonitor: Task<Void, Never>?
    private var traceExport: Task<Void, Never>?
    private let shared: SharedServices?
    private var sharing: Task<Void, Never>?

    init(
        _ configuration: GatewayConfiguration, from source: ConfigurationSource, _ environment: [String: String],
        logger: LogWriter
    ) throws {
        self.configuration = configuration
        self.logger = logger
        let options = HTTPTransportOptions(configuration: configuration) { environment[$0] }
        group = try EventLoopGroup(count: configuration.server.threads ?? availableProcessors())
        transport = HTTPTransport(options: options, group: group)
        media = GuardedFetcher(group: group)
        let clock = SystemClock()
        store = RequestStore(configuration.observability, clock: clock, logger: logger)
        let metrics = RequestMetrics(configuration, shards: group.loops.count) { EventLoop.current?.index ?? 0 }
        var logs: [any RequestLog] = [RequestLogLines(logger: logger)]
        if let store { logs.append(store) }
        traces = TraceExporter(configuration, transport: transport, logger: logger)
        if let traces { logs.append(traces) }
        if configuration.metrics.isEnabled { logs.append(metrics) }
        var events: [any FailoverEventLog] = [FailoverEventLines(logger: logger)]
        if let store { events.append(store) }
        shared = try SharedServices(configuration, group: group) { logger.log($0, $1) }
        var services = GatewayServices(
            clock: clock, log: logs.count == 1 ? logs[0] : RequestLogFanOut(logs: logs),
            failoverEvents: FailoverEventFanOut(logs: events), media: media, environment: environment,
            files: SystemFiles())
        services.monotonicClock = BootClock()
        shared?.add(to: &services)
        gateway = try Gateway(
            configuration: configuration, providers: .all, transport: transport, services: services)
        let gateway = gateway
        store?.followPrices { gateway.prices.book }
        reloader = Reloader(source, started: configuration, gateway: gateway, metrics: metrics, logger: logger)
        health = HealthMonitor(clock: clock, checks: store.map { [$0.readiness] } ?? [])
        let page = MetricsPage()
        let responder = GatewayResponder(
            gateway: gateway, cors: configuration.server.cors, health: health,
            metrics: MetricsEndpoint(configuration.metrics, page: page),
            bodies: BodyLog(configuration.logging, logger: logger),
            reports: configuration.observability.isEnabled
                ? RequestReports(
                    archive: DatabaseArchive(path: configuration.observability.databasePath), clock: clock) : nil)
        var listener = try HTTPServerConfiguration(configuration.server)
        listener.refusal = { ServerResponse($0, id: gateway.makeRequestID()) }
        server = HTTPServer(configuration: listener, group: group, responder: responder)
        lag = LoopLagProbe(group)
        page.add(metrics)
        page.add(gateway)
        page.add(server)
        page.add(lag)
        if let store { page.add(store) }
        page.add(logger)
        if let traces { page.add(traces) }
        page.add(ProcessMetrics(clock: clock))
    }

    /// Returns when the server listens.
    func start() throws {
        try group.start()
        let server = server
        let addresses = try Blocking.wait { try await server.start() }
        port = Int(addresses.first?.port ?? 0)
        if configuration.metrics.isEnabled { lag.start() }
        if configuration.routing.discovery.refreshesOnStartup {
            let gateway = gateway
            Task(executorPreference: group.anyLoop()) { _ = await gateway.models() }
        }
        priceRefresh = startPriceRefresh()
        // On a loop, whose transfers then need no other thread.
        healthProbes = Task(executorPreference: group.anyLoop()) { [gateway] in await gateway.runHealthProbes() }
        if let store {
            quotaMonitor = Task(executorPreference: group.anyLoop()) { [gateway] in
                await gateway.runQuotaMonitor(log: store)
            }
        }
        if let traces { traceExport = Task { await traces.run() } }
        if let shared {
            shared.start()
            sharing = Task(executorPreference: group.anyLoop()) { [gateway] in await gateway.runSharing() }
        }
    }

    /// Nil when the configuration names no address.
    private func startPriceRefresh() -> Task<Void, Never>? {
        guard let url = configuration.prices.refreshURL else { return nil }
        let refresher = PriceRefresher(
            url: url, transport: transport, clock: SystemClock(), shelf: gateway.prices)
        let (interval, logger) = (configuration.prices.refreshInterval, logger)
        return Task {
            while !Task.isCancelled {
                logger.log(await refresher.refresh())
                // Only cancellation throws, which ends the loop.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// How long the collector of traces may keep the gateway from stopping.
    private static let tracePatience = Duration.seconds(3)

    /// Returns when every answer has ended, well or told that it did not.
    func stop() {
        let (server, gateway, transport, media, health) = (server, gateway, transport, media, health)
        let deadline = configuration.server.shutdownTimeout
        priceRefresh?.cancel()
        healthProbes?.cancel()
        quotaMonitor?.cancel()
        sharing?.cancel()
        let (traces, traceExport) = (traces, traceExport)
        health.beginStopping()
        try? Blocking.wait {  // none of these throws
            await server.shutdown(deadline: deadline) { gateway.abortStreams() }
            if let traces, let traceExport { await traces.finish(traceExport, within: Self.tracePatience) }
            await media.shutdown()
            await transport.shutdown()
        }
        shared?.close()
        group.stop()
        store?.closeAndTell(logger)
    }
}

extension LogWriter {
    /// Once for each change, whatever the number of requests.
    fileprivate func log(_ use: SharedStanding.Use, _ change: RedisChange) {
        var fields: JSONObject = ["use": .string(use.rawValue)]
        switch change.now {
        case .starting: break
        // As loud as needed for those who were told of the loss to be told of its end.
        case .connected: log(change.before == .starting ? .info : .warning, "shared_state_connected", fields)
        case .away(let reason):
            fields.append("reason", .string(reason))
            log(.error, "shared_state_away", fields)
        }
    }

    fileprivate func log(_ outcome: PriceRefresher.Outcome) {
        switch outcome {
        case .refreshed(let prices, let leftOut):
            let counts: JSONObject = [
                "prices": .number(JSONNumber(prices)), "left_out": .number(JSONNumber(leftOut)),
            ]
            log(.info, "prices_refreshed", counts)
        case .unchanged: break
        case .failed(let reason): log(.warning, "price_refresh_failed", ["message": .string(reason)])
        }
    }
}
