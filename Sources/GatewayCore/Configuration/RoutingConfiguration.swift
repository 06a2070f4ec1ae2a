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
