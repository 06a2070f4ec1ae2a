import GatewayCore

/// Where Amazon Bedrock is called, and with which AWS credentials.
public struct BedrockConfig: ProviderConfig {
    /// Which of Bedrock's APIs carries a call.
    public enum API: String, Sendable, CaseIterable {
        /// InvokeModel with Anthropic's own bodies for Claude, Converse for every other model and for clients that speak it.
        case auto
        case converse
        /// InvokeModel for Claude whoever asks; other models know no common format there and are asked through Converse.
        case invoke
    }

    /// Nil leaves it to the environment and to the profile.
    public var region: String?
    public var api: API
    /// Nil leaves the credentials to be found as AWS's tools find them.
    public var accessKeyID: String?
    public var secretAccessKey: Secret?
    /// Of temporary credentials.
    public var sessionToken: Secret?
    /// The profile of AWS's shared files; nil is that of the environment, or `default`.
    public var profile: String?
    /// Bedrock's model ids by the names clients use.
    public var modelIDs: [String: String]

    public init(
        region: String? = nil, api: API = .auto, accessKeyID: String? = nil, secretAccessKey: Secret? = nil,
        sessionToken: Secret? = nil, profile: String? = nil, modelIDs: [String: String] = [:]
    ) {
        self.region = region
        self.api = api
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.profile = profile
        self.modelIDs = modelIDs
    }

    init(reading reader: inout ConfigurationReader) {
        self.init(
            region: reader.name("region"), api: reader.choice("api", of: API.self) ?? .auto,
            accessKeyID: reader.name("access_key_id"), secretAccessKey: reader.secret("secret_access_key"),
            sessionToken: reader.secret("session_token"), profile: reader.name("profile"),
            modelIDs: reader.dictionary("model_id_mapping") ?? [:])
        if let region, !region.isRegion {
            reader.report(
                "region", "'region' is no name of an AWS region", hint: "write one such as \"us-east-1\"")
        }
        if reader.has("access_key_id") != reader.has("secret_access_key") {
            reader.reportMissing(
                reader.has("access_key_id") ? "secret_access_key" : "access_key_id",
                hint: "write both parts of the credentials, or neither")
        }
    }
}

extension String {
    /// Fit to be part of a host's name.
    var isRegion: Bool {
        (1...32).contains(utf8.count)
            && utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0.isASCIIDigit || $0 == UInt8(ascii: "-")
            }
    }
}

extension ProviderKind {
    public static let bedrock = ProviderKind(
        key: "bedrock", name: "Amazon Bedrock",
        documentation: "https://docs.aws.amazon.com/bedrock/latest/APIReference/",
        keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"],
        settingVariables: [SettingVariable("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], isRequired: true)],
        modelPrefixes: [
            "anthropic.", "amazon.", "us.", "eu.", "apac.", "global.", "meta.", "mistral.", "arn:aws:bedrock:",
        ], findsCredentials: true, make: { BedrockProvider($0) },
        read: { reader, instance in
            instance.cache = reader.table("cache") { PromptCacheConfiguration(reading: &$0) } ?? instance.cache
            instance.settings = ProviderSettings(BedrockConfig(reading: &reader))
        })
}
