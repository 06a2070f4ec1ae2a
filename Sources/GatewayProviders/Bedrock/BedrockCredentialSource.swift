import GatewayCore

/// Finds AWS credentials in the order of AWS's own SDKs: the configuration, the environment, the shared files, the container's
/// endpoint, the instance's metadata.
///
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
struct BedrockCredentialSource: CredentialSource {
    let settings: BedrockConfig
    /// A Bedrock API key of the configuration.
    let apiKey: Secret?

    /// The attribute that names the region.
    static let regionKey = "region"

    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        let files = AWSSharedFiles(surroundings, profile: settings.profile)
        var credential = try await find(surroundings, files)
        if settings.region == nil {
            let region: String?
            if let named = surroundings.variable("AWS_REGION") ?? surroundings.variable("AWS_DEFAULT_REGION") {
                region = named
            } else {
                region = try await files.region()
            }
            if let region {
                guard region.isRegion else { throw ProviderError("\"\(region)\" is no name of an AWS region") }
                credential.attributes[Self.regionKey] = region
            }
        }
        return credential
    }

    private func find(
        _ surroundings: CredentialSurroundings, _ files: AWSSharedFiles
    ) async throws(ProviderError) -> ProviderCredential {
        if let apiKey { return ProviderCredential(.token(apiKey)) }
        if let id = settings.accessKeyID, let secret = settings.secretAccessKey {
            return ProviderCredential(.signingKey(id: id, secret: secret, sessionToken: settings.sessionToken))
        }
        if settings.profile == nil, let found = environment(surroundings) { return found }
        if let found = try await files.credential() { return found }
        if let profile = settings.profile {
            throw ProviderError("AWS's files have no keys in the profile \"\(profile)\"")
        }
        if let found = try await AWSContainerEndpoint(surroundings)?.credential() { return found }
        return try await AWSInstanceMetadata(surroundings).credential()
    }

    private func environment(_ surroundings: CredentialSurroundings) -> ProviderCredential? {
        if let token = surroundings.variable("AWS_BEARER_TOKEN_BEDROCK") {
            return ProviderCredential(.token(Secret(token)))
        }
        guard let id = surroundings.variable("AWS_ACCESS_KEY_ID"),
            let secret = surroundings.variable("AWS_SECRET_ACCESS_KEY")
        else { return nil }
        return ProviderCredential(
            .signingKey(
                id: id, secret: Secret(secret),
                sessionToken: surroundings.variable("AWS_SESSION_TOKEN").map { Secret($0) }))
    }
}

extension ProviderCredential {
    /// From the JSON in which AWS's endpoints tell keys; nil for anything else.
    init?(endpointReply body: [UInt8]) {
        // What is no JSON holds no keys; the caller says so.
        guard let reply = try? JSONValue(parsing: body), let id = reply["AccessKeyId"]?.string,
            let secret = reply["SecretAccessKey"]?.string, !id.isEmpty, !secret.isEmpty
        else { return nil }
        self.init(
            .signingKey(id: id, secret: Secret(secret), sessionToken: reply["Token"]?.string.map { Secret($0) }),
            expires: reply["Expiration"]?.string.flatMap(Timestamp.seconds(iso8601:)))
    }
}
