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

    @Test(arguments: [
        (["strat"], "did you mean start?"), (["start", "--confg=a.toml"], "did you mean --config?"),
        (["stats", "--huors", "3"], "did you mean --hours?"), (["dance"], "there are start, reload"),
        (["start", "--json"], "start takes no --json"), (["--dry-run"], "start takes no --dry-run"),
        (["recost", "--since", "2026-11-01", "--hours", "3"], "recost takes no --hours"),
    ]) func saysWhatWasMeant(arguments: [String], said: String) {
        guard case .mistake(let message) = CommandLineArguments.parse(arguments) else {
            Issue.record("\(arguments) is wrong")
            return
        }
        #expect(message.contains(said), "\(message)")
    }

    @Test(arguments: [
        ["status", "--json", "-c", "a"], ["explain", "--request=-", "--json"], ["stats", "--watch", "--interval", "2"],
        ["--version"], ["-c", "a"], ["start", "--hours", "3", "--help"],
    ]) func takesWhatBelongsToTheCommand(arguments: [String]) {
        if case .mistake(let message) = CommandLineArguments.parse(arguments) { Issue.record("\(message)") }
    }

    @Test func takesTheSubjectOfPricesAndExplain() {
        var options = CommandOptions()
        #expect(CommandLineArguments.parse(["prices"]) == .run(.prices, options))
        options.subject = "gpt-5"
        #expect(CommandLineArguments.parse(["prices", "gpt-5"]) == .run(.prices, options))
        #expect(CommandLineArguments.parse(["explain", "gpt-5"]) == .run(.explain, options))
        guard case .mistake = CommandLineArguments.parse(["prices", "a", "b"]) else {
            Issue.record("two subjects were taken")
            return
        }
    }
}
