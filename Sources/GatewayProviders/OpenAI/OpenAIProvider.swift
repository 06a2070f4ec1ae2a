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
    public let dialect: OpenAIDialect

    public init(_ instance: InstanceConfiguration) {
        self.init(instance, CompatibleConfig(dialect: .standard), address: instance.address(or: Self.standardAddress))
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
        self.init(instance, config, address: instance.address(or: address))
    }

    private init(_ instance: InstanceConfiguration, _ config: CompatibleConfig, address: String) {
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
}
