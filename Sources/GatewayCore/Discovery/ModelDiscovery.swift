import Synchronization

/// What the providers say they have, asked rarely and remembered.
final class ModelDiscovery: Sendable {
    private struct Entry {
        var models: [ListedModel]
        var expires: ContinuousClock.Instant
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// A list is not worth waiting for longer than this.
    private static let patience: Duration = .seconds(5)
    /// How long a provider that gave no list is left alone.
    private static let pauseAfterFailure: Duration = .seconds(30)
    private static let maxListBytes = 8 << 20

    /// The models of each of the state's providers that has a list; providers that fail give what they gave before.
    func lists(_ state: GatewayState) async -> [String: [ListedModel]] {
        let configuration = state.configuration.routing.discovery
        guard configuration.isEnabled else { return [:] }
        let keys = state.directory.providerKeys.filter { configuration.providers?.contains($0) ?? true }
        return await withTaskGroup(of: (String, [ListedModel]).self) { group in
            for key in keys {
                guard let instance = state.directory.instances(of: key).first else { continue }
                group.addTask { (key, await self.models(of: instance, lifetime: configuration.cacheLifetime)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Providers may be others from now on.
    func forget() {
        entries.withLock { $0.removeAll() }
    }

    private func models(of instance: ProviderInstance, lifetime: Duration) async -> [ListedModel] {
        let now = ContinuousClock.now
        let known = entries.withLock { $0[instance.providerKey] }
        if let known, known.expires > now { return known.models }
        let fetched = await fetch(instance)
        // A client that left tells nothing about the provider.
        if fetched == nil, Task.isCancelled { return known?.models ?? [] }
        let entry = Entry(
            models: fetched ?? known?.models ?? [],
            expires: now + (fetched == nil ? min(lifetime, Self.pauseAfterFailure) : lifetime))
        entries.withLock { $0[instance.providerKey] = entry }
        return entry.models
    }

    private func fetch(_ instance: ProviderInstance) async -> [ListedModel]? {
        // A provider whose credential cannot be fetched has no list now, like one that cannot be reached.
        guard let access = try? await instance.access() else { return nil }
        guard var request = instance.provider.modelListRequest(with: access) else { return [] }
        request.timeouts.connect = min(request.timeouts.connect, Self.patience)
        request.timeouts.firstByte = Self.patience
        request.timeouts.idle = Self.patience
        request.timeouts.total = Self.patience
        do {
            let response = try await instance.transport.send(request)
            let body = try await response.body.collect(upTo: Self.maxListBytes)
            guard (200..<300).contains(response.status) else { return nil }
            return instance.provider.models(in: try JSONValue(parsing: body))
        } catch {
            return nil
        }
    }
}

extension Gateway {
    /// Every model that clients can name: the configuration's entries and aliases first, then what the providers list.
    public func models() async -> [ModelInfo] {
        let state = state
        var known: Set<String> = []
        var models: [ModelInfo] = []
        let named =
            state.configuration.models.map(\.name)
            + state.configuration.routing.aliases.map(\.name)
        for name in named {
            guard let route = state.router.route(name), known.insert(name).inserted else { continue }
            models.append(ModelInfo(id: name, provider: route.providerKey))
        }
        let lists = await discovery.lists(state)
        for key in state.directory.providerKeys {
            for listed in lists[key] ?? [] {
                let id = state.router.name(of: listed.id, at: key)
                guard known.insert(id).inserted else { continue }
                models.append(ModelInfo(id: id, provider: key, listed: listed))
            }
        }
        return models
    }

    /// The model of that name, when it leads anywhere; also one that no list has.
    public func model(named name: String) async -> ModelInfo? {
        if let listed = await models().first(where: { $0.id == name }) { return listed }
        return state.router.route(name).map { ModelInfo(id: name, provider: $0.providerKey) }
    }

    /// The models of the provider that an address names, or of all. Throws for an unknown provider.
    package func models(of provider: String?) async throws(ProviderFailure) -> [ModelInfo] {
        guard let key = try key(ofProvider: provider) else { return await models() }
        return await models().filter { $0.provider == key }
    }

    /// The model of that name at the provider that an address names, or anywhere. Throws for an unknown provider.
    package func model(named name: String, of provider: String?) async throws(ProviderFailure) -> ModelInfo? {
        guard let key = try key(ofProvider: provider) else { return await model(named: name) }
        let state = state
        let route = state.router.route(name, to: key)
        let listed = await models().first {
            $0.provider == key && ($0.id == name || state.router.route($0.id, to: key) == route)
        }
        guard var model = listed else { return ModelInfo(id: name, provider: key) }
        model.id = name
        return model
    }

    private func key(ofProvider name: String?) throws(ProviderFailure) -> String? {
        guard let name else { return nil }
        guard let key = state.directory.key(named: name) else {
            throw ProviderChoice.address(name).unknown(among: state.directory.providerKeys)
        }
        return key
    }

    /// Whether any provider could be asked.
    package var hasProviders: Bool { !state.directory.providerKeys.isEmpty }
}

extension Router {
    /// The shortest name that leads to a provider's model: its own where the rules lead there, else `provider/model`.
    fileprivate func name(of model: String, at providerKey: String) -> String {
        if let route = route(model), route.providerKey == providerKey, route.model == model { return model }
        let provider = providerKey.hasPrefix("custom:") ? String(providerKey.dropFirst(7)) : providerKey
        return provider + "/" + model
    }
}
