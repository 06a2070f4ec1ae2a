extension GatewayConfiguration {
    /// What the gateway runs on without a file: 127.0.0.1:8080, no client keys, every provider whose usual key variable
    /// is set, and the offline provider `demo`.
    ///
    /// `LLM_GATEWAY__…` variables override it as they override a file, which is what can make it throw.
    public static func embeddedDefault(
        environment: [String: String], providers known: ProviderCatalog
    ) throws(ConfigurationError) -> GatewayConfiguration {
        var providers = ""
        var rules = "[routing.rules]\n"
        for kind in known.kinds {
            guard let variable = kind.keyVariables.first(where: { environment[$0]?.isEmpty == false }) else { continue }
            providers += "[[providers.\(kind.key)]]\nname = \"\(kind.key)\"\napi_key = \"${\(variable)}\"\n"
            for prefix in kind.modelPrefixes { rules += "\"\(prefix)\" = \"\(kind.key)\"\n" }
        }
        if known.kinds.contains(where: { $0.key == "demo" }) {
            providers += "[[providers.demo]]\nname = \"demo\"\n"
        }
        return try load(
            toml: Array((rules + providers).utf8), file: "embedded default", environment: environment,
            providers: known)
    }
}
