/// The providers that the environment alone configures: each one whose usual variables are set and that the file does not
/// have itself, with the routing rules of its models.
struct EnvironmentProviders {
    let kinds: [ProviderKind]
    let environment: [String: String]

    /// Adds to `root` what a person would have written there. Does nothing unless `[routing]` asks for it.
    func apply(to root: inout ConfigurationTable) {
        guard case .table(let routing)? = root["routing"]?.node.value,
            let wanted = routing["providers_from_environment"]?.node, wanted.isTrue
        else { return }
        var providers = root.table("providers", at: wanted.location)
        var routes = root.table("routing", at: wanted.location)
        var rules = routes.table("rules", at: wanted.location)
        for kind in kinds where !kind.names.contains(where: { providers[$0] != nil }) {
            guard kind.isConfigured(by: environment) else { continue }
            let instance = instance(of: kind, at: wanted.location)
            let node = ConfigurationNode(value: .array([instance]), location: instance.location)
            providers.set(node, for: kind.key)
            for prefix in kind.modelPrefixes where rules[prefix] == nil {
                rules.set(ConfigurationNode(value: .string(kind.key), location: instance.location), for: prefix)
            }
        }
        routes.set(ConfigurationNode(value: .table(rules), location: rules.location), for: "rules")
        root.set(ConfigurationNode(value: .table(routes), location: routes.location), for: "routing")
        root.set(ConfigurationNode(value: .table(providers), location: providers.location), for: "providers")
    }

    /// The key is not written: whoever reads the instance finds it where this did.
    private func instance(of kind: ProviderKind, at location: ConfigurationProblem.Location) -> ConfigurationNode {
        let location =
            kind.keyVariable(in: environment).map { ConfigurationProblem.Location.environment(variable: $0) }
            ?? location
        var table = ConfigurationTable(location: location)
        for setting in kind.settingVariables {
            guard let variable = setting.variables.first(where: { environment[$0]?.isEmpty == false }) else { continue }
            let text = ConfigurationNode.Value.text(environment[variable] ?? "")
            table.set(
                ConfigurationNode(value: text, location: .environment(variable: variable)), for: setting.setting)
        }
        return ConfigurationNode(value: .table(table), location: location)
    }
}

extension ConfigurationNode {
    fileprivate var isTrue: Bool {
        switch value {
        case .boolean(let flag): flag
        case .text(let text): text == "true"
        case .string, .integer, .float, .dateTime, .array, .table: false
        }
    }
}

extension ConfigurationTable {
    /// The table of that key, or a new one.
    fileprivate func table(_ key: String, at location: ConfigurationProblem.Location) -> ConfigurationTable {
        if case .table(let table)? = self[key]?.node.value { return table }
        return ConfigurationTable(location: location)
    }
}
