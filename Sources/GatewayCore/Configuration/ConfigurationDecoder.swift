/// Types the tree, section by section, and remembers where the parts stood for the validation that follows.
struct ConfigurationDecoder {
    private let root: ConfigurationTable
    private let kinds: [ProviderKind]
    private let environment: [String: String]
    private(set) var problems: [ConfigurationProblem] = []
    private var keyLocations: [ConfigurationProblem.Location] = []
    private var instanceLocations: [String: [ConfigurationProblem.Location]] = [:]
    private var oauthLocations: [ConfigurationProblem.Location] = []

    init(root: ConfigurationTable, kinds: [ProviderKind], environment: [String: String]) {
        self.root = root
        self.kinds = kinds
        self.environment = environment
    }

    mutating func decode() -> GatewayConfiguration {
        var reader = ConfigurationReader(root, environment: environment)
        var configuration = GatewayConfiguration()
        configuration.server = reader.table("server") { ServerConfiguration(reading: &$0) } ?? configuration.server
        reader.tables("api_keys") { reader in
            keyLocations.append(reader.location)
            configuration.apiKeys.append(GatewayKey(reading: &reader))
        }
        configuration.routing = reader.table("routing") { RoutingConfiguration(reading: &$0) } ?? configuration.routing
        configuration.conversion =
            reader.table("conversion") { ConversionConfiguration(reading: &$0) } ?? configuration.conversion
        configuration.models =
            reader.table("models") { reader in
                reader.allKeys().compactMap { name in
                    reader.table(name) { ModelEntry(name: name, reading: &$0) } ?? nil
                }
            } ?? []
        reader.table("providers") { configuration.providers = decodeProviders(&$0) }
        configuration.balancing =
            reader.table("balancing") { BalancingConfiguration(reading: &$0) } ?? configuration.balancing
        configuration.failover =
            reader.table("failover") { FailoverConfiguration(reading: &$0) } ?? configuration.failover
        configuration.proxy = reader.table("proxy") { ProxyConfiguration(reading: &$0) }
        configuration.observability =
            reader.table("observability") { ObservabilityConfiguration(reading: &$0) } ?? configuration.observability
        configuration.metrics =
            reader.table("metrics") { MetricsConfiguration(reading: &$0) }
            ?? MetricsConfiguration(isEnabled: configuration.server.isLoopback)
        configuration.telemetry =
            reader.table("telemetry") { TelemetryConfiguration(reading: &$0) } ?? configuration.telemetry
        configuration.limits = reader.table("limits") { LimitsConfiguration(reading: &$0) } ?? configuration.limits
        configuration.reasoning =
            reader.table("reasoning") { ReasoningConfiguration(reading: &$0) } ?? configuration.reasoning
        configuration.cache = reader.table("cache") { CacheConfiguration(reading: &$0) } ?? configuration.cache
        configuration.shared = reader.table("shared") { SharedConfiguration(reading: &$0) } ?? nil
        configuration.prices = reader.table("prices") { PriceConfiguration(reading: &$0) } ?? configuration.prices
        let (level, format) = (configuration.server.logLevel, configuration.server.logFormat)
        configuration.logging =
            reader.table("logging") { LoggingConfiguration(reading: &$0, level: level, format: format) }
            ?? LoggingConfiguration(level: level, format: format)
        configuration.storedResponses =
            reader.table("responses") { StoredResponsesConfiguration(reading: &$0) } ?? configuration.storedResponses
        reader.tables("oauth_providers") { reader in
            oauthLocations.append(reader.location)
            configuration.oauthProviders.append(OAuthProviderConfiguration(reading: &reader))
        }
        configuration.takeModelPrefixes()
        configuration.nameProvidersOfAliases(among: kinds)
        configuration.resolveOtherNames()
        problems += reader.finish()
        return configuration
    }

    /// In the order written; instances of kinds named by an id are gathered under their ids.
    private mutating func decodeProviders(_ reader: inout ConfigurationReader) -> [ProviderConfiguration] {
        var providers: [ProviderConfiguration] = []
        var places: [String: Int] = [:]
        let written = reader.keys
        let order = Dictionary(uniqueKeysWithValues: zip(written.map(ExactKey.init), written.indices))
        func place(of name: String) -> Int { order[ExactKey(name)] ?? .max }
        let tables = kinds.flatMap { kind in kind.names.map { (name: $0, kind: kind) } }
        for table in tables.sorted(by: { place(of: $0.name) < place(of: $1.name) }) where reader.has(table.name) {
            reader.tables(table.name) { reader in
                let key = Self.providerKey(of: table.kind, &reader)
                let place = places[key] ?? providers.count
                if place == providers.count {
                    providers.append(
                        ProviderConfiguration(key: key, instances: [], otherNames: table.kind.otherNames))
                    places[key] = place
                }
                let count = providers[place].instances.count
                let name = count == 0 ? key : "\(key)-\(count + 1)"
                providers[place].instances.append(
                    InstanceConfiguration(reading: &reader, of: table.kind, defaultName: name))
                instanceLocations[key, default: []].append(reader.location)
            }
        }
        // Asked for all the same, so that a mistyped one is compared with them.
        for kind in kinds where !reader.has(kind.key) { reader.tables(kind.key) { _ in } }
        return providers
    }

    private static func providerKey(of kind: ProviderKind, _ reader: inout ConfigurationReader) -> String {
        guard kind.isNamedByID else { return kind.key }
        let id = reader.name("provider_id")
        if !reader.has("provider_id") {
            reader.reportMissing("provider_id", hint: "name the service, as in provider_id = \"deepseek\"")
        }
        guard let id else { return kind.key }
        if !id.utf8.allSatisfy({
            $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }) {
            reader.report(
                "provider_id", "'provider_id' stands in URLs and model names",
                hint: "write letters, digits, '-' and '_' only")
        }
        return "\(kind.key):\(id)"
    }

    /// Where the file says it, or the nearest thing around it.
    func location(of subject: ConfigurationValidator.Subject) -> ConfigurationProblem.Location {
        switch subject {
        case .host: location(along: ["server", "host"])
        case .apiKey(let index): keyLocations[index]
        case .defaultProvider: location(along: ["routing", "default_provider"])
        case .rule(let prefix): location(along: ["routing", "rules", prefix])
        case .alias(let name): location(along: ["routing", "aliases", name])
        case .balancing(let provider): location(along: ["balancing", "providers", provider])
        case .fallbackChain: location(along: ["routing", "fallback_chain"])
        case .fallback(let table, let model): location(along: ["routing", table.rawValue, model])
        case .discovery: location(along: ["routing", "discovery", "providers_with_listing"])
        case .limitedKey(let name): location(along: ["limits", "keys", name])
        case .limitedProvider(let name): location(along: ["limits", "providers", name])
        case .model(let name): location(along: ["models", name, "provider"])
        case .providers: location(along: ["providers"])
        case .instance(let provider, let index): instanceLocations[provider]?[index] ?? root.location
        case .cache: location(along: ["cache", "backend"])
        case .oauthProvider(let index): oauthLocations[index]
        }
    }

    private func location(along path: [String]) -> ConfigurationProblem.Location {
        var table = root
        var location = root.location
        for key in path {
            guard let node = table[key]?.node else { return location }
            location = node.location
            guard case .table(let nested) = node.value else { return location }
            table = nested
        }
        return location
    }
}

extension GatewayKey {
    fileprivate init(reading reader: inout ConfigurationReader) {
        self.init(
            name: reader.name("name") ?? "", key: reader.secret("key") ?? Secret(""),
            isEnabled: reader.boolean("enabled") ?? true,
            conversion: reader.choice("conversion", of: ConversionPolicy.self))
        isAdmin = reader.boolean("admin") ?? isAdmin
        if !reader.has("name") { reader.reportMissing("name", hint: "write name = \"my-app\"") }
        if !reader.has("key") { reader.reportMissing("key", hint: "write key = \"${GATEWAY_KEY}\"") }
    }
}
