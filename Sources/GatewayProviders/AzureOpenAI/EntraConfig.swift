import GatewayCore

/// How an instance of Azure OpenAI gets its tokens from Microsoft Entra. What is nil is looked for in the variables of
/// Microsoft's own tools, such as `AZURE_TENANT_ID`.
public struct EntraConfig: Sendable, Equatable {
    public enum Way: String, Sendable, CaseIterable {
        /// As an application, by its secret.
        case clientSecret = "client_secret"
        /// As an application, by the token that Kubernetes gives its workload.
        case workload
        /// As the machine the gateway runs on.
        case managedIdentity = "managed_identity"
    }

    public var way: Way
    public var tenantID: String?
    /// Of the application, or of a user-assigned managed identity.
    public var clientID: String?
    public var clientSecret: Secret?
    /// Where the tokens come from; nil is the public cloud's.
    public var authority: String?

    public init(
        _ way: Way, tenantID: String? = nil, clientID: String? = nil, clientSecret: Secret? = nil,
        authority: String? = nil
    ) {
        self.way = way
        self.tenantID = tenantID
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.authority = authority
    }

    /// Nil when the instance does not use Entra.
    init?(reading reader: inout ConfigurationReader) {
        let written = reader.choice("entra", of: Way.self)
        let tenant = reader.name("tenant_id")
        let client = reader.name("client_id")
        let secret = reader.secret("client_secret")
        let authority = reader.url("authority")
        let hasSettings = tenant != nil || client != nil || secret != nil || authority != nil
        guard let way = written ?? (secret == nil ? nil : .clientSecret) else {
            if hasSettings, !reader.has("entra") {
                reader.reportMissing(
                    "entra", hint: "write entra = \"client_secret\", \"workload\" or \"managed_identity\"")
            }
            return nil
        }
        self.init(way, tenantID: tenant, clientID: client, clientSecret: secret, authority: authority)
    }
}
