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
            let daemon = try Daemon(configuration, from: source, environment.variables, logger: logger)
            try daemon.start()
            let control = openControl(source, daemon, logger)
            defer { control?.remove() }
            if let portFile = options.portFile {
                try Files.replace(portFile, with: Array("\(daemon.port)\n".utf8))
            }
            for warning in SettingsNotInUse.warnings(configuration) {
                logger.log(.warning, "setting_not_in_use", ["setting": .string(warning)])
            }
            logger.banner(Banner(configuration, source: source, environment: environment, port: daemon.port))
            let signal = Self.waitForStop(signals, daemon.reloader, logger)
            logger.log(.info, "gateway_stopping", ["signal": .string(signal)])
            daemon.stop()
            logger.log(.info, "gateway_stopped")
            logger.flush()
            return ExitCode.success
        } catch ListenError.refused(let address, let error) where error.code == EADDRINUSE {
            Terminal.complain(
                "gatewayd: \(ListenError.refused(address, error)). Choose another port: server.port in the configuration, or "
                    + "LLM_GATEWAY__SERVER__PORT.")
        } catch let failure as Files.Failure {
            Terminal.complain("gatewayd: \(failure.description)")
        } catch {
            Terminal.complain("gatewayd: \(error)")
        }
        return ExitCode.unavailable
    }

    /// Does what the signals before ask for; gives the name of the one that asks to stop.
    private static func waitForStop(
        _ signals: ProcessSignals, _ reloader: Reloader, _ logger: LogWriter
    ) -> String {
        while true {
            switch signals.next() {
            case .stop(let signal): return signal
            case .renew:
                logger.reopen()
                // What is wrong stands in the log.
                _ = try? reloader.reload()
            }
        }
    }

    /// Without it the gateway serves all the same: reload is SIGHUP then.
    private func openControl(_ source: ConfigurationSource, _ daemon: Daemon, _ logger: LogWriter) -> ControlSocket? {
        let operatorDesk = OperatorDesk(source, daemon, logger: logger)
        do {
            return try ControlSocket(ControlAddress(source)) { operatorDesk.answer($0) }
        } catch {
            logger.log(.warning, "control_socket_unavailable", ["reason": .string(error.description)])
            return nil
        }
    }
}
