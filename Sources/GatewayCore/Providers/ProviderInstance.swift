/// One account or endpoint of a provider, ready to be asked. A class because each request hands it on many times.
package final class ProviderInstance: Sendable {
    /// The provider's key in the configuration, such as `openai` or `custom:deepseek`.
    package let providerKey: String
    package let configuration: InstanceConfiguration
    package let transport: any Transport
    package let health: InstanceHealth
    private let standardSpeech: ProviderSpeech
    /// Other ways to speak, in the order of the provider's variants.
    private let variants: [(fits: @Sendable (String, WireFormat?) -> Bool, speech: ProviderSpeech)]
    /// One for each of its keys, at least one.
    private let accounts: [Account]
    private let clock: any WallClock

    /// The provider with one of the instance's keys.
    private struct Account {
        var provider: any LlmProvider
        var variants: [any LlmProvider]
        var credentials: CredentialCache?
    }

    package var name: String { configuration.name }
    /// With the first of its keys.
    package var provider: any LlmProvider { accounts[0].provider }
    package var keyCount: Int { accounts.count }
    package var id: InstanceID { InstanceID(provider: providerKey, name: name) }

    /// - Parameters:
    ///   - providers: one for each key, at least one.
    ///   - older: the same instance in the configuration before, whose health and credentials are still true.
    init(
        providerKey: String, configuration: InstanceConfiguration, providers: [any LlmProvider],
        transport: any Transport, services: GatewayServices, older: ProviderInstance? = nil,
        settings: FailoverConfiguration
    ) {
        self.providerKey = providerKey
        self.configuration = configuration
        self.transport = providers[0].transport ?? transport
        standardSpeech = ProviderSpeech(providers[0], variant: nil)
        variants = providers[0].variants.enumerated().map { index, variant in
            (variant.fits, ProviderSpeech(variant.provider, variant: index))
        }
        let clock = services.clock
        self.clock = clock
        let (environment, files) = (services.environment, services.files)
        accounts = providers.enumerated().map { index, provider in
            let credentials = provider.credentials.map { source in
                older?.accounts[index].credentials
                    ?? CredentialCache(source: source) {
                        CredentialSurroundings(
                            transport: transport, instant: clock.now(), environment: environment, files: files)
                    }
            }
            return Account(
                provider: provider, variants: provider.variants.map(\.provider), credentials: credentials)
        }
        health =
            older?.health
            ?? InstanceHealth(
                provider: providerKey, instance: configuration.name, keyCount: providers.count, settings: settings,
                services: services)
    }

    /// How that model is spoken to for a client of that format; nil is a program that embeds the gateway.
    package func speech(for model: String, client: WireFormat?) -> ProviderSpeech {
        for place in variants.indices where variants[place].fits(model, client) { return variants[place].speech }
        return standardSpeech
    }

    /// The provider that speaks so, with that key.
    package func provider(key: Int, _ speech: ProviderSpeech) -> any LlmProvider {
        speech.variant.map { accounts[key].variants[$0] } ?? accounts[key].provider
    }

    /// The provider with that key, for what concerns no model.
    package func provider(key: Int) -> any LlmProvider { accounts[key].provider }

    /// What a request made now with that key needs. Waits only where a credential must be fetched.
    package func access(key: Int = 0) async throws(ProviderError) -> ProviderAccess {
        guard let credentials = accounts[key].credentials else { return ProviderAccess(instant: clock.now()) }
        let credential = try await credentials.credential()
        return ProviderAccess(credential: credential, instant: clock.now())
    }

    /// The same where there is nothing to wait for, as with a key; nil where `access` must be asked.
    package func accessAtOnce(key: Int = 0) -> ProviderAccess? {
        accounts[key].credentials == nil ? ProviderAccess(instant: clock.now()) : nil
    }

    /// Another access than the one that the provider refused; nil when there is none.
    package func access(insteadOf refused: ProviderAccess, key: Int = 0) async -> ProviderAccess? {
        guard let credentials = accounts[key].credentials, let refused = refused.credential,
            let credential = await credentials.credential(insteadOf: refused)
        else { return nil }
        return ProviderAccess(credential: credential, instant: clock.now())
    }

    /// Whether an instance configured like that is the same one, whose health is still true: only how much it is asked, and
    /// what is made of requests on the way, may have changed.
    func isSame(as configuration: InstanceConfiguration) -> Bool {
        var mine = self.configuration
        (mine.weight, mine.priority, mine.priceFactor) =
            (configuration.weight, configuration.priority, configuration.priceFactor)
        (mine.failureTimeout, mine.capabilities, mine.cache) =
            (configuration.failureTimeout, configuration.capabilities, configuration.cache)
        return mine == configuration
    }
}

/// Names an instance across reloads of the configuration.
package struct InstanceID: Sendable, Hashable {
    package var provider: String
    package var name: String
}

/// How an instance is spoken to, worked out once.
package final class ProviderSpeech: Sendable {
    package let format: WireFormat
    package let framing: StreamFraming
    /// How the service differs from its format's own.
    package let dialect: OpenAIDialect
    /// The codec of the format, as the service speaks it.
    package let codec: any WireCodec
    /// What is asked of the two for each request.
    let (leavesRequestsAlone, namesModelInBody, asksForStreamUsage): (Bool, Bool, Bool)
    /// The place among the provider's variants; nil for the provider itself.
    let variant: Int?

    init(_ provider: any LlmProvider, variant: Int?) {
        format = provider.format
        framing = provider.framing
        dialect = provider.dialect
        let codec = provider.format.codec(in: provider.dialect)
        self.codec = codec
        leavesRequestsAlone = dialect.leavesRequestsAlone
        (namesModelInBody, asksForStreamUsage) = (codec.namesModelInBody, codec.asksForStreamUsage)
        self.variant = variant
    }
}

/// Every provider of a configuration with its enabled instances.
package struct ProviderDirectory: Sendable {
    private var pools: [String: InstancePool] = [:]
    private let keysByName: [String: String]
    /// In the configuration's order.
    package private(set) var providerKeys: [String] = []

    /// - Parameter older: the directory of the configuration before; unchanged instances keep what is known of them.
    package init(
        _ configuration: GatewayConfiguration, catalog: ProviderCatalog, transport: any Transport,
        services: GatewayServices, older: ProviderDirectory? = nil
    ) throws(ProviderError) {
        keysByName = ProviderConfiguration.keysByName(configuration.providers.filter(\.isEnabled))
        for entry in configuration.providers where entry.isEnabled {
            var instances: [ProviderInstance] = []
            for instance in entry.enabledInstances {
                var providers: [any LlmProvider] = []
                for keyed in instance.withEachKey {
                    if let provider = try catalog.provider(of: entry.kind, for: keyed) { providers.append(provider) }
                }
                guard !providers.isEmpty else { continue }
                instances.append(
                    ProviderInstance(
                        providerKey: entry.key, configuration: instance, providers: providers, transport: transport,
                        services: services, older: older?.instances(of: entry.key).first { $0.isSame(as: instance) },
                        settings: configuration.failover.applied(to: instance)))
            }
            guard !instances.isEmpty else { continue }
            pools[entry.key] = InstancePool(
                providerKey: entry.key, instances: instances, rule: configuration.balancing.rule(for: entry.key),
                random: services.random)
            providerKeys.append(entry.key)
        }
        guard older != nil else { return }
        // Not before everything else could be made: what is told to them counts for the older configuration's requests too.
        for instance in allInstances {
            instance.health.apply(configuration.failover.applied(to: instance.configuration))
        }
    }

    package func pool(of key: String) -> InstancePool? { pools[key] }

    /// The enabled instances of that provider by priority; empty for an unknown one.
    package func instances(of key: String) -> [ProviderInstance] { pools[key]?.instances ?? [] }

    /// All of them, in the configuration's order of providers.
    package var allInstances: [ProviderInstance] { providerKeys.flatMap { instances(of: $0) } }

    /// Nil for one that the configuration does not have, or not any more.
    package func instance(_ id: InstanceID) -> ProviderInstance? {
        instances(of: id.provider).first { $0.name == id.name }
    }

    /// The key of the provider a person means by that name: `deepseek` is `custom:deepseek` too, `azure` is
    /// `azure_openai`.
    package func key(named name: String) -> String? {
        keysByName[name].flatMap { pools[$0] == nil ? nil : $0 }
    }
}

extension InstanceConfiguration {
    /// The instance once for each of its keys, each time with that key alone.
    fileprivate var withEachKey: [InstanceConfiguration] {
        guard apiKeys.count > 1 else { return [self] }
        return apiKeys.map { key in
            var copy = self
            copy.apiKey = key
            copy.apiKeys = []
            return copy
        }
    }
}

extension FailoverConfiguration {
    /// With what the instance says itself.
    fileprivate func applied(to instance: InstanceConfiguration) -> FailoverConfiguration {
        var settings = self
        if let window = instance.failureTimeout { settings.circuit.window = window }
        return settings
    }
}
