import GatewayCore

/// Amazon Bedrock: Claude in Anthropic's own format through InvokeModel, every model through Converse.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html
public struct BedrockProvider: LlmProvider, EmbeddingProvider {
    private let instance: String
    private let baseURL: String?
    private let settings: BedrockConfig
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts
    private let source: BedrockCredentialSource

    public private(set) var format = WireFormat.converse
    public var framing: StreamFraming { format == .anthropic ? .wrappedEventStream : .eventStream }
    public var credentials: (any CredentialSource)? { source }

    public init(_ instance: InstanceConfiguration) {
        self.instance = instance.name
        settings = instance.settings(as: BedrockConfig.self) ?? BedrockConfig()
        baseURL = instance.baseURL.map { _ in instance.address(or: "") }
        headers = ProviderHeaders(instance, authentication: nil)
        timeouts = instance.timeouts
        source = BedrockCredentialSource(settings: settings, apiKey: instance.apiKey)
    }

    /// Claude through InvokeModel.
    public var variants: [ProviderVariant] {
        guard format == .converse, settings.api != .converse else { return [] }
        var claude = self
        claude.format = .anthropic
        let (isForAll, modelIDs) = (settings.api == .invoke, settings.modelIDs)
        return [
            ProviderVariant(claude) { model, client in
                (isForAll || client != .converse) && (modelIDs[model] ?? model).isClaude
            }
        ]
    }

    public func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        let action: String
        var body = call.body
        var fields = headers.fields
        if format == .anthropic {
            action = call.isStreaming ? "invoke-with-response-stream" : "invoke"
            body = try InvokeModelBody.adapted(body, betas: call.clientHeaders.values(of: "anthropic-beta"))
            if call.isStreaming { fields["x-amzn-bedrock-accept"] = "application/json" }
            fields = adding(Self.invokeHeaders, from: call.clientHeaders, to: fields)
        } else {
            action = call.isStreaming ? "converse-stream" : "converse"
        }
        fields["accept"] = call.isStreaming ? StreamFraming.eventStream.mediaType : "application/json"
        let path = "/model/\(identifier(of: call.model).percentEncoded)/\(action)"
        return try request("POST", host: "bedrock-runtime", path, fields, body, call.access)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        // Without a region or a credential there is nothing to be listed, and calls say why.
        try? request("GET", host: "bedrock", "/foundation-models", headers.fields, [], access)
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        let mapped = settings.modelIDs.keys.sorted().map { ListedModel(id: $0) }
        return mapped
            + (list["modelSummaries"]?.array ?? []).compactMap { entry in
                entry["modelId"]?.string.map { ListedModel(id: $0, displayName: entry["modelName"]?.string) }
            }
    }

    // MARK: Embeddings

    /// Titan's and Cohere's models of texts.
    public func embeddingFormat(of model: String) -> EmbeddingFormat? {
        let identifier = identifier(of: model)
        if identifier.contains("amazon.titan-embed-text") { return .titan }
        return identifier.contains("cohere.embed-") ? .cohere : nil
    }

    public func embeddingRequest(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        var fields = headers.fields
        fields["accept"] = "application/json"
        let path = "/model/\(identifier(of: call.model).percentEncoded)/invoke"
        return try request("POST", host: "bedrock-runtime", path, fields, call.body, call.access)
    }

    // MARK: Addresses

    private func identifier(of model: String) -> String { settings.modelIDs[model] ?? model }

    /// A client of InvokeModel may say these; they are Bedrock's own and no credentials.
    private static let invokeHeaders = [
        "x-amzn-bedrock-guardrailidentifier", "x-amzn-bedrock-guardrailversion", "x-amzn-bedrock-trace",
        "x-amzn-bedrock-performanceconfig-latency", "x-amzn-bedrock-service-tier", "x-amzn-bedrock-request-metadata",
    ]

    private func adding(_ names: [String], from client: HTTPFields, to fields: HTTPFields) -> HTTPFields {
        var fields = fields
        for name in names where fields[name] == nil { fields[name] = client[name] }
        return fields
    }

    private func request(
        _ method: String, host service: String, _ path: String, _ fields: HTTPFields, _ body: [UInt8],
        _ access: ProviderAccess
    ) throws(ProviderError) -> TransportRequest {
        guard let credential = access.credential else {
            throw ProviderError("Bedrock's instance \"\(instance)\" has no credentials")
        }
        guard let region = settings.region ?? credential.attributes[BedrockCredentialSource.regionKey] else {
            throw ProviderError("Bedrock's instance \"\(instance)\" has no region: set it, AWS_REGION or a profile's")
        }
        let address = baseURL ?? "https://\(service).\(region).\(Self.domain(of: region))"
        var fields = fields
        switch credential.kind {
        case .token(let token):
            fields["authorization"] = "Bearer " + token.revealed
        case .signingKey(let id, let secret, let sessionToken):
            guard let (authority, prefix) = address.authorityAndPath else {
                throw ProviderError("\"\(address)\" is no address")
            }
            let signer = SignatureV4(
                region: region, service: "bedrock", keyID: id, secret: secret, sessionToken: sessionToken)
            let signed = fields.fields.filter { Self.isSigned($0.name) }
            let message = SignatureV4.Message(
                method: method, host: authority, path: prefix + path, headers: HTTPFields(signed), body: body)
            for field in signer.headers(for: message, at: access.instant) { fields[field.name] = field.value }
        }
        return TransportRequest(method: method, url: address + path, headers: fields, body: body, timeouts: timeouts)
    }

    /// What proxies leave alone. The signature covers the rest by `host` and the body.
    private static func isSigned(_ name: String) -> Bool {
        let name = name.lowercased()
        return name == "content-type" || name.hasPrefix("x-amzn-bedrock-")
    }

    private static func domain(of region: String) -> String {
        region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    }
}

extension String {
    /// Whether the identifier or ARN names one of Anthropic's models; an application's profile does not say.
    fileprivate var isClaude: Bool { contains("anthropic.claude") }

    /// What the `host` header will be, and the path before that of a call.
    fileprivate var authorityAndPath: (authority: String, path: String)? {
        guard let scheme = range(ofBytes: "://") else { return nil }
        let rest = self[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty else { return nil }
        let isDefaultPort =
            (hasPrefix("https:") && authority.hasSuffix(":443")) || (hasPrefix("http:") && authority.hasSuffix(":80"))
        let host = isDefaultPort ? authority.prefix { $0 != ":" } : authority
        return (String(host), String(rest[authority.endIndex...]))
    }

    private func range(ofBytes text: String) -> Range<String.Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(text) { return place..<index(place, offsetBy: text.count) }
            place = index(after: place)
        }
        return nil
    }
}
