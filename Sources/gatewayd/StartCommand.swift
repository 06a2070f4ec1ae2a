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
        // Before any thread starts, so that all of them leave these signals to `waitForStop`.
        let signals = StopSignals()
        let logger = LogWriter(level: configuration.server.logLevel, format: configuration.server.logFormat)
        do {
            let daemon = try Daemon(configuration, environment.variables, logger: logger)
            try daemon.start()
            if let portFile = options.portFile {
                try Files.replace(portFile, with: Array("\(daemon.port)\n".utf8))
            }
            for warning in SettingsNotInUse.warnings(configuration) {
                logger.log(.warning, "setting_not_in_use", ["setting": .string(warning)])
            }
            logger.banner(Banner(configuration, source: source, environment: environment, port: daemon.port))
            let signal = signals.waitForStop()
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
}
