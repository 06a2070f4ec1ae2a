import GatewayCore

/// A provider inside the process: deterministic answers without a network, a key or a cost, to try a client or a
/// configuration with. It speaks OpenAI's format, so that its requests walk the whole way any other's do.
public struct DemoProvider: LlmProvider {
    private let demo: DemoTransport

    public var format: WireFormat { .openAI }
    public var transport: (any Transport)? { demo }

    public init(_ instance: InstanceConfiguration) {
        demo = DemoTransport(pace: (instance.settings(as: DemoConfig.self) ?? DemoConfig()).pace)
    }

    public func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: "demo:/v1/chat/completions", body: call.body)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(method: "GET", url: "demo:/v1/models")
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        (list["data"]?.array ?? []).compactMap { entry in entry["id"]?.string.map { ListedModel(id: $0) } }
    }
}
