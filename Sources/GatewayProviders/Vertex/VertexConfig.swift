import GatewayCore

/// Which project of Google Cloud asks, where, and by what right.
public struct VertexConfig: ProviderConfig {
    /// nil takes the one that the credentials belong to.
    public var project: String?
    /// A region, `us`, `eu` or `global`.
    public var location: String
    /// A file of a service account or of a user; nil looks where Google's tools do.
    public var credentialsFile: String?
    /// A token that somebody else renews.
    public var accessToken: Secret?

    public init(
        project: String? = nil, location: String = "global", credentialsFile: String? = nil,
        accessToken: Secret? = nil
    ) {
        self.project = project
        self.location = location
        self.credentialsFile = credentialsFile
        self.accessToken = accessToken
    }

    static let projectVariables = ["VERTEXAI_PROJECT", "VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT"]
    static let locationVariables = ["VERTEXAI_LOCATION", "VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION"]

    init(reading reader: inout ConfigurationReader) {
        self.init(
            project: reader.name("project") ?? reader.variable(Self.projectVariables),
            location: reader.name("location") ?? reader.variable(Self.locationVariables) ?? "global",
            credentialsFile: reader.name("credentials_file"), accessToken: reader.secret("access_token"))
        for (key, value) in [("project", project ?? ""), ("location", location)]
        where !value.utf8.allSatisfy({ $0.isUnreservedInURL || $0 == UInt8(ascii: ":") }) {
            reader.report(key, "'\(key)' cannot stand in an address", hint: "write letters, digits and '-'")
        }
    }
}

extension ProviderKind {
    /// Google Cloud's Vertex AI: Gemini, and Claude under the same account.
    public static let vertex = ProviderKind(
        key: "vertex", name: "Google Vertex AI", otherNames: ["vertex_ai"],
        documentation: "https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest", format: .gemini,
        addressTemplate: "https://{location}-aiplatform.googleapis.com",
        settingVariables: [
            SettingVariable("project", ["VERTEXAI_PROJECT", "VERTEX_PROJECT"], replacesKey: true),
            SettingVariable("credentials_file", ["GOOGLE_APPLICATION_CREDENTIALS"], replacesKey: true),
            SettingVariable("location", VertexConfig.locationVariables),
        ], requiresKey: true, findsCredentials: true, make: { VertexProvider($0) },
        read: { reader, instance in
            instance.apiVersion = reader.name("api_version")
            instance.authenticatesBySettings = true
            instance.cache = reader.table("cache") { PromptCacheConfiguration(reading: &$0) } ?? instance.cache
            instance.settings = ProviderSettings(VertexConfig(reading: &reader))
        })
}
