import GatewayCore

/// Writes a line of the log for what happens to the health of instances.
struct FailoverEventLines: FailoverEventLog {
    let logger: LogWriter

    func record(_ event: FailoverEvent) {
        let level: LogLevel =
            switch event.kind {
            case .circuitOpen: .warning
            case .failure, .circuitHalfOpen, .circuitClosed, .recovery: .info
            }
        guard logger.takes(level) else { return }
        var fields: JSONObject = ["provider": .string(event.provider), "instance": .string(event.instance)]
        fields.append("failures", ifPresent: event.failures.map { .number(JSONNumber($0)) })
        fields.append("error", ifPresent: event.failureKind.map { .string($0.rawValue) })
        fields.append("message", ifPresent: event.message.map { .string($0) })
        fields.append("retry_at", ifPresent: event.retryAt.map { .string(Timestamp.iso8601($0)) })
        fields.append("request_id", ifPresent: event.requestID.map { .string($0) })
        logger.log(level, "instance_" + event.kind.rawValue, fields)
    }
}
