import Glibc

/// The process: reads its command line and runs one command.
@main
struct Gatewayd {
    static func main() {
        // A peer that closes its end is told by the failing write; it must not end the process.
        signal(SIGPIPE, SIG_IGN)
        switch CommandLineArguments.parse(Array(CommandLine.arguments.dropFirst())) {
        case .run(let command, let options):
            exit(run(command, options))
        case .help(let command):
            Terminal.print(HelpText.text(for: command))
            exit(ExitCode.success)
        case .mistake(let message):
            Terminal.complain("gatewayd: \(message)\nTry: gatewayd --help")
            exit(ExitCode.usage)
        }
    }

    private static func run(_ command: Command, _ options: CommandOptions) -> Int32 {
        switch command {
        case .start: StartCommand(options: options).run()
        case .reload: ReloadCommand(options: options).run()
        case .status: StatusCommand(options: options).run()
        case .test: TestCommand(options: options).run()
        case .providers: ProvidersCommand(options: options).run()
        case .stats: StatsCommand(options: options).run()
        case .prices: PricesCommand(options: options).run()
        case .explain: ExplainCommand(options: options).run()
        case .recost: RecostCommand(options: options).run()
        case .version: VersionCommand().run()
        }
    }
}

/// As sysexits.h has them.
enum ExitCode {
    static let success: Int32 = 0
    static let usage: Int32 = 64
    static let dataError: Int32 = 65
    static let noInput: Int32 = 66
    static let unavailable: Int32 = 69
    static let configuration: Int32 = 78
}
