/// Where a resource of Azure OpenAI is, and which of its deployments has which model.
public struct AzureOpenAIConfig: ProviderConfig {
    /// The subdomain of `openai.azure.com`; nil when the instance has a `baseURL`.
    public var resourceName: String?
    /// The deployment of models that `modelDeployments` does not name; nil takes the model's own name.
    public var deploymentName: String?
    /// Deployments by model name.
    public var modelDeployments: [String: String]

    public init(
        resourceName: String? = nil, deploymentName: String? = nil, modelDeployments: [String: String] = [:]
    ) {
        self.resourceName = resourceName
        self.deploymentName = deploymentName
        self.modelDeployments = modelDeployments
    }

    init(reading reader: inout ConfigurationReader, for instance: InstanceConfiguration) {
        self.init(
            resourceName: reader.name("resource_name"), deploymentName: reader.name("deployment_name"),
            modelDeployments: reader.dictionary("model_deployments") ?? [:])
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

/// Where Amazon Bedrock is called, and with which AWS credentials.
public struct BedrockConfig: ProviderConfig {
    public var region: String
    /// nil leaves the credentials to be found as AWS tools find them.
    public var accessKeyID: String?
    public var secretAccessKey: Secret?
    /// Of temporary credentials.
    public var sessionToken: Secret?
    /// Bedrock's model ids by the names clients use.
    public var modelIDs: [String: String]

    public init(
        region: String, accessKeyID: String? = nil, secretAccessKey: Secret? = nil, sessionToken: Secret? = nil,
        modelIDs: [String: String] = [:]
    ) {
        self.region = region
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.modelIDs = modelIDs
    }

    init(reading reader: inout ConfigurationReader) {
        self.init(
            region: reader.name("region") ?? "", accessKeyID: reader.name("access_key_id"),
            secretAccessKey: reader.secret("secret_access_key"), sessionToken: reader.secret("session_token"),
            modelIDs: reader.dictionary("model_id_mapping") ?? [:])
        if !reader.has("region") { reader.reportMissing("region", hint: "write region = \"us-east-1\"") }
        if reader.has("access_key_id") != reader.has("secret_access_key") {
            reader.reportMissing(
                reader.has("access_key_id") ? "secret_access_key" : "access_key_id",
                hint: "write both parts of the credentials, or neither")
        }
    }
}

/// How the built-in offline provider answers.
public struct DemoConfig: ProviderConfig {
    /// The time between two pieces of a streamed answer; zero streams as fast as the client reads.
    public var pace: Duration

    public init(pace: Duration = .milliseconds(20)) {
        self.pace = pace
    }

    init(reading reader: inout ConfigurationReader) {
        self.init()
        if let milliseconds = reader.integer("pace_milliseconds", in: 0...60_000) {
            pace = .milliseconds(milliseconds)
        }
    }
}
