/// Which provider answers which model name.
public struct RoutingConfiguration: Sendable, Equatable {
    /// Answers the names no rule, model or alias knows; nil refuses them.
    public var defaultProvider: String?
    /// In the order written; the longest matching prefix wins, whatever the order.
    public var rules: [RoutingRule]
    /// Names the operator made up for models, in the order written.
    public var aliases: [ModelAlias]
    public var discovery: DiscoveryConfiguration
    /// Whether every provider whose usual key variable is set was added, with the rules of its models.
    public var takesProvidersFromEnvironment: Bool = false
    public var fallbacks = FallbackConfiguration()
    /// When a second instance is asked beside a slow first one, by the model as clients name it; `*` is for all.
    public var hedging: [String: HedgeDelay] = [:]

    public init(
        defaultProvider: String? = nil, rules: [RoutingRule] = [], aliases: [ModelAlias] = [],
        discovery: DiscoveryConfiguration = DiscoveryConfiguration()
    ) {
        self.defaultProvider = defaultProvider
        self.rules = rules
        self.aliases = aliases
        self.discovery = discovery
    }
}

/// Sends every model name with that prefix to a provider, the name unchanged.
public struct RoutingRule: Sendable, Equatable {
    public var prefix: String
    /// A provider's key: `openai`, `custom:deepseek`.
    public var provider: String

    public init(prefix: String, provider: String) {
        self.prefix = prefix
        self.provider = provider
    }
}

/// Who answers when a model's own provider cannot. Each entry is a provider, which is then asked for the same model, or a
/// model by any name that routing knows, such as `anthropic/claude-sonnet-4-5`.
public struct FallbackConfiguration: Sendable, Equatable {
    /// For every model without a chain of its own, in order.
    public var general: [String] = []
    /// By the model as clients name it, or as its provider does.
    public var chains: [String: [String]] = [:]
    /// When the request is too long for the model; without one such requests are refused.
    public var contextWindow: [String: [String]] = [:]
    /// When the provider's filter refuses the request; without one such requests are refused.
    public var contentFilter: [String: [String]] = [:]

    public init() {}
}

/// How long a request waits for its first token before another instance is asked beside the first.
public enum HedgeDelay: Sendable, Equatable {
    case fixed(Duration)
    /// So long that 95 of 100 requests for the model had their first token by then lately.
    case p95
}

/// A name for a model: `fast = "openai/gpt-4o-mini"`.
public struct ModelAlias: Sendable, Equatable {
    public var name: String
    /// The provider that answers; nil routes `model` as if the client had asked for it.
    public var provider: String?
    /// What the provider calls the model, or, without a provider, any name that routing knows, another alias included.
    public var model: String

    public init(name: String, provider: String? = nil, model: String) {
        self.name = name
        self.provider = provider
        self.model = model
    }
}

/// An exact model name, `[models.NAME]`: who answers it, under what name there, and what that model cannot do.
public struct ModelEntry: Sendable, Equatable {
    public var name: String
    public var provider: String
    /// What the provider calls the model.
    public var apiModel: String
    /// What is known of this model and goes before what its instance says.
    public var capabilities: ModelTraits

    /// Without `apiModel` the provider is asked for the model by the same name.
    public init(
        name: String, provider: String, apiModel: String? = nil,
        capabilities: ModelTraits = ModelTraits()
    ) {
        self.name = name
        self.provider = provider
        self.apiModel = apiModel ?? name
        self.capabilities = capabilities
    }
}

/// Asking the providers for their models, so that the gateway's model list has them too.
public struct DiscoveryConfiguration: Sendable, Equatable {
    public var isEnabled: Bool = true
    /// How long a provider's list is used before it is asked again.
    public var cacheLifetime: Duration = .seconds(3600)
    public var refreshesOnStartup: Bool = false
    /// The keys of the providers that are asked; nil asks every one that can list.
    public var providers: [String]?

    public init(isEnabled: Bool = true) {
        self.isEnabled = isEnabled
    }
}
