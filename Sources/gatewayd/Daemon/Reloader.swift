import GatewayCore
import GatewayHTTP
import Synchronization

/// Takes over a changed configuration while the gateway serves, or leaves everything as it was and says why.
///
/// Requests under way finish with the configuration that they began with.
final class Reloader: Sendable {
    /// What is true after a reload.
    struct Outcome: Sendable {
        var configuration: String
        var providers: Int
        var instances: Int
        /// Sections that have changed and that only a restart takes over.
        var needRestart: [String]
    }

    /// Where reloads stand, for `gatewayd status`.
    struct History: Sendable {
        var count = 0
        /// Seconds since 1970; nil before the first.
        var latest: Double?
        /// What was wrong with the latest attempt; nil when it went well.
        var complaint: String?
    }

    private let source: ConfigurationSource
    /// The configuration that the process started with, parts of which stay in force until it ends.
    private let started: GatewayConfiguration
    private let gateway: Gateway
    private let metrics: RequestMetrics
    private let logger: LogWriter
    private let clock = SystemClock()
    private let past = Mutex(History())
    /// Held during a reload, so that two do not mix.
    private let turn = Mutex(())

    init(
        _ source: ConfigurationSource, started: GatewayConfiguration, gateway: Gateway, metrics: RequestMetrics,
        logger: LogWriter
    ) {
        self.source = source
        self.started = started
        self.gateway = gateway
        self.metrics = metrics
        self.logger = logger
    }

    var history: History { past.withLock { $0 } }

    /// Throws what is wrong; nothing has changed then.
    func reload() throws(Complaint) -> Outcome {
        try turn.withLock { (_) throws(Complaint) in
            do throws(Complaint) {
                let outcome = try takeOver()
                note(nil)
                log(outcome)
                return outcome
            } catch {
                note(error.description)
                logger.log(.error, "reload_refused", ["reason": .string(error.description)])
                throw error
            }
        }
    }

    private func takeOver() throws(Complaint) -> Outcome {
        let wanted = try source.read(try CommandEnvironment.read())
        let configuration = wanted.keepingProcess(of: started)
        // The listener stays where it is: what the file says beside it must be right for that.
        let problems = configuration.problems()
        guard problems.isEmpty else {
            let reasons = problems.map(\.description).joined(separator: "\n")
            throw Complaint("\(reasons)\nThe gateway still listens on \(started.server.host) until it is restarted.")
        }
        do {
            try gateway.reload(configuration)
        } catch {
            throw Complaint(error.message)
        }
        metrics.configure(configuration)
        logger.configure(configuration.logging)
        let providers = configuration.providers.filter(\.isEnabled)
        return Outcome(
            configuration: source.name, providers: providers.count,
            instances: providers.reduce(0) { $0 + $1.enabledInstances.count },
            needRestart: wanted.sectionsOfProcess(differingFrom: started))
    }

    private func note(_ complaint: String?) {
        let now = clock.now()
        past.withLock { past in
            past.count += 1
            past.latest = now
            past.complaint = complaint
        }
    }

    private func log(_ outcome: Outcome) {
        logger.log(.info, "configuration_reloaded", outcome.json)
        for section in outcome.needRestart {
            logger.log(.warning, "setting_needs_restart", ["setting": .string(section)])
        }
        for warning in SettingsNotInUse.warnings(gateway.configuration) {
            logger.log(.warning, "setting_not_in_use", ["setting": .string(warning)])
        }
    }
}

extension Reloader.Outcome {
    var json: JSONObject {
        [
            "configuration": .string(configuration), "providers": .number(JSONNumber(providers)),
            "instances": .number(JSONNumber(instances)), "need_restart": .array(needRestart.map { .string($0) }),
        ]
    }
}

extension GatewayConfiguration {
    /// With the parts that a process has from its start to its end.
    func keepingProcess(of started: GatewayConfiguration) -> GatewayConfiguration {
        var copy = self
        copy.server = started.server
        copy.proxy = started.proxy
        copy.observability = started.observability
        copy.metrics = started.metrics
        copy.telemetry = started.telemetry
        copy.storedResponses = started.storedResponses
        copy.shared = started.shared
        copy.logging.file = started.logging.file
        copy.logging.includesRequestBodies = started.logging.includesRequestBodies
        copy.logging.includesResponseBodies = started.logging.includesResponseBodies
        return copy
    }

    /// The names of those parts where this configuration has them otherwise.
    func sectionsOfProcess(differingFrom started: GatewayConfiguration) -> [String] {
        let kept = keepingProcess(of: started)
        var server = kept.server
        (server.logLevel, server.logFormat) = (self.server.logLevel, self.server.logFormat)
        let sections = [
            ("[server]", server != self.server), ("[proxy]", proxy != kept.proxy),
            ("[observability]", observability != kept.observability), ("[metrics]", metrics != kept.metrics),
            ("[shared]", shared != kept.shared), ("[telemetry]", telemetry != kept.telemetry),
            ("[responses]", storedResponses != kept.storedResponses),
            ("[logging] file, request_body, response_body", logging != kept.logging),
            (
                "[prices] refresh",
                prices.refreshURL != started.prices.refreshURL
                    || prices.refreshInterval != started.prices.refreshInterval
            ),
        ]
        return sections.filter(\.1).map(\.0)
    }
}
