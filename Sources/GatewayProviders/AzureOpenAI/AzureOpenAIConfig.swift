import GatewayCore

/// Where a resource of Azure OpenAI is, which of its deployments has which model, and how it is authenticated to.
public struct AzureOpenAIConfig: ProviderConfig {
    /// The subdomain of `openai.azure.com`; nil when the instance has a `baseURL`.
    public var resourceName: String?
    /// The deployment of models that `modelDeployments` does not name; nil takes the model's own name.
    public var deploymentName: String?
    /// Deployments by model name.
    public var modelDeployments: [String: String]
    /// A token of Microsoft Entra that somebody else renews.
    public var accessToken: Secret?
    /// Where tokens of Microsoft Entra come from; nil where a key or a token is configured.
    public var entra: EntraConfig?

    public init(
        resourceName: String? = nil, deploymentName: String? = nil, modelDeployments: [String: String] = [:],
        accessToken: Secret? = nil, entra: EntraConfig? = nil
    ) {
        self.resourceName = resourceName
        self.deploymentName = deploymentName
        self.modelDeployments = modelDeployments
        self.accessToken = accessToken
        self.entra = entra
    }

    init(reading reader: inout ConfigurationReader, for instance: InstanceConfiguration) {
        self.init(
            resourceName: reader.name("resource_name"), deploymentName: reader.name("deployment_name"),
            modelDeployments: reader.dictionary("model_deployments") ?? [:],
            accessToken: reader.secret("access_token"), entra: EntraConfig(reading: &reader))
        if let resourceName, !resourceName.isResourceName {
            reader.report(
                "resource_name", "'resource_name' is no name of an Azure resource",
                hint: "write 1 to 63 letters, digits and '-', as in https://NAME.openai.azure.com")
        }
        if resourceName == nil, !reader.has("resource_name"), !reader.has("base_url") {
            reader.reportMissing("resource_name", hint: "write resource_name = \"…\", or a base_url")
        }
    }
}

extension String {
    fileprivate var isResourceName: Bool {
        (1...63).contains(utf8.count)
            && utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
    }
}

extension ProviderKind {
    public static let azureOpenAI = ProviderKind(
        key: "azure_openai", name: "Azure OpenAI", otherNames: ["azure"],
        documentation: "https://learn.microsoft.com/azure/ai-services/openai/reference", format: .openAI,
        addressTemplate: "https://{resource_name}.openai.azure.com", keyVariables: ["AZURE_OPENAI_API_KEY"],
        settingVariables: [
            SettingVariable("base_url", ["AZURE_OPENAI_ENDPOINT"], isRequired: true),
            SettingVariable("api_version", ["AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION"]),
            SettingVariable("access_token", ["AZURE_OPENAI_AD_TOKEN"], replacesKey: true),
        ], requiresKey: true,
        make: { (instance) throws(ProviderError) in try AzureOpenAIProvider(instance) },
        read: { reader, instance in
            instance.apiVersion = reader.name("api_version")
            let config = AzureOpenAIConfig(reading: &reader, for: instance)
            instance.authenticatesBySettings = config.entra != nil || config.accessToken != nil
            if instance.authenticatesBySettings, instance.apiKeyVariable != nil {
                // What is written goes before what only happens to stand in the environment.
                (instance.apiKey, instance.apiKeyVariable) = (nil, nil)
            }
            instance.settings = ProviderSettings(config)
        })
}
