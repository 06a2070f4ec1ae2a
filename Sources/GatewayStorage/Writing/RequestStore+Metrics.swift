import GatewayCore

extension RequestStore: MetricSource {
    package func write(to writer: inout MetricsWriter) {
        let health = health
        writer.begin(.requestLogQueue)
        writer.sample(.integer(health.waiting))
        writer.begin(.requestLogWorking)
        writer.sample(.integer(health.failure == nil ? 1 : 0))
        writer.begin(.requestLogWritten)
        writer.sample(.integer(health.written))
        writer.begin(.requestLogLost)
        writer.sample(.integer(health.lost))
        writer.begin(.requestLogFailures)
        writer.sample(.integer(health.failures))
    }
}
