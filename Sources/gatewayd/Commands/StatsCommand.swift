import GatewayCore
import GatewayHTTP
import GatewayStorage
import Glibc

/// Sums up past requests from the database, and tells how the providers of the running gateway are.
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
            guard let interval = options.stats.interval else {
                Terminal.print(try text(configuration, path))
                return ExitCode.success
            }
            while true {
                // All at once, so that the screen does not flicker; for programs a line each time.
                let text = try text(configuration, path)
                Terminal.print(options.stats.style == .table ? Self.clearScreen + text : text)
                sleep(UInt32(interval))
            }
        } catch {
            Terminal.complain("gatewayd: \(path): \(error)")
            return ExitCode.unavailable
        }
    }

    /// Moves to the first place and erases what is there (ECMA-48).
    private static let clearScreen = "\u{1B}[H\u{1B}[2J"

    /// The database is opened anew each time, should it have been moved away.
    private func text(_ configuration: GatewayConfiguration, _ path: String) throws(StorageFailure) -> String {
        let report = try StatsReport(
            UsageReader(path: path), configuration, options.stats, path: absolute(path), now: SystemClock().now(),
            health: ProviderHealth(of: RunningGateway(options)))
        return switch options.stats.style {
        case .table: StatsText(report, options.stats).text
        case .json: JSONValue.object(report.json).serializedString + "\n"
        }
    }

    /// What is said where the database is not there.
    static func absence(
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
