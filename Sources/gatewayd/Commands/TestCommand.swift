import GatewayCore

/// Checks the configuration and says what it means.
struct TestCommand {
    var options: CommandOptions

    func run() -> Int32 {
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        Terminal.print("The configuration is good: \(source.name)\n\n" + RouteReport(configuration).text)
        let warnings = SettingsNotInUse.warnings(configuration)
        if !warnings.isEmpty { Terminal.print("\nNot in use yet:\n" + warnings.map { "  \($0)\n" }.joined()) }
        return ExitCode.success
    }
}

/// What each configured name reaches, as a table.
struct RouteReport {
    private let configuration: GatewayConfiguration
    private let router: Router

    init(_ configuration: GatewayConfiguration) {
        self.configuration = configuration
        router = Router(configuration)
    }

    var text: String {
        var rows = [["MODEL", "PROVIDER", "INSTANCES", "ASKED FOR AS"]]
        rows += configuration.models.map { row($0.name, sample: $0.name) }
        rows += configuration.routing.aliases.map { row($0.name, sample: $0.name) }
        rows += configuration.routing.rules.map { row($0.prefix + "*", sample: $0.prefix + "…") }
        rows += configuration.providers.filter(\.isEnabled).map { provider in
            let name = provider.key.hasPrefix("custom:") ? String(provider.key.dropFirst(7)) : provider.key
            return row(name + "/*", sample: name + "/…")
        }
        rows.append(row("anything else", sample: "…"))
        return Self.table(rows)
    }

    private func row(_ name: String, sample: String) -> [String] {
        guard let route = router.route(sample), let provider = configuration.provider(route.providerKey) else {
            return [name, "none", "", "refused with 404"]
        }
        let instances = provider.enabledInstances.map(\.name).joined(separator: ", ")
        return [name, route.providerKey, instances, route.model == "…" ? "the same name" : route.model]
    }

    private static func table(_ rows: [[String]]) -> String {
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line +=
                    column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            return line + "\n"
        }.joined()
    }
}
