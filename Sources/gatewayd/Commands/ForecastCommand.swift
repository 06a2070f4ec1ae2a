import GatewayCore
import GatewayHTTP
import GatewayProviders

/// Tells what would become of a request that stands in a file, without sending anything.
struct ForecastCommand {
    var options: CommandOptions
    var path: String

    func run() -> Int32 {
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        do {
            let body = try Files.read(path == "-" ? "/dev/stdin" : path)
            let gateway = try Gateway(
                configuration: configuration, providers: .all, transport: NoTransport(),
                services: GatewayServices(
                    clock: SystemClock(), environment: environment.variables, files: SystemFiles()))
            let call = InboundCall(id: "forecast", format: .openAI, body: body)
            call.isAnyFormat = true
            let inbound = call
            let forecast = try Blocking.wait { try await gateway.forecast(inbound) }
            switch options.stats.style {
            case .table: Terminal.print(ForecastText(forecast).text)
            case .json: Terminal.print(JSONValue.object(forecast.json).serializedString + "\n")
            }
            return ExitCode.success
        } catch let failure as Files.Failure {
            Terminal.complain("gatewayd: \(failure.description)")
            return ExitCode.noInput
        } catch let refusal as ExchangeFailure {
            Terminal.complain(
                "gatewayd: the request would be refused: \(CredentialMask.maskedName(refusal.failure.message))")
            return ExitCode.dataError
        } catch {
            Terminal.complain("gatewayd: \(error)")
            return ExitCode.unavailable
        }
    }
}

/// Reaches nobody.
private struct NoTransport: Transport {
    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse { throw .cancelled }
}

/// A forecast for a person.
struct ForecastText {
    private let forecast: RequestForecast

    init(_ forecast: RequestForecast) {
        self.forecast = forecast
    }

    var text: String {
        let route = forecast.route
        let rule = "by \(route.rule.rawValue)" + (route.name.map { " \"\(Readable.name($0))\"" } ?? "")
        var lines = [
            ("Asked", "model \(Readable.name(forecast.model)) in the format \(forecast.clientFormat.rawValue)"),
            ("Routed", "\(rule) to \(route.providerKey), model \(Readable.name(route.model))"),
            ("Costs at most", forecast.maxCost.map { "$\(PicoUSD.decimalUSD($0))" } ?? "unknown"),
        ]
        for (place, destination) in forecast.destinations.enumerated() {
            lines.append((place == 0 ? "Goes to" : "If that fails", text(destination)))
            if let refusal = destination.refusal { lines.append(("", "refused: \(Readable.name(refusal))")) }
            for note in destination.notes {
                lines.append(("", "\(note.action.rawValue) \(Readable.name(note.pointer)): \(note.message)"))
            }
        }
        return Readable.list(lines)
    }

    private func text(_ destination: RequestForecast.Destination) -> String {
        var parts = ["\(destination.instance), model \(Readable.name(destination.model))"]
        switch destination.way {
        case .relay?: parts.append("passed through")
        case .translation?: parts.append("converted to \(destination.format.rawValue)")
        case nil: break
        }
        if let input = destination.inputTokens {
            let output = destination.maxOutputTokens.map { "at most \(Readable.number($0))" } ?? "any number"
            parts.append("about \(Readable.number(input)) tokens in, \(output) out")
        }
        if let cost = destination.maxCost {
            parts.append("at most $\(PicoUSD.decimalUSD(cost))")
        } else if let note = destination.costNote {
            parts.append("cost unknown: \(note)")
        }
        return parts.joined(separator: "; ")
    }
}
