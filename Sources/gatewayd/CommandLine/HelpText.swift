import GatewayCore

/// What `--help` prints.
enum HelpText {
    static func text(for command: Command?) -> String {
        switch command {
        case nil: overview
        case .start: start
        case .reload: reload
        case .status: status
        case .test: test
        case .providers: providers
        case .stats: stats
        case .prices: prices
        case .explain: explain
        case .recost: recost
        case .version: "gatewayd version\n\nPrints the version and ends.\n"
        }
    }

    private static let overview = """
        gatewayd \(GatewayVersion.current): one address and one key for every LLM provider.

        Usage: gatewayd [COMMAND] [OPTIONS]

        Commands:
          start      serve in the foreground until SIGTERM or SIGINT (the default)
          reload     have the running gateway read its configuration anew
          status     show how the running gateway and its providers are
          test       check the configuration and say what each model would reach
          providers  list every provider there is, and what is configured
          stats      sum up the requests of the last hours
          prices     list what models cost, and where each price comes from
          explain    tell one request as a story, or what would become of one
          recost     compute past costs anew after prices were corrected
          version    print the version

        Options:
          -c, --config PATH   the configuration file; without it config.toml in the working directory,
                              and without that a built-in default on 127.0.0.1:8080
          -h, --help          this text, or a command's own

        Every key of the configuration can be overridden by a variable: LLM_GATEWAY__SERVER__PORT=9000.
        Variables are those of the process, then those of a file .env in the working directory.

        """

    private static let start = """
        gatewayd start [--config PATH] [--port-file PATH]

        Serves in the foreground. SIGTERM and SIGINT stop it: answers under way may finish within
        server.shutdown_timeout_seconds, what is left then is told so in-band. SIGHUP is `gatewayd reload`,
        and opens the log file anew.

        Options:
          -c, --config PATH    the configuration file
              --port-file PATH write the port there once the server listens (for server.port = 0)

        """

    private static let reload = """
        gatewayd reload [--config PATH]

        Has the gateway that runs with this configuration file, started by the same user, read it anew, with the
        variables of .env. Requests under way finish with the configuration they began with; instances that are
        configured as before keep their health, and sessions their instances. A file with mistakes changes nothing:
        they are told here, and the command ends with 78. What only a restart takes over is listed.

        Options:
          -c, --config PATH   the configuration file

        """

    private static let status = """
        gatewayd status [--json] [--config PATH]

        Shows the gateway that runs with this configuration file, started by the same user: since when, the latest
        reload, and each instance with its circuit, its latest failure and when it is tried again. Ends with 69 when
        there is no such gateway.

        Options:
          -c, --config PATH   the configuration file
              --json          for programs

        """

    private static let test = """
        gatewayd test [--config PATH]

        Reads and checks the configuration without starting anything, and says which provider, instance and
        model each configured name reaches. Ends with 0 when the configuration is good and with 78 when not;
        every mistake is named with its place and what to write instead.

        """

    private static let providers = """
        gatewayd providers [--json | --markdown] [--config PATH]

        Lists the configured instances, with where their keys come from or that they are missing, never the keys;
        and every kind of provider there is: its name in the configuration, the format it speaks, its address, the
        variable its key is taken from, and the names and beginnings of names by which its models are asked for.

        Options:
          -c, --config PATH   the configuration file
              --json          for programs
              --markdown      the tables of docs/PROVIDERS.md

        """

    private static let stats = """
        gatewayd stats [--hours N] [--detailed] [--group-by WHAT] [--json] [--watch] [--config PATH]

        Sums up the requests in the database that the configuration names: how many, how they ended, tokens with
        cache figures, cost, duration. The gateway may be running or not.

        Options:
          -c, --config PATH   the configuration file
              --hours N       so far back, by whole hours (24)
              --detailed      also by provider and by key, with more columns, and what went wrong
              --group-by WHAT model, provider, key, hour, day or metadata.FIELD
              --watch         shown anew every 5 seconds, or as often as --interval SECONDS says, until Ctrl-C
              --json          for programs

        """

    private static let prices = """
        gatewayd prices [MODEL] [--json] [--config PATH]

        Lists the prices in force, in USD for a million tokens, with the page each was read from and the day: those of
        the configuration first, then the built-in ones. MODEL shows only models with that in their name, or in
        provider/model, with every tier, length and region.

        Options:
          -c, --config PATH   the configuration file
              --json          for programs

        """

    private static let explain = """
        gatewayd explain REQUEST_ID [--json] [--config PATH]
        gatewayd explain --request FILE [--json] [--config PATH]

        Tells one request from the database that the configuration names: how it was routed, each attempt and why the
        next one was made, tokens, times, what a conversion lost, and what it cost.

        With --request it tells what would become of the request whose body is in the file, in any client's format,
        without sending it: where it could go, what a conversion would lose, and the most it could cost.

        Options:
          -c, --config PATH   the configuration file
              --request FILE  the body of a request; - is standard input
              --json          for programs

        """

    private static let recost = """
        gatewayd recost --since DAY [--dry-run] [--json] [--config PATH]

        Computes what requests cost anew, by the prices that the configuration and the built-in table have now for the
        time of each request, in the database that the configuration names; sums are corrected too. What providers
        themselves named, and what a cache answered, stays. The gateway may be running or not.

        Options:
          -c, --config PATH   the configuration file
              --since DAY     from that day or time on, in UTC: 2026-11-01, 2026-11-01T12:00:00Z
              --dry-run       only say what would change
              --json          for programs

        """
}
