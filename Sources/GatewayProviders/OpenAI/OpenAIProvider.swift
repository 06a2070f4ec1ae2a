import GatewayCore

/// OpenAI, and every service that speaks its chat format, its Responses or its Completions.
///
/// Sources: https://platform.openai.com/docs/api-reference/chat, .../responses and .../completions
public struct OpenAIProvider: LlmProvider, TokenCounting, EmbeddingProvider, ResourceProvider {
    private let address: String
    /// With its `?`; empty where the key stands in a header.
    private let query: String
    /// Of the format's own API.
    private let url: String
    /// Whether the service is OpenAI's own, which has more than compatible ones.
    private let isOpenAI: Bool
    private let rerankPath: String?
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    static let standardAddress = "https://api.openai.com/v1"

    public let format: WireFormat
    public let dialect: OpenAIDialect
    public let variants: [ProviderVariant]

    /// - Parameter format: `openAI` for Chat, with the other APIs for the clients that speak them; `responses` for every client.
    public init(_ instance: InstanceConfiguration, format: WireFormat = .openAI) {
        let config = instance.settings(as: CompatibleConfig.self) ?? .openAI
        self.init(
            instance, config, format, address: instance.address(or: Self.standardAddress), isOpenAI: true)
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
        self.init(instance, config, .openAI, address: instance.address(or: address), isOpenAI: false)
    }

    private init(
        _ instance: InstanceConfiguration, _ config: CompatibleConfig, _ format: WireFormat, address: String,
        isOpenAI: Bool
    ) {
        self.format = format
        self.isOpenAI = isOpenAI
        self.address = address
        rerankPath = config.rerankPath
        // A dialect tells how the service's chat differs; its names of models are the same everywhere.
        dialect =
            switch format {
            case .openAI: config.dialect
            case .completions: config.dialect.ofCompletions
            case .responses, .anthropic, .gemini, .converse: OpenAIDialect(modelFolder: config.dialect.modelFolder)
            }
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
        url = address + Self.path(of: format) + query
        var headers = ProviderHeaders(instance, authentication: authentication)
        headers.set("openai-organization", instance.organization)
        headers.set("openai-project", instance.project)
        self.headers = headers
        guard format == .openAI else {
            variants = []
            return
        }
        var variants: [ProviderVariant] = []
        func speaking(_ other: WireFormat) -> OpenAIProvider {
            OpenAIProvider(instance, config, other, address: address, isOpenAI: isOpenAI)
        }
        switch config.completions {
        case .none: break
        case .all: variants.append(ProviderVariant(nativeFor: speaking(.completions)))
        case .models(let prefixes):
            // These models have nothing else: whoever asks, they are asked so. The first variant that fits is taken.
            variants.append(ProviderVariant(speaking(.completions), modelPrefixes: prefixes))
        }
        if config.hasResponses { variants.append(ProviderVariant(nativeFor: speaking(.responses))) }
        self.variants = variants
    }

    private static func path(of format: WireFormat) -> String {
        switch format {
        case .responses: "/responses"
        case .completions: "/completions"
        case .openAI, .anthropic, .gemini, .converse: "/chat/completions"
        }
    }

    public func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: url, headers: headers.fields, body: call.body, timeouts: timeouts)
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
            method: resource.method, url: self.url(of: resource) + key,
            headers: headers.carrying(resource.contentType), body: call.body, timeouts: timeouts)
    }

    private func url(of resource: ResourceRequest) -> String {
        guard let rerankPath, resource.path == "/rerank", let host = address.startOfPath else {
            return address + resource.path
        }
        return address[..<host] + rerankPath
    }
}

extension String {
    /// Where the path of an address begins; its end where it has none. Nil without a scheme.
    fileprivate var startOfPath: Index? {
        let parts = split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty else { return nil }
        return parts[2].endIndex
    }
}
