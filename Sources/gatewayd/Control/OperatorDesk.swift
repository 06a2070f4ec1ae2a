import GatewayCore
import GatewayHTTP
import Glibc

/// What the control socket can be asked, and the answers.
struct OperatorDesk: Sendable {
    private let reloader: Reloader
    private let gateway: Gateway
    private let address: String
    private let configuration: String
    private let logger: LogWriter
    private let clock = SystemClock()
    private let startedAt: Double

    /// The daemon must listen already.
    init(_ source: ConfigurationSource, _ daemon: Daemon, logger: LogWriter) {
        reloader = daemon.reloader
        gateway = daemon.gateway
        address = daemon.address
        configuration = source.name
        self.logger = logger
        startedAt = clock.now()
    }

    /// Takes some milliseconds at most; never on a thread that serves.
    func answer(_ word: String) -> JSONObject {
        switch word {
        case "reload":
            logger.reopen()
            do {
                return try reloader.reload().json
            } catch {
                return ["error": .string(error.description)]
            }
        case "status":
            return StatusReport(
                address: address, configuration: configuration, processID: Int(getpid()), startedAt: startedAt,
                now: clock.now(), reloads: reloader.history, statuses: gateway.instanceStatuses(),
                shared: gateway.sharedStandings
            ).json
        default: return ["error": .string("unknown word")]
        }
    }
}
