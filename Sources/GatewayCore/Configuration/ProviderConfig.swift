/// The settings only one kind of provider knows, typed: `struct BedrockConfig: ProviderConfig`.
public protocol ProviderConfig: Sendable, Equatable {}

/// For kinds that need nothing beyond what every instance has.
public struct NoSettings: ProviderConfig {
    public init() {}
}

/// Holds any kind's settings inside an instance.
public struct ProviderSettings: Sendable, Equatable {
    private let config: any ProviderConfig

    public init(_ config: some ProviderConfig) {
        self.config = config
    }

    /// The settings, when they are of that type.
    public func callAsFunction<Config: ProviderConfig>(as type: Config.Type) -> Config? {
        config as? Config
    }

    public static func == (left: ProviderSettings, right: ProviderSettings) -> Bool {
        left.config.isEqual(to: right.config)
    }
}

extension ProviderConfig {
    fileprivate func isEqual(to other: any ProviderConfig) -> Bool { (other as? Self) == self }
}
