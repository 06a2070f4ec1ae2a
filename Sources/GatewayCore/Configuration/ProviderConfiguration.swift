/// A provider and the instances that can answer for it.
public struct ProviderConfiguration: Sendable, Equatable {
    /// How rules, models and paths name the provider: the key of its kind, or `custom:` and a provider id.
    public var key: String
    /// The key of the kind that speaks to it: `openai`, `custom`.
    public var kind: String
    public var instances: [InstanceConfiguration]
    /// Further words for the key, in which a client may ask for `name/model`.
    public var otherNames: [String]

    public init(key: String, instances: [InstanceConfiguration], otherNames: [String] = []) {
        self.key = key
        self.kind = String(key.prefix { $0 != ":" })
        self.instances = instances
        self.otherNames = otherNames
    }

    /// The words that stand before the slash in `name/model`: the key, for `custom:deepseek` also `deepseek`, the others.
    public var names: [String] {
        let id = key.firstIndex(of: ":").map { String(key[key.index(after: $0)...]) }
        return [key] + (id.map { [$0] } ?? []) + otherNames
    }

    /// The keys by every name. A key is nobody else's name; of other names the first provider's counts.
    static func keysByName(_ providers: [ProviderConfiguration]) -> [String: String] {
        var keys = Dictionary(providers.map { ($0.key, $0.key) }) { first, _ in first }
        for provider in providers {
            for name in provider.names where keys[name] == nil { keys[name] = provider.key }
        }
        return keys
    }

    public var enabledInstances: [InstanceConfiguration] { instances.filter(\.isEnabled) }
    public var isEnabled: Bool { instances.contains { $0.isEnabled } }
}

/// One account or endpoint of a provider.
public struct InstanceConfiguration: Sendable, Equatable {
    /// How the instance authenticates with its provider.
    public enum AuthMode: String, Sendable, CaseIterable {
        /// With `apiKey`, in whatever place the provider wants it.
        case bearer
        /// With tokens obtained through the OAuth provider named by `oauthProvider`.
        case oauth
    }

    /// Unique among the instances of its provider.
    public var name: String
    public var isEnabled: Bool = true
    public var apiKey: Secret?
    /// The environment variable that `apiKey` was taken from because the configuration names no key.
    public var apiKeyVariable: String?
    /// Several keys, used in turn, each with a health of its own; `apiKey` is the first of them. Empty for one key or none.
    public var apiKeys: [Secret] = []
    /// Without a trailing slash; nil is the provider's own.
    public var baseURL: String?
    public var timeouts: TransportTimeouts = TransportTimeouts()
    /// Instances of the lowest number are asked first; at least 1.
    public var priority: Int = 1
    /// The share of requests among instances of one priority; at least 1.
    public var weight: Int = 100
    /// What this instance costs beside the others, for the policy `cheapest`: 0.5 is half.
    public var priceFactor: Double = 1
    /// How long failures are counted together; nil is what `[failover.circuit]` says for all.
    public var failureTimeout: Duration?
    /// Sent with every request to the provider; they never replace its authentication.
    public var headers: HTTPFields = [:]
    public var authMode: AuthMode = .bearer
    /// Whether the kind's own settings say how it authenticates, so that it needs no `apiKey`.
    public var authenticatesBySettings: Bool = false
    public var oauthProvider: String?
    /// The beginnings of names of models that are routed to the provider; one that ends with `/` is taken off the name.
    public var modelPrefixes: [String] = []
    /// Goes behind what a model's own entry says.
    public var capabilities: ModelTraits = ModelTraits()
    /// The version of the provider's API, where it has one: Anthropic's header, Azure's query item.
    public var apiVersion: String?
    /// The OpenAI organization and project the requests are billed to.
    public var organization: String?
    public var project: String?
    /// Automatic prompt caching, for providers that want it asked for.
    public var cache: PromptCacheConfiguration = PromptCacheConfiguration()
    /// What only this kind of provider knows, such as a region or a table of deployments.
    public var settings: ProviderSettings = ProviderSettings(NoSettings())

    public init(name: String, apiKey: Secret? = nil, baseURL: String? = nil) {
        self.name = name
        self.apiKey = apiKey
        self.baseURL = baseURL
    }

    public init(name: String, apiKey: Secret? = nil, baseURL: String? = nil, settings: some ProviderConfig) {
        self.init(name: name, apiKey: apiKey, baseURL: baseURL)
        self.settings = ProviderSettings(settings)
    }
}

/// Whether the gateway marks the stable head of a prompt as cacheable (Anthropic's `cache_control`).
///
/// Off unless asked for: what is written into a cache costs more than plain input, and pays off only when it is read again.
public struct PromptCacheConfiguration: Sendable, Equatable {
    public var marksSystem: Bool = false
    /// System prompts estimated shorter than this, at four bytes a token, are not worth marking.
    public var minSystemTokens: Int = 1024
    public var marksTools: Bool = false

    public init(marksSystem: Bool = false, minSystemTokens: Int = 1024, marksTools: Bool = false) {
        self.marksSystem = marksSystem
        self.minSystemTokens = minSystemTokens
        self.marksTools = marksTools
    }

    package var isOn: Bool { marksSystem || marksTools }
}
