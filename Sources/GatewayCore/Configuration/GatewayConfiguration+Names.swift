/// What the words of a configuration lead to once all of it is read.
extension GatewayConfiguration {
    /// Makes the model prefixes of instances work: `deepseek-` as a rule that the file did not write itself, `ds/` as a
    /// further name of the provider.
    mutating func takeModelPrefixes() {
        var written = Set(routing.rules.map(\.prefix))
        for place in providers.indices {
            for prefix in providers[place].instances.flatMap(\.modelPrefixes) {
                if prefix.hasSuffix("/") {
                    let name = String(prefix.dropLast())
                    if !providers[place].names.contains(name) { providers[place].otherNames.append(name) }
                } else if written.insert(prefix).inserted {
                    routing.rules.append(RoutingRule(prefix: prefix, provider: providers[place].key))
                }
            }
        }
    }

    /// Splits `openai/gpt-4o` where the first part is a provider; other names are routed as a client's are.
    mutating func nameProvidersOfAliases(among kinds: [ProviderKind]) {
        let keys = Set(providers.flatMap { [$0.key] + $0.otherNames } + kinds.map(\.key))
        let names = Set(models.map(\.name) + routing.aliases.map(\.name))
        for place in routing.aliases.indices where routing.aliases[place].provider == nil {
            let model = routing.aliases[place].model
            guard !names.contains(model), let slash = model.firstIndex(of: "/"),
                keys.contains(String(model[..<slash]))
            else { continue }
            routing.aliases[place].provider = String(model[..<slash])
            routing.aliases[place].model = String(model[model.index(after: slash)...])
        }
    }

    /// Writes each provider by its key where the file has another of its names.
    mutating func resolveOtherNames() {
        let keysByName = ProviderConfiguration.keysByName(providers)
        func resolve(_ name: inout String) {
            name = keysByName[name] ?? name
        }
        func resolve(_ name: inout String?) {
            if var known = name {
                resolve(&known)
                name = known
            }
        }
        resolve(&routing.defaultProvider)
        for place in routing.rules.indices { resolve(&routing.rules[place].provider) }
        for place in routing.aliases.indices { resolve(&routing.aliases[place].provider) }
        for place in models.indices { resolve(&models[place].provider) }
        balancing.providers = Dictionary(
            balancing.providers.map { (keysByName[$0.key] ?? $0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
        if var listed = routing.discovery.providers {
            for place in listed.indices { resolve(&listed[place]) }
            routing.discovery.providers = listed
        }
    }
}
