import Testing

@testable import gatewayd

@Suite struct CommandLineArgumentsTests {
    @Test func readsTheOptionsOfStats() {
        var options = CommandOptions()
        options.configurationPath = "a.toml"
        options.stats = StatsOptions(hours: 168, depth: .detailed, grouping: .provider, style: .json)
        options.providers = .json
        #expect(
            CommandLineArguments.parse(
                ["stats", "--hours", "168", "--detailed", "--group-by=provider", "--json", "-c", "a.toml"])
                == .run(.stats, options))
    }

    @Test func readsTheStyleOfProviders() {
        var options = CommandOptions()
        options.providers = .markdown
        #expect(CommandLineArguments.parse(["providers", "--markdown"]) == .run(.providers, options))
        #expect(CommandLineArguments.parse(["providers", "--help"]) == .help(.providers))
    }

    @Test(arguments: [
        ["stats", "--hours"], ["stats", "--hours", "0"], ["stats", "--hours", "x"], ["stats", "--group-by", "colour"],
        ["stats", "--watch-this"],
    ]) func explainsMistakes(arguments: [String]) {
        guard case .mistake(let message) = CommandLineArguments.parse(arguments) else {
            Issue.record("\(arguments) is wrong")
            return
        }
        #expect(message.contains("wants") || message.contains("unknown option"))
    }
}
