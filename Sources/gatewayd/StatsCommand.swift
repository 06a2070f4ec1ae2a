import GatewayCore
import GatewayHTTP
import GatewayStorage
import Glibc

/// Sums up past requests, from the database alone.
struct StatsCommand {
    var options: CommandOptions

    func run() -> Int32 {
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        let path = configuration.observability.databasePath
        guard Files.exists(path) else {
            Terminal.complain(Self.absence(of: path, configuration.observability, source))
            return ExitCode.noInput
        }
        do {
            let report = try StatsReport(
                UsageReader(path: path), configuration, options.stats, path: absolute(path), now: SystemClock().now())
            switch options.stats.style {
            case .table: Terminal.print(StatsText(report, options.stats).text)
            case .json: Terminal.print(JSONValue.object(report.json).serializedString + "\n")
            }
            return ExitCode.success
        } catch {
            Terminal.complain("gatewayd: \(path): \(error)")
            return ExitCode.unavailable
        }
    }

    private static func absence(
        of path: String, _ observability: ObservabilityConfiguration, _ source: ConfigurationSource
    ) -> String {
        let reason =
            observability.isEnabled
            ? "The gateway makes it when it starts; a relative path counts from the folder it is started in."
            : "The configuration does not ask for one. Write this into it and start the gateway:\n\n  [observability]\n"
                + "  enabled = true\n"
        return "gatewayd: there is no database at \(path) (\(source.name)).\n\(reason)"
    }

    private func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
