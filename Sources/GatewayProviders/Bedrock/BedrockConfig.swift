import GatewayCore

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

extension ProviderKind {
    public static let bedrock = ProviderKind(
        key: "bedrock", name: "Amazon Bedrock",
        documentation: "https://docs.aws.amazon.com/bedrock/latest/APIReference/", findsCredentials: true, make: nil
    ) { reader, instance in
        instance.settings = ProviderSettings(BedrockConfig(reading: &reader))
    }
}
