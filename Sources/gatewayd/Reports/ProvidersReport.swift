import GatewayCore

/// Every kind of provider, and the instances of the configuration. Keys are told of, never told.
struct ProvidersReport {
    /// Whether an instance has what it needs to be let in.
    enum KeyState: Equatable {
        case configured
        case variable(String)
        case oauth(String)
        /// The provider finds its credentials itself, as Amazon's and Google's do.
        case found
        case notNeeded
        case missing
    }

    private let configuration: GatewayConfiguration
    private let kinds: [ProviderKind]

    init(_ configuration: GatewayConfiguration, kinds: [ProviderKind]) {
        self.configuration = configuration
        self.kinds = kinds
    }

    static func keyState(of instance: InstanceConfiguration, _ kind: ProviderKind?) -> KeyState {
        if instance.authMode == .oauth { return .oauth(instance.oauthProvider ?? "") }
        if let variable = instance.apiKeyVariable { return .variable(variable) }
        if instance.apiKey != nil { return .configured }
        guard let kind else { return .missing }
        if instance.authenticatesBySettings { return .found }
        if kind.requiresKey, instance.baseURL == nil || instance.baseURL == kind.defaultBaseURL { return .missing }
        return kind.findsCredentials ? .found : .notNeeded
    }

    // MARK: For people

    var text: String {
        var rows = [["PROVIDER", "INSTANCE", "ADDRESS", "KEY"]]
        for (provider, instance, kind) in instances {
            let key = Self.keyState(of: instance, kind).text
            rows.append([
                provider.key, instance.name, instance.baseURL ?? kind?.defaultBaseURL ?? "-",
                instance.isEnabled ? key : "not enabled",
            ])
        }
        var known = [["KIND", "NAME", "FORMAT", "ADDRESS", "KEY VARIABLE", "MODELS"]]
        for kind in kinds {
            known.append([
                kind.key, kind.name, kind.format?.rawValue ?? "-", kind.address ?? "-",
                kind.keyVariables.first ?? "-",
                (kind.names.map { $0 + "/*" } + kind.modelPrefixes.map { $0 + "*" }).joined(separator: " "),
            ])
        }
        return Readable.table(rows, textColumns: 4) + "\nKnown\n\n" + Readable.table(known, textColumns: 6)
    }

    private var instances: [(ProviderConfiguration, InstanceConfiguration, ProviderKind?)] {
        configuration.providers.flatMap { provider in
            let kind = kinds.first { $0.key == provider.kind }
            return provider.instances.map { (provider, $0, kind) }
        }
    }

    // MARK: For programs

    var json: JSONObject {
        let configured = instances.map { provider, instance, kind -> JSONValue in
            let state = Self.keyState(of: instance, kind)
            var object: JSONObject = [
                "provider": .string(provider.key), "instance": .string(instance.name),
                "enabled": .bool(instance.isEnabled), "base_url": text(instance.baseURL ?? kind?.defaultBaseURL),
                "key": .string(state.word),
            ]
            if case .variable(let name) = state { object["key_variable"] = .string(name) }
            return .object(object)
        }
        let known = kinds.map { kind -> JSONValue in
            [
                "key": .string(kind.key), "name": .string(kind.name), "other_names": list(kind.otherNames),
                "format": text(kind.format?.rawValue), "base_url": text(kind.address),
                "key_variables": list(kind.keyVariables), "needs_key": .bool(kind.requiresKey),
                "model_prefixes": list(kind.modelPrefixes), "documentation": text(kind.documentation),
                "spoken": .bool(kind.isSpoken),
            ]
        }
        return ["configured": .array(configured), "known": .array(known)]
    }

    private func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    private func list(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }
}

extension ProvidersReport.KeyState {
    fileprivate var text: String {
        switch self {
        case .configured: "configured"
        case .variable(let name): "of \(name)"
        case .oauth(let provider): "OAuth of \(provider)"
        case .found: "found by itself"
        case .notNeeded: "none needed"
        case .missing: "MISSING"
        }
    }

    fileprivate var word: String {
        switch self {
        case .configured: "configured"
        case .variable: "variable"
        case .oauth: "oauth"
        case .found: "found"
        case .notNeeded: "not_needed"
        case .missing: "missing"
        }
    }
}

extension ProviderKind {
    /// Its own address, with the parts in braces that an instance fills.
    var address: String? { defaultBaseURL ?? addressTemplate }
}
