import GatewayCore

/// OpenAI, and every service that speaks its chat format.
///
/// Source: https://platform.openai.com/docs/api-reference/chat
public struct OpenAIProvider: LlmProvider {
    private let address: String
    /// With its question mark; empty for none.
    private let query: String
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    static let standardAddress = "https://api.openai.com/v1"

    public var format: WireFormat { .openAI }
    public let furtherFormats: Set<WireFormat>
    public let dialect: OpenAIDialect

    public init(_ instance: InstanceConfiguration) {
        let config = instance.settings(as: CompatibleConfig.self) ?? .openAI
        self.init(instance, config, address: instance.address(or: Self.standardAddress))
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
        self.address = address
        self.query = query
        furtherFormats = config.hasResponses ? [.responses] : []
        var headers = ProviderHeaders(instance, authentication: authentication)
        headers.set("openai-organization", instance.organization)
        headers.set("openai-project", instance.project)
        self.headers = headers
    }

    public func request(for call: ProviderCall) -> TransportRequest {
        let path = call.furtherFormat == .responses ? "/responses" : "/chat/completions"
        return TransportRequest(
            url: address + path + query, headers: headers.fields, body: call.body, timeouts: timeouts)
    }

    public func request(for call: ResourceCall) -> TransportRequest? {
        TransportRequest(
            method: call.method, url: "\(address)/\(call.path)".adding(query, call.query), headers: headers.fields,
            body: call.body, timeouts: timeouts)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(method: "GET", url: address + "/models" + query, headers: headers.fields, timeouts: timeouts)
    }

    /// OpenAI's list; some services leave the object around it out.
    public func models(in list: JSONValue) -> [ListedModel] {
        (list["data"]?.array ?? list.array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string else { return nil }
            return ListedModel(id: id, created: entry["created"]?.int)
        }
    }
}
