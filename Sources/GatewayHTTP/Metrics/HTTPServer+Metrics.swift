import GatewayCore

extension HTTPServer: MetricSource {
    package func write(to writer: inout MetricsWriter) {
        writer.begin(.openConnections)
        writer.sample(.integer(connectionCount))
    }
}
