import GatewayCore

/// OpenAI's Responses API, at OpenAI or a service that has it.
///
/// Source: https://platform.openai.com/docs/api-reference/responses
public struct ResponsesProvider: LlmProvider {
    private let address: String
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    public var format: WireFormat { .responses }

    public init(_ instance: InstanceConfiguration) {
        address = instance.address(or: OpenAIProvider.standardAddress)
        timeouts = instance.timeouts
        var headers = ProviderHeaders(instance, authentication: instance.bearer)
        headers.set("openai-organization", instance.organization)
        headers.set("openai-project", instance.project)
        self.headers = headers
    }

    public func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: address + "/responses", headers: headers.fields, body: call.body, timeouts: timeouts)
    }

    public func request(for call: ResourceCall) -> TransportRequest? {
        TransportRequest(
            method: call.method, url: "\(address)/\(call.path)".adding("", call.query), headers: headers.fields,
            body: call.body, timeouts: timeouts)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(method: "GET", url: address + "/models", headers: headers.fields, timeouts: timeouts)
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        (list["data"]?.array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string else { return nil }
            return ListedModel(id: id, created: entry["created"]?.int)
        }
    }
}
