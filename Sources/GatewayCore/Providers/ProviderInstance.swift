/// One account or endpoint of a provider, ready to be asked. A class because each request hands it on many times.
package final class ProviderInstance: Sendable {
    /// The provider's key in the configuration, such as `openai` or `custom:deepseek`.
    package let providerKey: String
    package let configuration: InstanceConfiguration
    package let provider: any LlmProvider
    package let transport: any Transport
    /// How the provider's service differs from its format's own.
    package let dialect: OpenAIDialect
    /// The codec of its format, as the service speaks it.
    package let codec: any WireCodec
    private let credentials: CredentialCache?
    private let clock: any WallClock

    package var name: String { configuration.name }

    package init(
        providerKey: String, configuration: InstanceConfiguration, provider: any LlmProvider, transport: any Transport,
        services: GatewayServices
    ) {
        self.providerKey = providerKey
        self.configuration = configuration
        self.provider = provider
        self.transport = provider.transport ?? transport
        dialect = provider.dialect
        codec = provider.format.codec(in: dialect)
        let clock = services.clock
        self.clock = clock
        let (environment, files) = (services.environment, services.files)
        credentials = provider.credentials.map { source in
            CredentialCache(source: source) {
                CredentialSurroundings(
                    transport: transport, instant: clock.now(), environment: environment, files: files)
            }
        }
    }

    /// What a request made now needs. Waits only where a credential must be fetched.
    package func access() async throws(ProviderError) -> ProviderAccess {
        guard let credentials else { return ProviderAccess(instant: clock.now()) }
        let credential = try await credentials.credential()
        return ProviderAccess(credential: credential, instant: clock.now())
    }

    /// Another access than the one that the provider refused; nil when there is none.
    package func access(insteadOf refused: ProviderAccess) async -> ProviderAccess? {
        guard let credentials, let refused = refused.credential,
            let credential = await credentials.credential(insteadOf: refused)
        else { return nil }
        return ProviderAccess(credential: credential, instant: clock.now())
    }
}

/// Every provider of a configuration with its enabled instances, in order of priority.
package struct ProviderDirectory: Sendable {
    private var instancesByProvider: [String: [ProviderInstance]] = [:]
    private let keysByName: [String: String]
    /// In the configuration's order.
    package private(set) var providerKeys: [String] = []

    package init(
        _ configuration: GatewayConfiguration, catalog: ProviderCatalog, transport: any Transport,
        services: GatewayServices
    ) throws(ProviderError) {
        keysByName = ProviderConfiguration.keysByName(configuration.providers.filter(\.isEnabled))
        for entry in configuration.providers where entry.isEnabled {
            var instances: [ProviderInstance] = []
            for instance in entry.enabledInstances {
                guard let provider = try catalog.provider(of: entry.kind, for: instance) else { continue }
                instances.append(
                    ProviderInstance(
                        providerKey: entry.key, configuration: instance, provider: provider,
                        transport: transport, services: services))
            }
            guard !instances.isEmpty else { continue }
            instancesByProvider[entry.key] = instances.sorted { $0.configuration.priority < $1.configuration.priority }
            providerKeys.append(entry.key)
        }
    }

    /// The enabled instances of that provider, best first; empty for an unknown one.
    package func instances(of key: String) -> [ProviderInstance] {
        instancesByProvider[key] ?? []
    }

    /// The key of the provider a person means by that name: `deepseek` is `custom:deepseek` too, `azure` is
    /// `azure_openai`.
    package func key(named name: String) -> String? {
        keysByName[name].flatMap { instancesByProvider[$0] == nil ? nil : $0 }
    }
}
