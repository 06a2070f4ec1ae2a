/// Everything an operator decides about a gateway: what `config.toml` says, or what an embedding program builds.
///
/// `load(toml:)` gives only configurations that passed validation. One that is built in code can be checked with
/// `problems()`.
public struct GatewayConfiguration: Sendable, Equatable {
    public var server: ServerConfiguration
    /// The keys clients present to the gateway. With none enabled the gateway asks for no key and serves loopback only.
    public var apiKeys: [GatewayKey]
    public var routing: RoutingConfiguration
    public var conversion: ConversionConfiguration
    /// Exact model names that are answered by a model of a provider, in the order written.
    public var models: [ModelEntry]
    /// In the order written; each provider stands once.
    public var providers: [ProviderConfiguration]
    /// How requests are spread over the instances of a provider.
    public var balancing = BalancingConfiguration()
    /// What happens when one of them fails.
    public var failover = FailoverConfiguration()
    /// The proxy through which providers are reached; nil leaves it to the environment's `https_proxy` and relatives.
    public var proxy: ProxyConfiguration?
    public var observability: ObservabilityConfiguration
    public var metrics: MetricsConfiguration
    public var telemetry = TelemetryConfiguration()
    public var prices: PriceConfiguration
    public var limits = LimitsConfiguration()
    public var cache = CacheConfiguration()
    /// What is shared with other gateways; nil shares nothing.
    public var shared: SharedConfiguration?
    /// What is kept of Responses conversations with models of other APIs.
    public var storedResponses = StoredResponsesConfiguration()
    /// What is remembered of reasoning for clients that cannot return it.
    public var reasoning = ReasoningConfiguration()
    public var logging: LoggingConfiguration
    public var oauthProviders: [OAuthProviderConfiguration]

    public init(
        server: ServerConfiguration = ServerConfiguration(), apiKeys: [GatewayKey] = [],
        routing: RoutingConfiguration = RoutingConfiguration(),
        conversion: ConversionConfiguration = ConversionConfiguration(), models: [ModelEntry] = [],
        providers: [ProviderConfiguration] = [], proxy: ProxyConfiguration? = nil,
        observability: ObservabilityConfiguration = ObservabilityConfiguration(),
        metrics: MetricsConfiguration = MetricsConfiguration(), prices: PriceConfiguration = PriceConfiguration(),
        logging: LoggingConfiguration = LoggingConfiguration(),
        oauthProviders: [OAuthProviderConfiguration] = []
    ) {
        self.server = server
        self.apiKeys = apiKeys
        self.routing = routing
        self.conversion = conversion
        self.models = models
        self.providers = providers
        self.proxy = proxy
        self.observability = observability
        self.metrics = metrics
        self.prices = prices
        self.logging = logging
        self.oauthProviders = oauthProviders
    }

    /// The provider of that key, `openai` or `custom:deepseek`, whether or not one of its instances is enabled.
    public func provider(_ key: String) -> ProviderConfiguration? {
        providers.first { $0.key == key }
    }

    /// Whether a client must present a key.
    public var requiresKey: Bool { apiKeys.contains { $0.isEnabled } }
}

/// A key that lets a client in, with the name under which its requests are recorded.
public struct GatewayKey: Sendable, Equatable {
    public var name: String
    public var key: Secret
    public var isEnabled: Bool
    /// What conversions of its requests may lose; nil leaves it to `[conversion]`.
    public var conversion: ConversionPolicy?
    /// Whether its holder may use the operator's API: others' records, the cache, ...
    public var isAdmin = false

    public init(name: String, key: Secret, isEnabled: Bool = true, conversion: ConversionPolicy? = nil) {
        self.name = name
        self.key = key
        self.isEnabled = isEnabled
        self.conversion = conversion
    }
}
