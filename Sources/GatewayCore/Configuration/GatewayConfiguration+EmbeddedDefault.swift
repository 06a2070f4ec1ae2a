extension GatewayConfiguration {
    /// What the gateway runs on without a file: 127.0.0.1:8080, no client keys, every provider whose usual key variable
    /// is set, and the offline provider `demo`.
    ///
    /// `LLM_GATEWAY__…` variables override it as they override a file, which is what can make it throw.
    public static func embeddedDefault(
        environment: [String: String], providers known: ProviderCatalog
    ) throws(ConfigurationError) -> GatewayConfiguration {
        var text = "[routing]\nproviders_from_environment = true\n"
        if known.kinds.contains(where: { $0.key == "demo" }) { text += "[[providers.demo]]\nname = \"demo\"\n" }
        var configuration = try load(
            toml: Array(text.utf8), file: "embedded default", environment: environment, providers: known)
        // What the user brought stands before what stands in for it.
        let isDemo = { (provider: ProviderConfiguration) in provider.key == "demo" }
        configuration.providers =
            configuration.providers.filter { !isDemo($0) } + configuration.providers.filter(isDemo)
        return configuration
    }
}
