import GatewayCore

extension Gateway {
    /// A gateway for a program that has no network of its own: providers are reached by an `HTTPTransport` on one event loop.
    /// What `[shared]` names is shared with other gateways; for circuits the program calls `runSharing` from a task of its own.
    ///
    /// - Parameters:
    ///   - providers: the kinds of provider the configuration may name; `.all` of GatewayProviders.
    ///   - log: gets a record of each request.
    /// - Throws: `ProviderError` or `TransportError` when an instance or an event loop cannot be made, `TLSError` when
    ///   `[shared]` names authorities that cannot be read.
    public convenience init(
        configuration: GatewayConfiguration, providers: ProviderCatalog, log: any RequestLog = NoRequestLog()
    ) throws {
        let environment = ProcessEnvironment.current
        let options = HTTPTransportOptions(configuration: configuration) { environment[$0] }
        var services = try GatewayServices(
            clock: SystemClock(), log: log, media: GuardedFetcher(), environment: environment, files: SystemFiles())
        services.monotonicClock = BootClock()
        if configuration.shared != nil {
            let runner = try LoopRunner(count: 1)
            let shared = try SharedServices(configuration, group: runner.group, runner: runner)
            shared?.add(to: &services)
            shared?.start()
        }
        try self.init(
            configuration: configuration, providers: providers, transport: HTTPTransport(options: options),
            services: services)
    }
}
