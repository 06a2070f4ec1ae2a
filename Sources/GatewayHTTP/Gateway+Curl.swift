import GatewayCore

extension Gateway {
    /// A gateway for a program that has no network of its own: providers are reached over libcurl, on one event loop.
    ///
    /// - Parameters:
    ///   - providers: the kinds of provider the configuration may name; `.all` of GatewayProviders.
    ///   - log: gets a record of each request.
    /// - Throws: `ProviderError` or `TransportError` when an instance or the event loop cannot be made.
    public convenience init(
        configuration: GatewayConfiguration, providers: ProviderCatalog, log: any RequestLog = NoRequestLog()
    ) throws {
        var options = CurlTransportOptions()
        let environment = ProcessEnvironment.current
        options.proxy = ProxySettings(configuration: configuration.proxy) { environment[$0] }
        try self.init(
            configuration: configuration, providers: providers, transport: CurlTransport(options: options),
            services: GatewayServices(
                clock: SystemClock(), log: log, media: GuardedFetcher(), environment: environment,
                files: SystemFiles()))
    }
}
