import GatewayCore

/// What the program can be asked to do.
enum Command: String, CaseIterable {
    case start, reload, status, test, providers, stats, prices, explain, version
}

struct CommandOptions: Equatable {
    /// The configuration file; nil looks for `config.toml` in the working directory.
    var configurationPath: String?
    /// A file that is given the bound port once the server listens, for scripts that start it on port 0.
    var portFile: String?
    /// What the command is about: a model for `prices`, a request for `explain`.
    var subject: String?
    var stats = StatsOptions()
    var providers = ProvidersStyle.text
}

/// How `providers` shows its list.
enum ProvidersStyle {
    case text, json, markdown
}

/// What `stats` shows.
struct StatsOptions: Equatable {
    enum Style { case table, json }
    enum Depth { case brief, detailed }

    var hours = 24
    var depth = Depth.brief
    /// Nil shows the tables that belong to the depth.
    var grouping: UsageGrouping?
    var style = Style.table
}

/// The command line, read.
enum CommandLineArguments: Equatable {
    case run(Command, CommandOptions)
    case help(Command?)
    case mistake(String)

    static func parse(_ arguments: [String]) -> CommandLineArguments {
        var command: Command?
        var options = CommandOptions()
        var wantsHelp = false
        var rest = arguments[...]
        while let word = rest.popFirst() {
            let (name, inlineValue) = split(word)
            switch name {
            case "--help", "-h", "help":
                wantsHelp = true
            case "--version", "-v":
                command = .version
            case "--config", "-c", "--port-file":
                guard let value = inlineValue ?? rest.popFirst(), !value.isEmpty else {
                    return .mistake("\(name) wants a path")
                }
                if name == "--port-file" { options.portFile = value } else { options.configurationPath = value }
            case "--detailed":
                options.stats.depth = .detailed
            case "--json":
                options.stats.style = .json
                options.providers = .json
            case "--markdown":
                options.providers = .markdown
            case "--hours":
                guard let hours = (inlineValue ?? rest.popFirst()).flatMap({ Int($0) }), (1...876_000).contains(hours)
                else { return .mistake("--hours wants a number of hours, as in --hours 168") }
                options.stats.hours = hours
            case "--group-by":
                guard let grouping = (inlineValue ?? rest.popFirst()).flatMap({ UsageGrouping(rawValue: $0) }) else {
                    let known = UsageGrouping.allCases.map(\.rawValue).joined(separator: ", ")
                    return .mistake("--group-by wants one of \(known)")
                }
                options.stats.grouping = grouping
            default:
                guard !word.hasPrefix("-") else { return .mistake("unknown option \(word)") }
                if command == .prices || command == .explain, options.subject == nil {
                    options.subject = word
                    continue
                }
                guard command == nil else { return .mistake("one command only, not also \"\(word)\"") }
                guard let named = Command(rawValue: word) else {
                    let known = Command.allCases.map(\.rawValue).joined(separator: ", ")
                    return .mistake("unknown command \"\(word)\"; there are \(known)")
                }
                command = named
            }
        }
        return wantsHelp ? .help(command) : .run(command ?? .start, options)
    }

    /// `--config=x` is `--config x`.
    private static func split(_ word: String) -> (name: String, value: String?) {
        guard word.hasPrefix("--"), let sign = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }
}
