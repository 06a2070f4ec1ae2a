import GatewayCore

/// OpenAI, and every service that speaks its chat format.
///
/// Source: https://platform.openai.com/docs/api-reference/chat
public struct OpenAIProvider: LlmProvider {
    private let chatURL: String
    private let modelsURL: String
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    static let standardAddress = "https://api.openai.com/v1"

    public var format: WireFormat { .openAI }

    public init(_ instance: InstanceConfiguration) {
        self.init(instance, address: instance.address(or: Self.standardAddress))
    }

    /// A service of another vendor, which has no address of its own.
    public init(compatible instance: InstanceConfiguration) throws(ProviderError) {
        guard let baseURL = instance.baseURL, !baseURL.isEmpty else {
            throw ProviderError("the instance \"\(instance.name)\" needs a base_url")
        }
        self.init(instance, address: instance.address(or: baseURL))
    }

    private init(_ instance: InstanceConfiguration, address: String) {
        chatURL = address + "/chat/completions"
        modelsURL = address + "/models"
        timeouts = instance.timeouts
        var headers = ProviderHeaders(instance, authentication: instance.bearer)
        headers.set("openai-organization", instance.organization)
        headers.set("openai-project", instance.project)
        self.headers = headers
    }

    public func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: chatURL, headers: headers.fields, body: call.body, timeouts: timeouts)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(method: "GET", url: modelsURL, headers: headers.fields, timeouts: timeouts)
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        (list["data"]?.array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string else { return nil }
            return ListedModel(id: id, created: entry["created"]?.int)
        }
    }
}
