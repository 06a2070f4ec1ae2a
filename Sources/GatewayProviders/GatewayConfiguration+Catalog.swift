import GatewayCore

extension GatewayConfiguration {
    /// Reads `config.toml` with every built-in kind of provider known; see `load(toml:file:environment:providers:)`.
    public static func load(
        toml bytes: [UInt8], file: String = "config.toml", environment: [String: String] = [:]
    ) throws(ConfigurationError) -> GatewayConfiguration {
        try load(toml: bytes, file: file, environment: environment, providers: .all)
    }

    /// The built-in default with every built-in kind of provider; see `embeddedDefault(environment:providers:)`.
    public static func embeddedDefault(
        environment: [String: String]
    ) throws(ConfigurationError) -> GatewayConfiguration {
        try embeddedDefault(environment: environment, providers: .all)
    }
}
