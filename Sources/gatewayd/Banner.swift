import GatewayCore

/// What the process says of itself when it starts.
struct Banner {
    private let configuration: GatewayConfiguration
    private let source: ConfigurationSource
    private let address: String

    init(_ configuration: GatewayConfiguration, source: ConfigurationSource, port: Int) {
        self.configuration = configuration
        self.source = source
        let scheme = configuration.server.tls == nil ? "http" : "https"
        let host = configuration.server.host
        let reachable = host == "0.0.0.0" || host == "::" ? "localhost" : host.contains(":") ? "[\(host)]" : host
        address = "\(scheme)://\(reachable):\(port)"
    }

    var text: String {
        """
        gatewayd \(GatewayVersion.current) listens on \(address)
          configuration  \(source.name)
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
            "configuration": .string(source.name), "providers": .string(providers), "client_keys": .string(keys),
        ]
    }

    private var providers: String {
        configuration.providers.filter(\.isEnabled).map { provider in
            let count = provider.enabledInstances.count
            return count == 1 ? provider.key : "\(provider.key) (\(count) instances)"
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
