import GatewayCore

/// Writes a line of the log for each request that is over.
struct RequestLogLines: RequestLog {
    let logger: LogWriter

    func record(_ record: RequestRecord) {
        let level: LogLevel =
            switch record.outcome {
            case .success, .cancelled, .refused: .info
            case .failure, .timeout: .warning
            }
        guard logger.takes(level) else { return }
        logger.log(level, "llm_request_complete", Self.fields(record))
    }

    private static func fields(_ record: RequestRecord) -> JSONObject {
        var fields: JSONObject = [
            "request_id": .string(record.id), "status": .number(JSONNumber(record.status)),
            "outcome": .string(record.outcome.rawValue),
        ]
        fields.append("api_key", ifPresent: record.keyName.map { .string($0) })
        fields.append("format", ifPresent: record.clientFormat.map { .string($0.rawValue) })
        fields.append("model", ifPresent: record.model.map { .string($0) })
        fields.append("provider", ifPresent: record.provider.map { .string($0) })
        fields.append("instance", ifPresent: record.instance.map { .string($0) })
        fields.append("provider_model", ifPresent: record.providerModel.map { .string($0) })
        fields.append("stream", .bool(record.isStreaming))
        fields.append("duration_ms", .number(JSONNumber(record.duration.milliseconds)))
        fields.append(
            "first_byte_ms", ifPresent: record.timeToFirstByte.map { .number(JSONNumber($0.milliseconds)) })
        fields.append("input_tokens", ifPresent: record.usage.map { .number(JSONNumber($0.totalInput)) })
        fields.append("output_tokens", ifPresent: record.usage?.output.map { .number(JSONNumber($0)) })
        fields.append("error", ifPresent: record.failure.map { .string($0.kind.rawValue) })
        if !record.notes.isEmpty { fields.append("warnings", .number(JSONNumber(record.notes.count))) }
        return fields
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
