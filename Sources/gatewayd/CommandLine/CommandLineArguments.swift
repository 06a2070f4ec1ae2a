import GatewayCore

/// What the program can be asked to do.
enum Command: String, CaseIterable {
    case start, reload, status, test, providers, stats, prices, explain, recost, version
}

struct CommandOptions: Equatable {
    /// The configuration file; nil looks for `config.toml` in the working directory.
    var configurationPath: String?
    /// A file that is given the bound port once the server listens, for scripts that start it on port 0.
    var portFile: String?
    /// What the command is about: a model for `prices`, a request for `explain`.
    var subject: String?
    /// The body of a request that `explain` tells of; `-` is standard input.
    var requestPath: String?
    /// From when on `recost` goes, in seconds since 1970.
    var since: Double?
    /// Whether `recost` only tells what it would do.
    var isDryRun = false
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
    /// The field of the metadata to group by.
    var metadata: UsageQuery.MetadataFilter?
    /// How often it is shown anew; nil shows it once.
    var interval: Int?
    var style = Style.table
}

extension StatsOptions {
    static let standardInterval = 5

    /// False for a word that is no grouping.
    fileprivate mutating func group(by word: String) -> Bool {
        let prefix = "metadata."
        if word.hasPrefix(prefix), word.utf8.count > prefix.utf8.count {
            grouping = .metadata
            metadata = UsageQuery.MetadataFilter(field: String(word.dropFirst(prefix.count)))
            return true
        }
        guard let named = UsageGrouping(rawValue: word), named != .metadata else { return false }
        grouping = named
        return true
    }
}

/// The command line, read.
enum CommandLineArguments: Equatable {
    case run(Command, CommandOptions)
    case help(Command?)
    case mistake(String)

    static func parse(_ arguments: [String]) -> CommandLineArguments {
        var command: Command?
        var options = CommandOptions()
        var given: [String] = []
        var wantsHelp = false
        var rest = arguments[...]
        while let word = rest.popFirst() {
            let (name, inlineValue) = split(word)
            if name.hasPrefix("-") { given.append(name) }
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
            case "--watch":
                options.stats.interval = options.stats.interval ?? StatsOptions.standardInterval
            case "--interval":
                guard let seconds = (inlineValue ?? rest.popFirst()).flatMap({ Int($0) }),
                    (1...86_400).contains(seconds)
                else { return .mistake("--interval wants a number of seconds, as in --interval 5") }
                options.stats.interval = seconds
            case "--since":
                guard let value = inlineValue ?? rest.popFirst(), let since = Self.instant(value) else {
                    return .mistake("--since wants a day or a time, as in --since 2026-11-01")
                }
                options.since = since
            case "--dry-run":
                options.isDryRun = true
            case "--request":
                guard let value = inlineValue ?? rest.popFirst(), !value.isEmpty else {
                    return .mistake("--request wants a file with the body of a request")
                }
                options.requestPath = value
            case "--hours":
                guard let hours = (inlineValue ?? rest.popFirst()).flatMap({ Int($0) }), (1...876_000).contains(hours)
                else { return .mistake("--hours wants a number of hours, as in --hours 168") }
                options.stats.hours = hours
            case "--group-by":
                guard let value = inlineValue ?? rest.popFirst(), options.stats.group(by: value) else {
                    let known = UsageGrouping.allCases.filter { $0 != .metadata }.map(\.rawValue)
                    return .mistake("--group-by wants one of \(known.joined(separator: ", ")), metadata.FIELD")
                }
            default:
                guard !word.hasPrefix("-") else {
                    return .mistake("unknown option \(word)" + hint(for: name, among: Command.allOptions))
                }
                if command == .prices || command == .explain, options.subject == nil {
                    options.subject = word
                    continue
                }
                guard command == nil else { return .mistake("one command only, not also \"\(word)\"") }
                guard let named = Command(rawValue: word) else {
                    let known = Command.allCases.map(\.rawValue)
                    return .mistake(
                        "unknown command \"\(word)\"" + hint(for: word, among: known)
                            + "; there are \(known.joined(separator: ", "))")
                }
                command = named
            }
        }
        if wantsHelp { return .help(command) }
        let named = command ?? .start
        guard let stray = given.first(where: { !named.options.contains($0) }) else { return .run(named, options) }
        let taken = named.options.filter { $0.hasPrefix("--") }
        return .mistake("\(named.rawValue) takes no \(stray), but \(taken.joined(separator: ", "))")
    }

    private static func hint(for word: String, among known: [String]) -> String {
        Suggestion.nearest(to: word, among: known).map { " (did you mean \($0)?)" } ?? ""
    }

    private static func instant(_ text: String) -> Double? {
        Timestamp.day(text).map { Double($0) * 86_400 } ?? Timestamp.seconds(iso8601: text)
    }

    /// `--config=x` is `--config x`.
    private static func split(_ word: String) -> (name: String, value: String?) {
        guard word.hasPrefix("--"), let sign = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }
}

extension Command {
    /// Those that it does something with, besides `--help`.
    fileprivate var options: [String] {
        let own: [String] =
            switch self {
            case .start: ["--port-file"]
            case .reload, .test: []
            case .status, .prices: ["--json"]
            case .providers: ["--json", "--markdown"]
            case .stats: ["--hours", "--detailed", "--group-by", "--watch", "--interval", "--json"]
            case .explain: ["--request", "--json"]
            case .recost: ["--since", "--dry-run", "--json"]
            case .version: ["--version", "-v"]
            }
        return own + ["--config", "-c"]
    }

    fileprivate static var allOptions: [String] {
        allCases.flatMap(\.options).filter { $0.hasPrefix("--") } + ["--help"]
    }
}
