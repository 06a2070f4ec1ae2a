import GatewayCore

/// OpenAI, and every service that speaks its chat format.
///
/// Source: https://platform.openai.com/docs/api-reference/chat
public struct OpenAIProvider: LlmProvider, TokenCounting, EmbeddingProvider, ResourceProvider {
    private let address: String
    /// With its `?`; empty where the key stands in a header.
    private let query: String
    private let chatURL: String
    private let modelsURL: String
    /// Whether the service is OpenAI's own, which has more than compatible ones.
    private let isOpenAI: Bool
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    static let standardAddress = "https://api.openai.com/v1"

    public var format: WireFormat { .openAI }
    public let dialect: OpenAIDialect

    public init(_ instance: InstanceConfiguration) {
        self.init(
            instance, CompatibleConfig(dialect: .standard), address: instance.address(or: Self.standardAddress),
            isOpenAI: true)
    }

    /// A service of another vendor.
    ///
    /// - Parameters:
    ///   - standardAddress: where it is when the instance does not say; nil when it has no address of its own.
    ///   - config: what is known of it, unless the instance's settings say otherwise.
    public init(
        compatible instance: InstanceConfiguration, standardAddress: String? = nil,
        config: CompatibleConfig = CompatibleConfig()
    ) throws(ProviderError) {
        let config = instance.settings(as: CompatibleConfig.self) ?? config
        guard let address = instance.baseURL ?? standardAddress, !address.isEmpty else {
            throw ProviderError("the instance \"\(instance.name)\" needs a base_url")
        }
        self.init(instance, config, address: instance.address(or: address), isOpenAI: false)
    }

    private init(
        _ instance: InstanceConfiguration, _ config: CompatibleConfig, address: String, isOpenAI: Bool
    ) {
        self.isOpenAI = isOpenAI
        self.address = address
        dialect = config.dialect
        timeouts = instance.timeouts
        var authentication: (name: String, value: String)?
        var query = ""
        switch config.keyPlace {
        case .bearer: authentication = instance.bearer
        case .header(let name): authentication = instance.apiKey.map { (name, $0.revealed) }
        case .query(let name): query = instance.apiKey.map { "?\(name)=\($0.revealed.percentEncoded)" } ?? ""
        case .none: break
        }
        self.query = query
        chatURL = address + "/chat/completions" + query
        modelsURL = address + "/models" + query
        var headers = ProviderHeaders(instance, authentication: authentication)
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

    /// OpenAI's list; some services leave the object around it out.
    public func models(in list: JSONValue) -> [ListedModel] {
        (list["data"]?.array ?? list.array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string else { return nil }
            return ListedModel(id: id, created: entry["created"]?.int)
        }
    }

    // MARK: Other APIs

    public var countedFormat: WireFormat? { isOpenAI ? .responses : nil }

    public func countRequest(for call: ProviderCall) -> TransportRequest {
        TransportRequest(
            url: address + "/responses/input_tokens" + query, headers: headers.fields, body: call.body,
            timeouts: timeouts)
    }

    public func embeddingFormat(of model: String) -> EmbeddingFormat? { .openAI }

    public func embeddingRequest(for call: ProviderCall) -> TransportRequest {
        TransportRequest(
            url: address + "/embeddings" + query, headers: headers.fields, body: call.body, timeouts: timeouts)
    }

    public func resourceRequest(_ resource: ResourceRequest, for call: ProviderCall) -> TransportRequest {
        let key = query.isEmpty ? "" : (resource.path.contains("?") ? "&" : "?") + query.dropFirst()
        return TransportRequest(
            method: resource.method, url: address + resource.path + key,
            headers: headers.carrying(resource.contentType), body: call.body, timeouts: timeouts)
    }
}
