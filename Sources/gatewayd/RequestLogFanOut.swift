import GatewayCore

/// Gives each record to several logs.
struct RequestLogFanOut: RequestLog {
    let logs: [any RequestLog]

    func record(_ record: RequestRecord) {
        for log in logs { log.record(record) }
    }
}
