/// What the configuration has to know of a kind of provider: how it is named, and which keys its instances take beyond
/// those that every instance has.
///
/// Each built-in kind stands beside its provider in GatewayProviders; a program adds its own to a `ProviderCatalog`.
public struct ProviderKind: Sendable {
    /// Reads the kind's own keys into an instance, into its fields or its `settings`.
    public typealias Reading = @Sendable (inout ConfigurationReader, inout InstanceConfiguration) -> Void

    /// Makes the provider of an instance.
    public typealias Making = @Sendable (InstanceConfiguration) throws(ProviderError) -> any LlmProvider

    /// The name of its table under `[providers]`, and what stands before the slash in `key/model`.
    public var key: String
    /// How people write its name.
    public var name: String
    /// Further words for `key`, as other gateways have them: `together_ai`, `azure`.
    public var otherNames: [String]
    /// The page that describes its API.
    public var documentation: String?
    /// The format it speaks; nil where its instances differ.
    public var format: WireFormat?
    /// Where the provider is reached when an instance does not say; nil for kinds that have no address of their own.
    public var defaultBaseURL: String?
    /// The same where settings of an instance are part of it, `https://{resource_name}.openai.azure.com`.
    public var addressTemplate: String?
    /// The environment variables in which its users usually keep their key, the first one set counts.
    public var keyVariables: [String]
    /// The variables that give other settings of an instance that is made from the environment alone.
    public var settingVariables: [SettingVariable]
    /// The beginnings of its models' names, for routing without a configuration.
    public var modelPrefixes: [String]
    /// Whether its own address answers nobody without a key.
    public var requiresKey: Bool
    /// Whether its instances may find credentials by themselves, in files and services that the vendor's tools look into.
    public var findsCredentials: Bool
    /// Whether it stands for many services: instances say which by `provider_id`, and the provider's key is then
    /// `custom:deepseek`.
    public var isNamedByID: Bool
    let read: Reading
    /// Nil for kinds whose configuration is understood though nothing speaks to them yet: they are left out.
    let make: Making?

    /// Whether anything speaks to it.
    public var isSpoken: Bool { make != nil }

    /// The key and the other names, in which a client may ask for `name/model`.
    public var names: [String] { [key] + otherNames }

    public init(
        key: String, name: String? = nil, otherNames: [String] = [], documentation: String? = nil,
        format: WireFormat? = nil, defaultBaseURL: String? = nil, addressTemplate: String? = nil,
        keyVariables: [String] = [],
        settingVariables: [SettingVariable] = [], modelPrefixes: [String] = [], requiresKey: Bool = false,
        findsCredentials: Bool = false, isNamedByID: Bool = false, make: Making?, read: @escaping Reading = { _, _ in }
    ) {
        self.key = key
        self.name = name ?? key
        self.otherNames = otherNames
        self.documentation = documentation
        self.format = format
        self.defaultBaseURL = defaultBaseURL
        self.addressTemplate = addressTemplate
        self.keyVariables = keyVariables
        self.settingVariables = settingVariables
        self.modelPrefixes = modelPrefixes
        self.requiresKey = requiresKey
        self.findsCredentials = findsCredentials
        self.isNamedByID = isNamedByID
        self.make = make
        self.read = read
    }
}

/// A setting that users of a provider usually keep in an environment variable.
public struct SettingVariable: Sendable, Hashable {
    /// The setting's name in the provider's table.
    public var setting: String
    /// The first one set counts.
    public var variables: [String]
    /// Whether an instance cannot do without it.
    public var isRequired: Bool
    /// Whether it lets an instance in without a key.
    public var replacesKey: Bool

    public init(
        _ setting: String, _ variables: [String], isRequired: Bool = false, replacesKey: Bool = false
    ) {
        self.setting = setting
        self.variables = variables
        self.isRequired = isRequired
        self.replacesKey = replacesKey
    }
}

extension ProviderKind {
    /// The variable that holds the key in that environment; nil when none does.
    public func keyVariable(in environment: [String: String]) -> String? {
        keyVariables.first { environment[$0]?.isEmpty == false }
    }

    /// Whether the environment alone says enough to ask the provider: its key, or for one that needs no key its address,
    /// and whatever else an instance cannot do without.
    public func isConfigured(by environment: [String: String]) -> Bool {
        func isSet(_ setting: SettingVariable) -> Bool {
            setting.variables.contains { environment[$0]?.isEmpty == false }
        }
        guard isSpoken, settingVariables.allSatisfy({ !$0.isRequired || isSet($0) }) else { return false }
        return keyVariable(in: environment) != nil
            || settingVariables.contains { isSet($0) && ($0.replacesKey || !requiresKey) }
    }
}
