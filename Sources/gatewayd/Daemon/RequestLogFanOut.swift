import GatewayCore

/// Gives each record to several logs.
struct RequestLogFanOut: RequestLog {
    let logs: [any RequestLog]

    var wantsBeginnings: Bool { logs.contains { $0.wantsBeginnings } }

    func began(_ record: RequestRecord) {
        for log in logs { log.began(record) }
    }

    func record(_ finished: FinishedRecord) {
        for log in logs { log.record(finished) }
    }
}

/// Tells several logs of each event.
struct FailoverEventFanOut: FailoverEventLog {
    let logs: [any FailoverEventLog]

    func record(_ event: FailoverEvent) {
        for log in logs { log.record(event) }
    }
}
