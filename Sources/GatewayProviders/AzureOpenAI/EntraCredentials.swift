import GatewayCore

/// Microsoft Entra's tokens for Azure OpenAI: of an application, of a workload in Kubernetes, of the machine itself.
///
/// Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
/// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token, and the variables of
/// Microsoft's azure-identity libraries.
struct EntraCredentials: CredentialSource {
    let settings: EntraConfig

    private static let resource = "https://cognitiveservices.azure.com"
    private static let publicAuthority = "https://login.microsoftonline.com"
    private static let maxAssertionBytes = 64 * 1024

    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        switch settings.way {
        case .clientSecret:
            guard let secret = settings.clientSecret?.revealed ?? surroundings.variable("AZURE_CLIENT_SECRET") else {
                throw ProviderError("Entra needs a client_secret or AZURE_CLIENT_SECRET")
            }
            return try await application([("client_secret", secret)], surroundings)
        case .workload:
            return try await application(
                [
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    ("client_assertion", try await assertion(surroundings)),
                ], surroundings)
        case .managedIdentity:
            return try await TokenService(name: "The machine's managed identity").token(
                by: identityRequest(surroundings), from: surroundings)
        }
    }

    private func application(
        _ proof: [(String, String)], _ surroundings: CredentialSurroundings
    ) async throws(ProviderError) -> ProviderCredential {
        guard let tenant = settings.tenantID ?? surroundings.variable("AZURE_TENANT_ID"),
            let client = settings.clientID ?? surroundings.variable("AZURE_CLIENT_ID")
        else { throw ProviderError("Entra needs tenant_id and client_id, or AZURE_TENANT_ID and AZURE_CLIENT_ID") }
        var authority = settings.authority ?? surroundings.variable("AZURE_AUTHORITY_HOST") ?? Self.publicAuthority
        while authority.hasSuffix("/") { authority.removeLast() }
        let request = TokenService.request(
            "\(authority)/\(tenant.percentEncoded)/oauth2/v2.0/token",
            form: [
                ("grant_type", "client_credentials"), ("client_id", client), ("scope", Self.resource + "/.default"),
            ] + proof)
        return try await TokenService(name: "Entra").token(by: request, from: surroundings)
    }

    /// The token that Kubernetes projects into a file and renews there.
    private func assertion(_ surroundings: CredentialSurroundings) async throws(ProviderError) -> String {
        guard let path = surroundings.variable("AZURE_FEDERATED_TOKEN_FILE") else {
            throw ProviderError("Entra's workload identity needs AZURE_FEDERATED_TOKEN_FILE")
        }
        do {
            let bytes = try await surroundings.files.read(path, upTo: Self.maxAssertionBytes)
            return String(decoding: bytes.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
        } catch {
            throw ProviderError("the file of AZURE_FEDERATED_TOKEN_FILE cannot be read")
        }
    }

    /// App Service and Container Apps have an endpoint of their own; virtual machines and Kubernetes the metadata service.
    private func identityRequest(_ surroundings: CredentialSurroundings) -> TransportRequest {
        let client = (settings.clientID ?? surroundings.variable("AZURE_CLIENT_ID")).map {
            "&client_id=\($0.percentEncoded)"
        }
        let query = "resource=\(Self.resource.percentEncoded)\(client ?? "")"
        if let endpoint = surroundings.variable("IDENTITY_ENDPOINT"),
            let header = surroundings.variable("IDENTITY_HEADER")
        {
            return TokenService.metadataRequest(
                "\(endpoint)?api-version=2019-08-01&\(query)", header: ("x-identity-header", header))
        }
        let host = surroundings.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254"
        return TokenService.metadataRequest(
            "\(host)/metadata/identity/oauth2/token?api-version=2018-02-01&\(query)", header: ("metadata", "true"))
    }
}
