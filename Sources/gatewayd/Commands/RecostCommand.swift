import GatewayCore
import GatewayStorage

/// Computes what past requests cost anew, by the prices there are now.
struct RecostCommand {
    var options: CommandOptions

    func run() -> Int32 {
        guard let since = options.since else {
            Terminal.complain("gatewayd: recost wants to know from when on, as in --since 2026-11-01")
            return ExitCode.usage
        }
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        let path = configuration.observability.databasePath
        guard Files.exists(path) else {
            Terminal.complain("gatewayd: there is no database at \(path)")
            return ExitCode.noInput
        }
        let prices = PriceShelf(configuration.prices).book
        do {
            let summary = try CostRevision(path: path).run(since: since, isDryRun: options.isDryRun) {
                prices.cost(of: $0, model: $1, at: $2, instant: $3)
            }
            switch options.stats.style {
            case .table: Terminal.print(text(summary))
            case .json: Terminal.print(JSONValue.object(json(summary)).serializedString + "\n")
            }
            return ExitCode.success
        } catch {
            Terminal.complain("gatewayd: \(path): \(error)")
            return ExitCode.unavailable
        }
    }

    private func text(_ summary: CostRevision.Summary) -> String {
        let verb = options.isDryRun ? "would change" : "changed"
        var lines = [
            ("Requests", "\(Readable.number(summary.examined)) looked at, \(Readable.number(summary.changed)) \(verb)"),
            ("Cost before", "$\(PicoUSD.decimalUSD(summary.costBefore))"),
            ("Cost after", "$\(PicoUSD.decimalUSD(summary.costAfter))"),
        ]
        if summary.found > 0 { lines.append(("Now known", "\(Readable.number(summary.found)) that had no cost")) }
        if summary.forgotten > 0 {
            lines.append(("Now unknown", "\(Readable.number(summary.forgotten)) whose price is gone"))
        }
        return Readable.list(lines)
    }

    private func json(_ summary: CostRevision.Summary) -> JSONObject {
        func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
        return [
            "dry_run": .bool(options.isDryRun), "requests": number(summary.examined),
            "changed": number(summary.changed), "now_known": number(summary.found),
            "now_unknown": number(summary.forgotten), "cost_before_usd": RequestCost.usd(summary.costBefore),
            "cost_after_usd": RequestCost.usd(summary.costAfter),
        ]
    }
}
