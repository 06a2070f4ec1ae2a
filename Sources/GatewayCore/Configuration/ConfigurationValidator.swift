/// Checks what no single value shows: that names are unique, that references lead somewhere, that the gateway is not
/// open to the world.
struct ConfigurationValidator {
    /// What a problem is about, so that it can be told where that stands.
    enum Subject: Hashable {
        case host
        case apiKey(Int)
        case defaultProvider
        case rule(String)
        case alias(String)
        case balancing(String)
        case fallbackChain
        case fallback(FallbackTable, String)
        case discovery
        case limitedKey(String)
        case limitedProvider(String)
        case model(String)
        case providers
        case instance(provider: String, Int)
        case oauthProvider(Int)
        case cache
    }

    enum FallbackTable: String, CaseIterable {
        case fallbacks
        case contextWindow = "context_window_fallbacks"
        case contentFilter = "content_filter_fallbacks"
    }

    let configuration: GatewayConfiguration
    private let locate: (Subject) -> ConfigurationProblem.Location

    init(_ configuration: GatewayConfiguration, locate: @escaping (Subject) -> ConfigurationProblem.Location) {
        self.configuration = configuration
        self.locate = locate
    }

    func problems() -> [ConfigurationProblem] {
        server() + apiKeys() + providers() + routing() + failover() + oauthProviders() + limits() + cache()
    }

    func problem(_ subject: Subject, _ message: String, hint: String?) -> ConfigurationProblem {
        ConfigurationProblem(location: locate(subject), message: message, hint: hint)
    }

    private func server() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if !configuration.requiresKey, !configuration.server.isLoopback {
            problems.append(
                problem(
                    .host, "on the address '\(configuration.server.host)' anyone could use the gateway without a key",
                    hint: "add [[api_keys]] with a name and a key, or write host = \"127.0.0.1\""))
        }
        if !(0...65535).contains(configuration.server.port) {
            problems.append(problem(.host, "there is no port \(configuration.server.port)", hint: "0 to 65535"))
        }
        return problems
    }

    private func apiKeys() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let keys = configuration.apiKeys
        let names = FirstPlaces(keys.map(\.name))
        let secrets = FirstPlaces(keys.map { $0.key.revealed })
        for place in keys.indices {
            if keys[place].key.isEmpty {
                problems.append(
                    problem(.apiKey(place), "the key '\(keys[place].name)' is empty", hint: "write its key"))
            } else if secrets.isRepeated(place) {
                problems.append(
                    problem(.apiKey(place), "two of the api_keys have the same key", hint: "give each its own"))
            }
            if names.isRepeated(place), !keys[place].name.isEmpty {
                problems.append(
                    problem(
                        .apiKey(place), "two of the api_keys are named '\(keys[place].name)'",
                        hint: "give each its own name"))
            }
        }
        return problems
    }

    private func providers() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if !configuration.providers.contains(where: \.isEnabled) {
            problems.append(
                problem(
                    .providers, "no provider has an enabled instance",
                    hint: "write [[providers.openai]] with an api_key, or [[providers.demo]] to try the gateway"))
        }
        let oauthNames = configuration.oauthProviders.map(\.name)
        for provider in configuration.providers {
            let names = FirstPlaces(provider.instances.map(\.name))
            for (place, instance) in provider.instances.enumerated() {
                let subject = Subject.instance(provider: provider.key, place)
                if names.isRepeated(place) {
                    problems.append(
                        problem(
                            subject, "two instances of '\(provider.key)' are named '\(instance.name)'",
                            hint: "give each its own name"))
                }
                if let name = instance.oauthProvider, !oauthNames.contains(name) {
                    problems.append(
                        problem(
                            subject, "the oauth_provider '\(name)' is not defined",
                            hint: Suggestion.nearest(to: name, among: oauthNames).map { "did you mean '\($0)'?" }
                                ?? "add [[oauth_providers]] with name = \"\(name)\""))
                }
            }
        }
        return problems
    }

    private func routing() -> [ConfigurationProblem] {
        let routing = configuration.routing
        var problems = reference(to: routing.defaultProvider, from: .defaultProvider)
        for rule in routing.rules {
            problems += reference(to: rule.provider, from: .rule(rule.prefix))
            if rule.prefix.isEmpty {
                problems.append(
                    problem(.rule(""), "an empty prefix fits every model", hint: "write default_provider instead"))
            }
        }
        for model in configuration.models {
            problems += reference(to: model.provider, from: .model(model.name))
        }
        let targets = Dictionary(
            routing.aliases.filter { $0.provider == nil }.map { ($0.name, $0.model) }, uniquingKeysWith: { $1 })
        for alias in routing.aliases {
            problems += reference(to: alias.provider, from: .alias(alias.name))
            if Self.leadsToItself(alias.name, targets) {
                problems.append(
                    problem(
                        .alias(alias.name), "the alias '\(alias.name)' leads back to itself",
                        hint: "let it name a model, as in \"openai/gpt-4o-mini\""))
            }
        }
        for provider in routing.discovery.providers ?? [] {
            problems += reference(to: provider, from: .discovery)
        }
        return problems
    }

    private func limits() -> [ConfigurationProblem] {
        let names = configuration.apiKeys.map(\.name)
        let strangers = configuration.limits.keys.keys.filter { !names.contains($0) }.sorted()
        let problems = strangers.map { name in
            problem(
                .limitedKey(name), "no key of that name is there to be limited: '\(name)'",
                hint: Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                    ?? "write the name of one of the [[api_keys]]")
        }
        return problems
            + configuration.limits.providers.keys.sorted().flatMap { reference(to: $0, from: .limitedProvider($0)) }
    }

    private func cache() -> [ConfigurationProblem] {
        guard configuration.cache.isEnabled, configuration.cache.place == .redis, configuration.shared == nil else {
            return []
        }
        return [
            problem(
                .cache, "the cache's backend is redis, and no server is named",
                hint: "add [shared] with redis = \"redis://host:6379/0\", or write backend = \"memory\"")
        ]
    }

    private static func leadsToItself(_ name: String, _ targets: [String: String]) -> Bool {
        var current = name
        for _ in 0...targets.count {
            guard let next = targets[current] else { return false }
            if next == name { return true }
            current = next
        }
        return false
    }

    func reference(to key: String?, from subject: Subject) -> [ConfigurationProblem] {
        guard let key else { return [] }
        guard let provider = configuration.provider(key) else {
            let near = Suggestion.nearest(to: key, among: configuration.providers.map(\.key))
            let hint = near.map { "did you mean '\($0)'?" } ?? Self.hint(toAdd: key)
            return [problem(subject, "the provider '\(key)' is not configured", hint: hint)]
        }
        guard provider.isEnabled else {
            return [
                problem(
                    subject, "the provider '\(key)' has no enabled instance",
                    hint: "write enabled = true in one of them, or take this reference out")
            ]
        }
        return []
    }

    private static func hint(toAdd key: String) -> String {
        guard let colon = key.firstIndex(of: ":") else { return "add [[providers.\(key)]]" }
        return "add [[providers.\(key[..<colon])]] with provider_id = \"\(key[key.index(after: colon)...])\""
    }

    private func oauthProviders() -> [ConfigurationProblem] {
        let names = FirstPlaces(configuration.oauthProviders.map(\.name))
        return configuration.oauthProviders.indices.filter(names.isRepeated).map { place in
            problem(
                .oauthProvider(place),
                "two of the oauth_providers are named '\(configuration.oauthProviders[place].name)'",
                hint: "give each its own name")
        }
    }
}

/// Tells which elements of a list have been there before.
private struct FirstPlaces {
    private var repeated: Set<Int> = []

    init(_ words: [String]) {
        var seen: Set<String> = []
        for (place, word) in words.enumerated() where !seen.insert(word).inserted {
            repeated.insert(place)
        }
    }

    func isRepeated(_ place: Int) -> Bool { repeated.contains(place) }
}
