import GatewayCore
import GatewayHTTP

/// Lists prices, from the configuration and the built-in table.
struct PricesCommand {
    var options: CommandOptions

    func run() -> Int32 {
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        let day = Int(SystemClock().now() / 86_400)
        let all = PriceShelf(configuration.prices).book.all
        let report = PricesReport(all, matching: options.subject, day: day)
        guard !report.prices.isEmpty else {
            Terminal.complain(
                "gatewayd: no price is known for \"\(options.subject ?? "")\"; its requests have no cost.\n"
                    + "Write one into [[prices.models]]; config.example.toml shows how.")
            return ExitCode.noInput
        }
        switch options.stats.style {
        case .table: Terminal.print(report.text)
        case .json: Terminal.print(JSONValue.object(report.json).serializedString + "\n")
        }
        return ExitCode.success
    }
}
