import GatewayCore
import GatewayProviders

/// Says which providers there are and which of them are configured.
struct ProvidersCommand {
    var options: CommandOptions

    func run() -> Int32 {
        if options.providers == .markdown {
            Terminal.print(ProvidersDocument(kinds: ProviderCatalog.all.kinds, presets: ProviderPreset.all).markdown)
            return ExitCode.success
        }
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        let report = ProvidersReport(configuration, kinds: ProviderCatalog.all.kinds)
        switch options.providers {
        case .text: Terminal.print("Configured: \(source.name)\n\n" + report.text)
        case .json, .markdown: Terminal.print(JSONValue.object(report.json).serializedString + "\n")
        }
        return ExitCode.success
    }
}
