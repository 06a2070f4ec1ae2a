extension RoutingConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        defaultProvider = reader.name("default_provider")
        takesProvidersFromEnvironment =
            reader.boolean("providers_from_environment") ?? takesProvidersFromEnvironment
        rules =
            reader.table("rules") { reader in
                reader.allKeys().compactMap { prefix in
                    reader.name(prefix).map { RoutingRule(prefix: prefix, provider: $0) }
                }
            } ?? []
        aliases =
            reader.table("aliases") { reader in
                reader.allKeys().compactMap { ModelAlias(name: $0, reading: &reader) }
            } ?? []
        discovery = reader.table("discovery") { DiscoveryConfiguration(reading: &$0) } ?? discovery
        fallbacks.general = reader.strings("fallback_chain") ?? []
        fallbacks.chains = reader.chains("fallbacks")
        fallbacks.contextWindow = reader.chains("context_window_fallbacks")
        fallbacks.contentFilter = reader.chains("content_filter_fallbacks")
        hedging =
            reader.table("hedge_after_ms") { reader in
                var delays: [String: HedgeDelay] = [:]
                for model in reader.allKeys() { delays[model] = HedgeDelay(model, reading: &reader) }
                return delays
            } ?? [:]
    }
}

extension ConfigurationReader {
    fileprivate mutating func chains(_ key: String) -> [String: [String]] {
        table(key) { reader in
            var chains: [String: [String]] = [:]
            for model in reader.allKeys() { chains[model] = reader.strings(model) }
            return chains
        } ?? [:]
    }
}

extension HedgeDelay {
    /// Milliseconds, or `"p95"`.
    fileprivate init?(_ key: String, reading reader: inout ConfigurationReader) {
        if reader.isText(key) {
            guard reader.string(key) == "p95" else {
                reader.report(key, "'\(key)' should be milliseconds or \"p95\"", hint: "write \(key) = 800")
                return nil
            }
            self = .p95
            return
        }
        guard let milliseconds = reader.integer(key, in: 1...3_600_000) else { return nil }
        self = .fixed(.milliseconds(milliseconds))
    }
}

extension ModelAlias {
    /// `name = "model"`, whose provider is told apart later, or `name = { provider = "…", model = "…" }`.
    fileprivate init?(name: String, reading reader: inout ConfigurationReader) {
        guard reader.isTable(name) else {
            guard let model = reader.name(name) else { return nil }
            self.init(name: name, model: model)
            return
        }
        let alias = reader.table(name) { reader -> ModelAlias? in
            let provider = reader.name("provider")
            guard let model = reader.name("model") else {
                if !reader.has("model") { reader.reportMissing("model", hint: "write model = \"…\"") }
                return nil
            }
            return ModelAlias(name: name, provider: provider, model: model)
        }
        guard case .some(.some(let alias)) = alias else { return nil }
        self = alias
    }
}

extension ModelEntry {
    init?(name: String, reading reader: inout ConfigurationReader) {
        let provider = reader.name("provider")
        let apiModel = reader.name("api_model")
        let capabilities = reader.table("capabilities") { ModelTraits(reading: &$0) }
        guard let provider else {
            if !reader.has("provider") { reader.reportMissing("provider", hint: "write provider = \"openai\"") }
            return nil
        }
        self.init(
            name: name, provider: provider, apiModel: apiModel, capabilities: capabilities ?? ModelTraits())
    }
}

extension DiscoveryConfiguration {
    fileprivate init(reading reader: inout ConfigurationReader) {
        self.init(isEnabled: reader.boolean("enabled") ?? true)
        cacheLifetime = reader.seconds("cache_ttl_seconds") ?? cacheLifetime
        refreshesOnStartup = reader.boolean("refresh_on_startup") ?? refreshesOnStartup
        providers = reader.strings("providers_with_listing")
    }
}
