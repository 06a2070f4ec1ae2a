import GatewayCore

/// OpenAI's models in a resource of Azure: the same format at addresses that name a deployment.
///
/// Source: https://learn.microsoft.com/azure/ai-services/openai/reference
public struct AzureOpenAIProvider: LlmProvider {
    private let address: String
    private let apiVersion: String
    private let settings: AzureOpenAIConfig
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    /// The version asked for when the configuration names none.
    private static let standardVersion = "2024-02-01"

    public var format: WireFormat { .openAI }

    public init(_ instance: InstanceConfiguration) throws(ProviderError) {
        settings = instance.settings(as: AzureOpenAIConfig.self) ?? AzureOpenAIConfig()
        guard let standard = settings.resourceName.map({ "https://\($0).openai.azure.com" }) ?? instance.baseURL else {
            throw ProviderError("the instance \"\(instance.name)\" needs a resource_name or a base_url")
        }
        address = instance.address(or: standard)
        apiVersion = instance.apiVersion ?? Self.standardVersion
        timeouts = instance.timeouts
        let key: (name: String, value: String)? = instance.apiKey.map { ("api-key", $0.revealed) }
        headers = ProviderHeaders(instance, authentication: instance.authMode == .oauth ? instance.bearer : key)
    }

    /// An address that ends in `/openai/v1` is the newer API, which takes the deployment as the body's model.
    private var isVersionless: Bool { address.hasSuffix("/openai/v1") }

    public func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        guard !isVersionless else {
            return request("POST", "\(address)/chat/completions", body: call.body)
        }
        let deployment = settings.modelDeployments[call.model] ?? settings.deploymentName ?? call.model
        guard deployment.utf8.allSatisfy(\.isUnreservedInURL) else {
            throw ProviderError("\"\(deployment)\" is no name of a deployment")
        }
        return request(
            "POST", "\(address)/openai/deployments/\(deployment)/chat/completions?api-version=\(apiVersion)",
            body: call.body)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        isVersionless
            ? request("GET", address + "/models")
            : request("GET", "\(address)/openai/models?api-version=\(apiVersion)")
    }

    /// What a resource lists is what it could deploy, not what it has deployed: only the configured names can be asked.
    public func models(in list: JSONValue) -> [ListedModel] {
        settings.modelDeployments.keys.sorted().map { ListedModel(id: $0) }
    }

    private func request(_ method: String, _ url: String, body: [UInt8] = []) -> TransportRequest {
        TransportRequest(method: method, url: url, headers: headers.fields, body: body, timeouts: timeouts)
    }
}
