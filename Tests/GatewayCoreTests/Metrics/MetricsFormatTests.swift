import Testing

@testable import GatewayCore

struct MetricsFormatTests {
    /// The headers of Prometheus 2.42 and 3.5, of browsers and of curl among them.
    @Test(
        arguments: [
            (nil, .prometheus), ("", .prometheus), ("*/*", .prometheus), ("text/html", .prometheus),
            ("text/plain", .prometheus), ("application/openmetrics-text", .openMetrics),
            ("Application/OpenMetrics-Text; version=1.0.0", .openMetrics),
            ("application/openmetrics-text; version=0.0.1", .prometheus),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                    + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.3,"
                    + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1", .openMetrics
            ),
            ("text/plain;q=0.9, application/openmetrics-text;q=0.1", .prometheus),
            ("text/plain, application/openmetrics-text", .prometheus),
            ("application/openmetrics-text;q=0", .prometheus), ("application/openmetrics-text;q=nan", .prometheus),
            ("application/openmetrics-text;q=1e300", .prometheus), (";;,=;q", .prometheus),
        ] as [(String?, MetricsFormat)])
    func takesWhatTheScraperPrefers(accept: String?, format: MetricsFormat) {
        #expect(MetricsFormat.preferred(by: accept) == format)
    }
}
