import GatewayCore

/// OpenAI's models in a resource of Azure: the same format at addresses that name a deployment, or (`v1`) at OpenAI's own
/// addresses with the deployment for the model.
///
/// Sources: https://learn.microsoft.com/azure/ai-services/openai/reference and
/// https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
public struct AzureOpenAIProvider: LlmProvider, EmbeddingProvider, ResourceProvider {
    private let address: String
    /// What stands behind an address; nil where deployments stand in it.
    private let version: Version
    private let settings: AzureOpenAIConfig
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    private enum Version {
        case dated(String)
        /// The newer API, with what stands behind its addresses.
        case v1(query: String)
    }

    /// The version asked for when the configuration names none.
    private static let standardVersion = "2024-02-01"

    public private(set) var format = WireFormat.openAI
    public let credentials: (any CredentialSource)?

    public init(_ instance: InstanceConfiguration) throws(ProviderError) {
        settings = instance.settings(as: AzureOpenAIConfig.self) ?? AzureOpenAIConfig()
        guard let standard = settings.resourceName.map({ "https://\($0).openai.azure.com" }) ?? instance.baseURL else {
            throw ProviderError("the instance \"\(instance.name)\" needs a resource_name or a base_url")
        }
        (address, version) = Self.place(instance.address(or: standard), instance.apiVersion)
        timeouts = instance.timeouts
        headers = ProviderHeaders(instance, authentication: Self.authentication(of: instance, settings))
        credentials = instance.apiKey == nil ? settings.entra.map { EntraCredentials(settings: $0) } : nil
    }

    private static func authentication(
        of instance: InstanceConfiguration, _ settings: AzureOpenAIConfig
    ) -> (name: String, value: String)? {
        if instance.authMode == .oauth { return instance.bearer }
        if let key = instance.apiKey { return ("api-key", key.revealed) }
        return settings.accessToken.map { ("authorization", "Bearer " + $0.revealed) }
    }

    /// The address of the resource, and the API at it. `/openai` and `/openai/v1` may be written or left out.
    private static func place(_ address: String, _ wanted: String?) -> (String, Version) {
        func without(_ suffix: String) -> String? {
            address.hasSuffix(suffix) ? String(address.dropLast(suffix.count)) : nil
        }
        if let resource = without("/openai/v1") { return (resource, .v1(query: query(of: wanted))) }
        let resource = without("/openai") ?? address
        switch wanted {
        case "v1"?, "preview"?, "latest"?: return (resource, .v1(query: query(of: wanted)))
        default: return (resource, .dated(wanted ?? standardVersion))
        }
    }

    private static func query(of version: String?) -> String {
        guard let version, version != "v1" else { return "" }
        return "?api-version=\(version.percentEncoded)"
    }

    /// The newer API has Responses as well.
    public var variants: [ProviderVariant] {
        guard format == .openAI, case .v1 = version else { return [] }
        var responses = self
        responses.format = .responses
        return [ProviderVariant(nativeFor: responses)]
    }

    public func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        let url = try modelURL(format == .responses ? "/responses" : "/chat/completions", call.model)
        switch version {
        case .v1:
            let deployment = deployment(of: call.model)
            return request(
                "POST", url, with: call.access,
                body: deployment == call.model ? call.body : try Self.body(call.body, naming: deployment))
        case .dated:
            return request("POST", url, with: call.access, body: call.body)
        }
    }

    public func embeddingFormat(of model: String) -> EmbeddingFormat? { .openAI }

    public func embeddingRequest(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        var body = call.body
        if case .v1 = version, deployment(of: call.model) != call.model {
            body = try Self.body(body, naming: deployment(of: call.model))
        }
        return request("POST", try modelURL("/embeddings", call.model), with: call.access, body: body)
    }

    /// Images and audio are at the deployment's address, files and batches at the resource's.
    public func resourceRequest(
        _ resource: ResourceRequest, for call: ProviderCall
    ) throws(ProviderError) -> TransportRequest {
        let url = resource.isOfModel ? try modelURL(resource.path, call.model) : resourceURL(resource.path)
        var fields = headers.authenticated(by: call.access)
        fields["content-type"] = resource.contentType
        return TransportRequest(
            method: resource.method, url: url, headers: fields, body: call.body, timeouts: timeouts)
    }

    private func deployment(of model: String) -> String {
        settings.modelDeployments[model] ?? settings.deploymentName ?? model
    }

    /// The address of a model's API.
    private func modelURL(_ path: String, _ model: String) throws(ProviderError) -> String {
        guard case .dated = version else { return resourceURL(path) }
        let deployment = deployment(of: model)
        guard deployment.utf8.allSatisfy(\.isUnreservedInURL) else {
            throw ProviderError("\"\(deployment)\" is no name of a deployment")
        }
        return resourceURL("/deployments/\(deployment)\(path)")
    }

    /// The address of an API of the resource, with the version in its query where the API has one.
    private func resourceURL(_ path: String) -> String {
        let sign = path.contains("?") ? "&" : "?"
        switch version {
        case .v1(let query):
            return "\(address)/openai/v1\(path)" + (query.isEmpty ? "" : sign + query.dropFirst())
        case .dated(let version):
            return "\(address)/openai\(path)\(sign)api-version=\(version.percentEncoded)"
        }
    }

    private static func body(_ body: [UInt8], naming deployment: String) throws(ProviderError) -> [UInt8] {
        do {
            return try JSONPeek(body).bytes(applying: [.set("/model", .string(deployment))])
        } catch {
            throw ProviderError("the request has no place for the deployment's name")
        }
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        switch version {
        case .v1(let query): request("GET", "\(address)/openai/v1/models\(query)", with: access)
        case .dated(let version):
            request("GET", "\(address)/openai/models?api-version=\(version.percentEncoded)", with: access)
        }
    }

    /// What a resource lists is what it could deploy, not what it has deployed: only the configured names can be asked.
    public func models(in list: JSONValue) -> [ListedModel] {
        settings.modelDeployments.keys.sorted().map { ListedModel(id: $0) }
    }

    private func request(
        _ method: String, _ url: String, with access: ProviderAccess, body: [UInt8] = []
    ) -> TransportRequest {
        TransportRequest(
            method: method, url: url, headers: headers.authenticated(by: access), body: body, timeouts: timeouts)
    }
}
