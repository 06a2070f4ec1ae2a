import GatewayCore

/// Anthropic's Messages API.
///
/// Source: https://docs.anthropic.com/en/api/messages
public struct AnthropicProvider: LlmProvider, TokenCounting {
    private let messagesURL: String
    private let modelsURL: String
    let headers: ProviderHeaders
    private let apiVersion: String
    /// Those of a client that has no wishes of its own.
    private let standardFields: HTTPFields
    let timeouts: TransportTimeouts
    /// Where the account's quota is told; nil without a token of OAuth.
    let quotaURL: String?

    /// The version asked for when neither the configuration nor the client names one.
    private static let standardVersion = "2023-06-01"

    static let standardAddress = "https://api.anthropic.com/v1"

    public var format: WireFormat { .anthropic }

    public init(_ instance: InstanceConfiguration) {
        let address = instance.address(or: Self.standardAddress)
        messagesURL = address + "/messages"
        modelsURL = address + "/models?limit=1000"
        timeouts = instance.timeouts
        let origin = address.hasSuffix("/v1") ? String(address.dropLast("/v1".count)) : address
        quotaURL = instance.authMode == .oauth ? origin + "/api/oauth/usage" : nil
        apiVersion = instance.apiVersion ?? Self.standardVersion
        let key: (name: String, value: String)? = instance.apiKey.map { ("x-api-key", $0.revealed) }
        headers = ProviderHeaders(instance, authentication: instance.authMode == .oauth ? instance.bearer : key)
        var fields = headers.fields
        if fields["anthropic-version"] == nil { fields.append("anthropic-version", apiVersion) }
        standardFields = fields
    }

    /// A client that speaks the format itself names the version and the betas that its request needs.
    public func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: messagesURL, headers: fields(for: call), body: call.body, timeouts: timeouts)
    }

    private func fields(for call: ProviderCall) -> HTTPFields {
        let version = call.clientHeaders["anthropic-version"]
        guard call.clientHeaders["anthropic-beta"] != nil || version != nil && version != apiVersion else {
            return standardFields
        }
        var fields = headers.adding(["anthropic-version", "anthropic-beta"], from: call.clientHeaders)
        if fields["anthropic-version"] == nil { fields.append("anthropic-version", apiVersion) }
        return fields
    }

    public var countedFormat: WireFormat? { .anthropic }

    public func countRequest(for call: ProviderCall) -> TransportRequest {
        var request = request(for: call)
        request.url += "/count_tokens"
        return request
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(method: "GET", url: modelsURL, headers: standardFields, timeouts: timeouts)
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        (list["data"]?.array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string else { return nil }
            return ListedModel(
                id: id, displayName: entry["display_name"]?.string, inputTokenLimit: entry["max_input_tokens"]?.int,
                outputTokenLimit: entry["max_tokens"]?.int)
        }
    }
}
