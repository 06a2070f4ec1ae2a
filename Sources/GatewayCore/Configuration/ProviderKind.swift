/// What the configuration has to know of a kind of provider: how it is named, and which keys its instances take beyond
/// those that every instance has.
///
/// A program adds its own kind by passing it to `GatewayConfiguration.load` beside `.standard`.
public struct ProviderKind: Sendable {
    /// Reads the kind's own keys into an instance, into its fields or its `settings`.
    public typealias Reading = @Sendable (inout ConfigurationReader, inout InstanceConfiguration) -> Void

    /// The name of its table under `[providers]`.
    public var key: String
    /// Where the provider is reached when an instance does not say; nil for kinds that have no address of their own.
    public var defaultBaseURL: String?
    /// The environment variables in which its users usually keep their key, the first one set counts.
    public var keyVariables: [String]
    /// The beginnings of its models' names, for routing without a configuration.
    public var modelPrefixes: [String]
    /// Whether its own address answers nobody without a key.
    public var requiresKey: Bool
    /// Whether it stands for many services: instances say which by `provider_id`, and the provider's key is then
    /// `custom:deepseek`.
    public var isNamedByID: Bool
    let read: Reading

    public init(
        key: String, defaultBaseURL: String? = nil, keyVariables: [String] = [], modelPrefixes: [String] = [],
        requiresKey: Bool = false, isNamedByID: Bool = false, read: @escaping Reading = { _, _ in }
    ) {
        self.key = key
        self.defaultBaseURL = defaultBaseURL
        self.keyVariables = keyVariables
        self.modelPrefixes = modelPrefixes
        self.requiresKey = requiresKey
        self.isNamedByID = isNamedByID
        self.read = read
    }
}

extension [ProviderKind] {
    /// The kinds the gateway knows by itself.
    public static var standard: [ProviderKind] {
        [.openAI, .anthropic, .gemini, .azureOpenAI, .bedrock, .openAIResponses, .custom, .demo]
    }
}

extension ProviderKind {
    public static let openAI = ProviderKind(
        key: "openai", defaultBaseURL: "https://api.openai.com/v1", keyVariables: ["OPENAI_API_KEY"],
        modelPrefixes: ["gpt-", "chatgpt-", "o1", "o3", "o4"], requiresKey: true
    ) { reader, instance in
        instance.organization = reader.name("organization")
        instance.project = reader.name("project")
    }

    public static let openAIResponses = ProviderKind(
        key: "openai_responses", defaultBaseURL: "https://api.openai.com/v1", requiresKey: true
    ) { reader, instance in
        instance.organization = reader.name("organization")
        instance.project = reader.name("project")
    }

    public static let anthropic = ProviderKind(
        key: "anthropic", defaultBaseURL: "https://api.anthropic.com/v1", keyVariables: ["ANTHROPIC_API_KEY"],
        modelPrefixes: ["claude-"], requiresKey: true
    ) { reader, instance in
        instance.apiVersion = reader.name("api_version")
        instance.cache = reader.table("cache") { PromptCacheConfiguration(reading: &$0) } ?? instance.cache
    }

    public static let gemini = ProviderKind(
        key: "gemini", defaultBaseURL: "https://generativelanguage.googleapis.com/v1beta",
        keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], modelPrefixes: ["gemini-"], requiresKey: true)

    public static let azureOpenAI = ProviderKind(key: "azure_openai", requiresKey: true) { reader, instance in
        instance.apiVersion = reader.name("api_version")
        instance.settings = ProviderSettings(AzureOpenAIConfig(reading: &reader, for: instance))
    }

    public static let bedrock = ProviderKind(key: "bedrock") { reader, instance in
        instance.settings = ProviderSettings(BedrockConfig(reading: &reader))
    }

    /// Any service that speaks OpenAI's chat format.
    public static let custom = ProviderKind(key: "custom", isNamedByID: true) { reader, instance in
        if instance.baseURL == nil, !reader.has("base_url") {
            reader.reportMissing("base_url", hint: "write base_url = \"https://…/v1\"")
        }
    }

    /// Answers by itself, without a network, a key or a cost.
    public static let demo = ProviderKind(key: "demo") { reader, instance in
        instance.settings = ProviderSettings(DemoConfig(reading: &reader))
    }
}
