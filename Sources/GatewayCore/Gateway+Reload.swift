extension Gateway {
    /// Goes over to another configuration. Requests under way finish with the one they began with; instances that are
    /// configured as before keep their health, and sessions their instances.
    ///
    /// - Throws: `ProviderError` when an instance cannot be made as it is configured; nothing has changed then.
    public func reload(_ configuration: GatewayConfiguration) throws(ProviderError) {
        try reloading.withLock { (_) throws(ProviderError) in
            let newer = try GatewayState(
                configuration, catalog: catalog, transport: transport, services: services, older: state)
            shared.apply(configuration)
            prices.configure(configuration.prices)
            discovery.forget()
            current.withLock { $0 = newer }
        }
    }

    /// The one in force for requests that begin now.
    public var configuration: GatewayConfiguration { state.configuration }

    /// How each enabled instance is, in the configuration's order.
    public func instanceStatuses() -> [InstanceStatus] {
        let now = services.monotonicClock.now()
        return state.directory.allInstances.map { $0.health.status(at: now) }
    }
}
