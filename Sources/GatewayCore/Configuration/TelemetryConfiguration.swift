/// Traces for a collector that speaks OTLP over HTTP.
public struct TelemetryConfiguration: Sendable, Equatable {
    /// The collector's base address, such as `http://localhost:4318`; nil traces nothing.
    public var endpoint: String?
    /// Sent along, such as the collector's own credentials.
    public var headers: HTTPFields = [:]
    /// The part of the traces that begin here and are exported, 0...1; callers that bring a trace decide for it.
    public var sampleRatio: Double = 1
    public var serviceName: String = "llm-gateway"
    /// How long the collector may take for a batch.
    public var timeout: Duration = .seconds(10)

    public init(endpoint: String? = nil) {
        self.endpoint = endpoint
    }
}

extension TelemetryConfiguration {
    private static let tracesPath = "/v1/traces"

    /// Where traces go: below the base address, or the address itself where it names them.
    package var tracesURL: String? {
        guard var url = endpoint else { return nil }
        if url.hasSuffix(Self.tracesPath) { return url }
        while url.hasSuffix("/") { url.removeLast() }
        return url + Self.tracesPath
    }

    init(reading reader: inout ConfigurationReader) {
        self.init(endpoint: reader.url("otlp_endpoint"))
        headers = reader.headers("headers") ?? headers
        sampleRatio = reader.number("sample_ratio", in: 0...1) ?? sampleRatio
        serviceName = reader.name("service_name") ?? serviceName
        timeout = reader.seconds("timeout_seconds") ?? timeout
    }
}
