// A section is there to be used: it is enabled unless it says otherwise.

extension ObservabilityConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init(isEnabled: reader.boolean("enabled") ?? true)
        databasePath = reader.name("database_path") ?? databasePath
        retentionDays = reader.integer("retention_days", in: 1...36_500) ?? retentionDays
        quotaRetentionDays = reader.integer("quota_retention_days", in: 1...36_500) ?? quotaRetentionDays
        retentionMegabytes = reader.integer("retention_megabytes", in: 1...1_000_000) ?? retentionMegabytes
        cleanupHour = reader.integer("cleanup_hour", in: 0...23) ?? cleanupHour
        quotaRefresh =
            reader.table("quota_refresh") { reader in
                QuotaRefreshConfiguration(
                    isEnabled: reader.boolean("enabled") ?? true,
                    interval: reader.seconds("interval_seconds") ?? .seconds(600))
            } ?? quotaRefresh
    }
}

extension MetricsConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init(isEnabled: reader.boolean("enabled") ?? true)
        endpoint = reader.name("endpoint") ?? endpoint
        includesKeyHash = reader.boolean("include_api_key_hash") ?? includesKeyHash
        requiresKey = reader.boolean("require_key") ?? requiresKey
        maxModels = reader.integer("max_models", in: 1...10_000) ?? maxModels
        maxSeries = reader.integer("max_series", in: 1...100_000) ?? maxSeries
        if !endpoint.hasPrefix("/") {
            reader.report("endpoint", "'endpoint' is no path", hint: "write endpoint = \"/metrics\"")
        }
    }
}

extension ProxyConfiguration {
    private static let schemes = ["http", "https", "socks5h", "socks5"]

    init(reading reader: inout ConfigurationReader) {
        self.init(
            http: reader.url("http", schemes: Self.schemes), https: reader.url("https", schemes: Self.schemes),
            noProxy: reader.strings("no_proxy") ?? [])
    }
}

extension OAuthProviderConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init(
            name: reader.name("name") ?? "", clientID: reader.name("client_id") ?? "",
            clientSecret: reader.secret("client_secret"), authURL: reader.url("auth_url") ?? "",
            tokenURL: reader.url("token_url") ?? "", redirectURI: reader.url("redirect_uri") ?? "",
            scopes: reader.strings("scopes") ?? [])
        headers = reader.headers("headers") ?? reader.headers("custom_headers") ?? headers
        for key in ["name", "client_id", "auth_url", "token_url", "redirect_uri"] where !reader.has(key) {
            reader.reportMissing(key, hint: "write \(key) = \"…\"")
        }
    }
}
