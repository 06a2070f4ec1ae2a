import GatewayCore
import Synchronization

/// A gateway served over HTTP inside a program: the addresses of `gatewayd`, without its log, its storage and its signals.
///
/// The configuration's `[server]` says where it listens and what a client may send; without enabled client keys it
/// listens on this machine's own address only, as `gatewayd` does. Metrics and the log of bodies are `gatewayd`'s.
public final class GatewayServer: Sendable {
    /// The gateway that is served, for the program's own use.
    public let gateway: Gateway
    private let group: EventLoopGroup
    private let transport: HTTPTransport
    private let media: GuardedFetcher
    private let server: HTTPServer
    private let shutdownTimeout: Duration
    private let shared: SharedServices?
    private let sharing: Mutex<Task<Void, Never>?>

    /// - Parameters:
    ///   - providers: the kinds of provider the configuration may name; `.all` of GatewayProviders.
    ///   - log: gets a record of each request.
    /// - Throws: `ProviderError`, why the certificate cannot be used, or what keeps event loops from being made.
    public init(
        configuration: GatewayConfiguration, providers: ProviderCatalog, log: any RequestLog = NoRequestLog()
    ) throws {
        let environment = ProcessEnvironment.current
        let options = HTTPTransportOptions(configuration: configuration) { environment[$0] }
        group = try EventLoopGroup(count: configuration.server.threads ?? availableProcessors())
        transport = HTTPTransport(options: options, group: group)
        media = GuardedFetcher(group: group)
        let clock = SystemClock()
        shared = try SharedServices(configuration, group: group)
        sharing = Mutex(nil)
        var services = GatewayServices(
            clock: clock, log: log, media: media, environment: environment, files: SystemFiles())
        shared?.add(to: &services)
        gateway = try Gateway(
            configuration: configuration, providers: providers, transport: transport, services: services)
        var settings = try HTTPServerConfiguration(configuration.server)
        if !configuration.requiresKey { settings.host = "127.0.0.1" }
        settings.refusal = { [gateway] in ServerResponse($0, id: gateway.makeRequestID()) }
        server = HTTPServer(
            configuration: settings, group: group,
            responder: GatewayResponder(
                gateway: gateway, cors: configuration.server.cors, health: HealthMonitor(clock: clock)))
        shutdownTimeout = configuration.server.shutdownTimeout
    }

    /// Begins to listen; returns the port, which the system chooses where the configuration says 0.
    ///
    /// - Throws: why it cannot listen there.
    public func start() async throws -> Int {
        try group.start()
        if let shared {
            shared.start()
            let task = Task(executorPreference: group.anyLoop()) { [gateway] in await gateway.runSharing() }
            sharing.withLock { $0 = task }
        }
        return Int(try await server.start().first?.port ?? 0)
    }

    /// Returns when every answer has ended, well or, after the configuration's shutdown timeout, told that it did not.
    public func stop() async {
        let gateway = gateway
        await server.shutdown(deadline: shutdownTimeout) { gateway.abortStreams() }
        await media.shutdown()
        await transport.shutdown()
        sharing.withLock { $0 }?.cancel()
        shared?.close()
        group.stop()
    }
}
