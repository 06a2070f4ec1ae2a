/// Writes lines of the log for each request: `llm_request_start`, `llm_request_complete`, and `llm_request_error` before it
/// when there was no whole answer.
public struct RequestLogLines: RequestLog {
    private let logger: any Logger

    public init(logger: any Logger) {
        self.logger = logger
    }

    public var wantsBeginnings: Bool { logger.takes(.info) }

    public func began(_ record: RequestRecord) {
        logger.log(.info, "llm_request_start", Self.question(record))
    }

    public func record(_ finished: FinishedRecord) { write(finished.record) }

    private func write(_ record: RequestRecord) {
        let level: LogLevel =
            switch record.outcome {
            case .success, .cancelled, .refused: .info
            case .failure, .timeout: .warning
            }
        if logger.takes(.debug) { logStages(of: record) }
        guard logger.takes(level) else { return }
        if let failure = record.failure, record.outcome != .cancelled {
            logger.log(level, "llm_request_error", Self.error(failure, record))
        }
        var fields = Self.question(record)
        Self.append(record, to: &fields)
        logger.log(level, "llm_request_complete", fields)
    }

    /// How the request went its way, stage by stage, for finding out what became of it.
    private func logStages(of record: RequestRecord) {
        func log(_ event: String, _ fields: [(String, JSONValue?)]) {
            var line: JSONObject = ["request_id": .string(record.id)]
            for (name, value) in fields { line.append(name, ifPresent: value) }
            logger.log(.debug, event, line)
        }
        if let rule = record.routeRule {
            log(
                "llm_request_routed",
                [
                    ("rule", .string(rule)), ("name", record.routeName.map { .string($0) }),
                    ("provider", record.provider.map { .string($0) }),
                    ("provider_model", record.providerModel.map { .string($0) }),
                    ("way", .string(record.isRelayed ? "relay" : "translation")),
                ])
        }
        for attempt in record.attempts {
            var fields = attempt.json.map { ($0.key, JSONValue?.some($0.value)) }
            if let message = attempt.failureMessage {
                fields = fields.filter { $0.0 != "error_message" }
                fields.append(("error_message", .string(CredentialMask.masked(message))))
            }
            log("llm_request_attempt", fields)
        }
        for note in record.notes {
            log(
                "llm_request_converted",
                [
                    ("action", .string(note.action.rawValue)),
                    ("pointer", .string(CredentialMask.maskedName(note.pointer))),
                    ("message", .string(CredentialMask.masked(note.message))),
                ])
        }
    }

    /// What the request says of itself.
    private static func question(_ record: RequestRecord) -> JSONObject {
        var fields: JSONObject = ["request_id": .string(record.id)]
        fields.append("api_key", ifPresent: record.keyName.map { .string($0) })
        fields.append("endpoint", ifPresent: record.endpoint.map { .string($0) })
        fields.append("format", ifPresent: record.clientFormat.map { .string($0.rawValue) })
        fields.append("model", ifPresent: record.model.map { .string($0) })
        fields.append("stream", .bool(record.isStreaming))
        fields.append("session", ifPresent: record.sessionID.map { .string($0) })
        return fields
    }

    /// What became of it.
    private static func append(_ record: RequestRecord, to fields: inout JSONObject) {
        fields.append("status", .number(JSONNumber(record.status)))
        fields.append("outcome", .string(record.outcome.rawValue))
        fields.append("provider", ifPresent: record.provider.map { .string($0) })
        fields.append("instance", ifPresent: record.instance.map { .string($0) })
        fields.append("provider_model", ifPresent: record.providerModel.map { .string($0) })
        if record.attempts.count > 1 { fields.append("attempts", .number(JSONNumber(record.attempts.count))) }
        fields.append("cache", ifPresent: record.cacheState.map { .string($0.rawValue) })
        fields.append("saved_usd", ifPresent: record.savedCost?.total.map { RequestCost.usd($0) })
        fields.append("duration_ms", .number(JSONNumber(record.duration.wholeNanoseconds / 1_000_000)))
        fields.append(
            "first_byte_ms",
            ifPresent: record.timeToFirstByte.map { .number(JSONNumber($0.wholeNanoseconds / 1_000_000)) })
        fields.append(
            "overhead_us", ifPresent: record.overhead.map { .number(JSONNumber($0.wholeNanoseconds / 1000)) })
        fields.append("input_tokens", ifPresent: record.usage.map { .number(JSONNumber($0.totalInput)) })
        fields.append("output_tokens", ifPresent: record.usage?.output.map { .number(JSONNumber($0)) })
        fields.append(
            "cost_usd",
            ifPresent: record.cost?.total.map { RequestCost.usd($0) })
        fields.append("error", ifPresent: record.failure.map { .string($0.kind.rawValue) })
        if !record.notes.isEmpty { fields.append("warnings", .number(JSONNumber(record.notes.count))) }
    }

    private static func error(_ failure: ProviderFailure, _ record: RequestRecord) -> JSONObject {
        var fields: JSONObject = [
            "request_id": .string(record.id), "error": .string(failure.kind.rawValue),
            "status": .number(JSONNumber(failure.status)), "message": .string(CredentialMask.masked(failure.message)),
        ]
        fields.append("provider", ifPresent: record.provider.map { .string($0) })
        fields.append("instance", ifPresent: record.instance.map { .string($0) })
        return fields
    }
}
