import GatewayCore

/// Claude on Vertex AI: Anthropic's format with the model in the address, and the version in the body instead of a header.
///
/// Source: https://docs.anthropic.com/en/api/claude-on-vertex-ai
struct VertexClaudeProvider: LlmProvider {
    private let place: VertexPlace
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts
    private let version: String

    private static let standardVersion = "vertex-2023-10-16"

    var format: WireFormat { .anthropic }

    /// - Parameter version: of Anthropic's API; nil is the one that every model has.
    init(_ place: VertexPlace, _ headers: ProviderHeaders, _ timeouts: TransportTimeouts, version: String?) {
        self.place = place
        self.headers = headers
        self.timeouts = timeouts
        self.version = version ?? Self.standardVersion
    }

    func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        let url = try place.url(
            of: call.model, by: "anthropic", version: "v1",
            action: call.isStreaming ? "streamRawPredict" : "rawPredict", with: call.access)
        var fields = headers.adding(["anthropic-beta"], from: call.clientHeaders)
        if let bearer = call.access.bearer { fields[bearer.name] = bearer.value }
        return TransportRequest(url: url, headers: fields, body: try body(of: call), timeouts: timeouts)
    }

    private func body(of call: ProviderCall) throws(ProviderError) -> [UInt8] {
        do {
            return try JSONPeek(call.body).bytes(
                applying: [.remove("/model"), .prepend("/anthropic_version", .string(version))])
        } catch {
            throw ProviderError("the request cannot be made one for Vertex AI")
        }
    }

    /// The list is Gemini's provider's.
    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }

    func models(in list: JSONValue) -> [ListedModel] { [] }
}
