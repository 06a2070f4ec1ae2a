/// Decides which provider answers a model name.
///
/// In this order: an exact `[models.NAME]` entry, an alias (which may name another), `provider/model` with a configured
/// provider, the longest matching prefix rule, the default provider.
package final class Router: Sendable {
    private let entries: [String: ModelEntry]
    private let aliases: [String: ModelAlias]
    /// Longest prefix first.
    private let rules: [RoutingRule]
    private let defaultProvider: String?
    /// The keys of the enabled providers by every name that may stand before the slash.
    let keysByName: [String: String]
    let fallbacks: FallbackConfiguration

    /// More links than a person would chain; also ends circles.
    private static let maxAliasDepth = 8

    package init(_ configuration: GatewayConfiguration) {
        entries = Dictionary(configuration.models.map { ($0.name, $0) }) { first, _ in first }
        aliases = Dictionary(configuration.routing.aliases.map { ($0.name, $0) }) { first, _ in first }
        rules = configuration.routing.rules.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        fallbacks = configuration.routing.fallbacks
        defaultProvider = configuration.routing.defaultProvider
        keysByName = ProviderConfiguration.keysByName(configuration.providers.filter(\.isEnabled))
    }

    /// Nil when nothing in the configuration leads anywhere from that name.
    package func route(_ model: String) -> Route? {
        route(model, depth: 0)
    }

    /// Where the name leads at a provider that is given already: its own entries and aliases still rename, every other
    /// name is the provider's own.
    package func route(_ model: String, to provider: String) -> Route {
        if let route = route(model), route.providerKey == provider { return route }
        if let named = routeByProviderName(model), named.providerKey == provider { return named }
        return Route(providerKey: provider, model: model, rule: .providerName)
    }

    private func route(_ model: String, depth: Int) -> Route? {
        if let entry = entries[model] {
            return Route(
                providerKey: entry.provider, model: entry.apiModel, capabilities: entry.capabilities, rule: .model,
                name: entry.name)
        }
        if let alias = aliases[model], depth < Self.maxAliasDepth {
            if let provider = alias.provider {
                return Route(providerKey: provider, model: alias.model, rule: .alias, name: alias.name)
            }
            // A name that stands for itself ("fast" = "fast") falls through to the rules.
            if alias.model != model { return route(alias.model, depth: depth + 1)?.reached(by: alias) }
        }
        if let named = routeByProviderName(model) { return named }
        for place in rules.indices where model.beginsWithBytes(of: rules[place].prefix) {
            let rule = rules[place]
            return Route(providerKey: rule.provider, model: model, rule: .prefix, name: rule.prefix)
        }
        return defaultProvider.map { Route(providerKey: $0, model: model, rule: .defaultProvider) }
    }

    /// `openai/gpt-4o`, `deepseek/deepseek-chat` for the custom provider `custom:deepseek`.
    private func routeByProviderName(_ model: String) -> Route? {
        guard model.withBytes({ $0.contains(UInt8(ascii: "/")) }),
            let slash = model.utf8.firstIndex(of: UInt8(ascii: "/"))
        else { return nil }
        let name = String(model[..<slash])
        let rest = String(model[model.utf8.index(after: slash)...])
        guard !rest.isEmpty else { return nil }
        return keysByName[name].map { Route(providerKey: $0, model: rest, rule: .providerName) }
    }
}

/// Where a model name leads.
///
/// A class, since every step of a request is handed it.
package final class Route: Sendable, Equatable {
    package enum Rule: String, Sendable {
        case model, alias, providerName, prefix, defaultProvider, fallback
    }

    package let providerKey: String
    /// The provider's name of the model.
    package let model: String
    package let capabilities: ModelTraits
    package let rule: Rule
    /// The entry, alias or prefix of the configuration that led here.
    package let name: String?

    package init(
        providerKey: String, model: String, capabilities: ModelTraits = ModelTraits(), rule: Rule, name: String? = nil
    ) {
        self.providerKey = providerKey
        self.model = model
        self.capabilities = capabilities
        self.rule = rule
        self.name = name
    }

    package static func == (left: Route, right: Route) -> Bool {
        left === right
            || left.providerKey == right.providerKey && left.model == right.model && left.rule == right.rule
                && left.name == right.name && left.capabilities == right.capabilities
    }

    /// The same way to another of the provider's models.
    func naming(_ model: String) -> Route {
        Route(providerKey: providerKey, model: model, capabilities: capabilities, rule: rule, name: name)
    }

    /// The same way, taken since another one failed.
    var asFallback: Route {
        Route(providerKey: providerKey, model: model, capabilities: capabilities, rule: .fallback, name: name)
    }

    fileprivate func reached(by alias: ModelAlias) -> Route {
        Route(providerKey: providerKey, model: model, capabilities: capabilities, rule: .alias, name: alias.name)
    }
}
