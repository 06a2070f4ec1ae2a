/// What the configuration has to know of a kind of provider: how it is named, and which keys its instances take beyond
/// those that every instance has.
///
/// Each built-in kind stands beside its provider in GatewayProviders; a program adds its own to a `ProviderCatalog`.
public struct ProviderKind: Sendable {
    /// Reads the kind's own keys into an instance, into its fields or its `settings`.
    public typealias Reading = @Sendable (inout ConfigurationReader, inout InstanceConfiguration) -> Void

    /// Makes the provider of an instance.
    public typealias Making = @Sendable (InstanceConfiguration) throws(ProviderError) -> any LlmProvider

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
    /// Nil for kinds whose configuration is understood though nothing speaks to them yet: they are left out.
    let make: Making?

    /// Whether anything speaks to it.
    public var isSpoken: Bool { make != nil }

    public init(
        key: String, defaultBaseURL: String? = nil, keyVariables: [String] = [], modelPrefixes: [String] = [],
        requiresKey: Bool = false, isNamedByID: Bool = false, make: Making?, read: @escaping Reading = { _, _ in }
    ) {
        self.key = key
        self.defaultBaseURL = defaultBaseURL
        self.keyVariables = keyVariables
        self.modelPrefixes = modelPrefixes
        self.requiresKey = requiresKey
        self.isNamedByID = isNamedByID
        self.make = make
        self.read = read
    }
}
