import GatewayCore
import GatewayStorage

/// Tells one past request, from the database alone.
struct ExplainCommand {
    var options: CommandOptions

    func run() -> Int32 {
        if let path = options.requestPath { return ForecastCommand(options: options, path: path).run() }
        guard let id = options.subject else {
            Terminal.complain("gatewayd: explain wants a request's identifier, as in the header X-Request-ID")
            return ExitCode.usage
        }
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        let path = configuration.observability.databasePath
        guard Files.exists(path) else {
            Terminal.complain(StatsCommand.absence(of: path, configuration.observability, source))
            return ExitCode.noInput
        }
        do {
            guard let request = try UsageReader(path: path).request(id) else {
                Terminal.complain("gatewayd: there is no request \(id) in \(path)")
                return ExitCode.noInput
            }
            switch options.stats.style {
            case .table: Terminal.print(RequestStory(request).text)
            case .json: Terminal.print(JSONValue.object(request).serializedString + "\n")
            }
            return ExitCode.success
        } catch {
            Terminal.complain("gatewayd: \(path): \(error)")
            return ExitCode.unavailable
        }
    }
}
