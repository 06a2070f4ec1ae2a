import GatewayCore

/// What the process says of itself when it starts.
struct Banner {
    private let configuration: GatewayConfiguration
    private let source: ConfigurationSource
    private let environmentFile: String?
    private let address: String

    init(
        _ configuration: GatewayConfiguration, source: ConfigurationSource, environment: CommandEnvironment, port: Int
    ) {
        self.configuration = configuration
        self.source = source
        environmentFile = environment.file
        address = configuration.server.address(port: port)
    }

    var text: String {
        """
        gatewayd \(GatewayVersion.current) listens on \(address)
          configuration  \(configurationName)
          providers      \(providers)
          client keys    \(keys)

        Try it:
          curl \(address)/v1/chat/completions\(configuration.requiresKey ? " -H 'authorization: Bearer YOUR-KEY'" : "") \\
            -H 'content-type: application/json' \\
            -d '{"model": "\(model)", "messages": [{"role": "user", "content": "Hello"}]}'


        """
    }

    var fields: JSONObject {
        [
            "version": .string(GatewayVersion.current), "address": .string(address),
            "configuration": .string(configurationName), "providers": .string(providers), "client_keys": .string(keys),
        ]
    }

    private var configurationName: String {
        environmentFile.map { "\(source.name), variables of \($0)" } ?? source.name
    }

    /// With the variables that keys come from, where the configuration names none.
    private var providers: String {
        configuration.providers.filter(\.isEnabled).map { provider in
            let instances = provider.enabledInstances
            var remarks = instances.count == 1 ? [] : ["\(instances.count) instances"]
            if let variable = instances.lazy.compactMap(\.apiKeyVariable).first { remarks.append("key of \(variable)") }
            return remarks.isEmpty ? provider.key : "\(provider.key) (\(remarks.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    private var keys: String {
        let names = configuration.apiKeys.filter(\.isEnabled).map(\.name)
        return names.isEmpty ? "none needed, this machine only" : names.joined(separator: ", ")
    }

    /// A model that answers with this configuration.
    private var model: String {
        if configuration.provider("demo")?.isEnabled == true { return "demo/echo" }
        if let entry = configuration.models.first { return entry.name }
        if let alias = configuration.routing.aliases.first { return alias.name }
        return "MODEL"
    }
}

extension ServerConfiguration {
    /// Where a client on this machine finds the server that listens on that port.
    func address(port: Int) -> String {
        let scheme = tls == nil ? "http" : "https"
        let reachable = host == "0.0.0.0" || host == "::" ? "localhost" : host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(reachable):\(port)"
    }
}
