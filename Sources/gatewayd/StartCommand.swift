import GatewayCore
import GatewayHTTP
import GatewayProviders
import Glibc

/// Puts the gateway together and serves until a signal asks to stop.
struct StartCommand {
    var options: CommandOptions

    func run() -> Int32 {
        let source = ConfigurationSource.find(options)
        guard let environment = CommandEnvironment.load(), let configuration = source.load(environment) else {
            return ExitCode.configuration
        }
        // Before any thread starts, so that all of them leave these signals to the main one.
        let signals = ProcessSignals()
        do {
            let logger = try LogWriter(configuration.logging)
            let daemon = try Daemon(configuration, environment.variables, logger: logger)
            try daemon.start()
            if let portFile = options.portFile {
                try Files.replace(portFile, with: Array("\(daemon.port)\n".utf8))
            }
            for warning in SettingsNotInUse.warnings(configuration) {
                logger.log(.warning, "setting_not_in_use", ["setting": .string(warning)])
            }
            logger.banner(Banner(configuration, source: source, environment: environment, port: daemon.port))
            let signal = Self.waitForStop(signals, logger)
            logger.log(.info, "gateway_stopping", ["signal": .string(signal)])
            daemon.stop()
            logger.log(.info, "gateway_stopped")
            logger.flush()
            return ExitCode.success
        } catch let failure as Files.Failure {
            Terminal.complain("gatewayd: \(failure.description)")
        } catch {
            Terminal.complain("gatewayd: \(error)")
        }
        return ExitCode.unavailable
    }

    /// Does what the signals before ask for; gives the name of the one that asks to stop.
    private static func waitForStop(_ signals: ProcessSignals, _ logger: LogWriter) -> String {
        while true {
            switch signals.next() {
            case .stop(let signal): return signal
            case .renew: logger.reopen()
            }
        }
    }
}
