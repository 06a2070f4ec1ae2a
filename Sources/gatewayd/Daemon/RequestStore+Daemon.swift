import GatewayCore
import GatewayHTTP
import GatewayStorage

// How the request log in SQLite fits into this process.

extension RequestStore {
    /// Nil when the configuration wants none.
    convenience init?(_ configuration: ObservabilityConfiguration, clock: any WallClock, logger: LogWriter) {
        guard configuration.isEnabled else { return nil }
        self.init(Options(configuration), clock: clock) { logger.log($0) }
    }

    var readiness: ReadinessCheck {
        ReadinessCheck("request_log", .told) { [weak self] in
            // The kind alone: the message may name a path, and anybody may ask.
            self?.health.failure.map { "failing: \($0.kind)" }
        }
    }

    func closeAndTell(_ logger: LogWriter) {
        let isInTime = close()
        let health = health
        guard !isInTime || health.lost > 0 else { return }
        logger.log(
            .error, "request_log_incomplete",
            ["lost": .number(JSONNumber(health.lost)), "unwritten": .number(JSONNumber(health.waiting))])
    }
}

extension RequestStore.Options {
    init(_ configuration: ObservabilityConfiguration) {
        self.init(path: configuration.databasePath)
        retention.days = configuration.retentionDays
        retention.quotaDays = configuration.quotaRetentionDays
        retention.megabytes = configuration.retentionMegabytes
        retention.cleanupHour = configuration.cleanupHour
    }
}

extension LogWriter {
    fileprivate func log(_ health: StorageHealth) {
        let counts: JSONObject = [
            "waiting": .number(JSONNumber(health.waiting)), "lost": .number(JSONNumber(health.lost)),
        ]
        switch health.condition {
        case .failing(let failure, _):
            var fields: JSONObject = ["error": .string(failure.kind), "message": .string(failure.message)]
            for field in counts { fields.append(field.key, field.value) }
            log(.error, "request_log_failing", fields)
        // As loud as needed for those who were told of the failure to be told of its end.
        case .working: log(.warning, "request_log_recovered", counts)
        case .starting, .closed: break
        }
    }
}
