import GatewayCore

/// Google's Gemini Developer API.
///
/// Source: https://ai.google.dev/api/generate-content
public struct GeminiProvider: LlmProvider, TokenCounting, EmbeddingProvider {
    private let address: String
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    static let standardAddress = "https://generativelanguage.googleapis.com/v1beta"

    public var format: WireFormat { .gemini }

    public init(_ instance: InstanceConfiguration) {
        address = instance.address(or: Self.standardAddress)
        timeouts = instance.timeouts
        // In a header and not in the address, where logs would keep it.
        let key: (name: String, value: String)? = instance.apiKey.map { ("x-goog-api-key", $0.revealed) }
        headers = ProviderHeaders(instance, authentication: instance.authMode == .oauth ? instance.bearer : key)
    }

    public func request(for call: ProviderCall) -> TransportRequest {
        request(call.isStreaming ? ":streamGenerateContent?alt=sse" : ":generateContent", for: call)
    }

    public var countedFormat: WireFormat? { .gemini }

    public func countRequest(for call: ProviderCall) -> TransportRequest {
        request(":countTokens", for: call)
    }

    public func embeddingFormat(of model: String) -> EmbeddingFormat? { .gemini }

    public func embeddingRequest(for call: ProviderCall) -> TransportRequest {
        request(":batchEmbedContents", for: call)
    }

    private func request(_ action: String, for call: ProviderCall) -> TransportRequest {
        let resource = call.model.contains("/") ? call.model : "models/" + call.model
        return TransportRequest(
            url: "\(address)/\(resource)\(action)", headers: headers.fields, body: call.body, timeouts: timeouts)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(
            method: "GET", url: address + "/models?pageSize=1000", headers: headers.fields, timeouts: timeouts)
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        (list["models"]?.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string else { return nil }
            return ListedModel(
                id: name.hasPrefix("models/") ? String(name.dropFirst(7)) : name,
                displayName: entry["displayName"]?.string, inputTokenLimit: entry["inputTokenLimit"]?.int,
                outputTokenLimit: entry["outputTokenLimit"]?.int)
        }
    }
}
