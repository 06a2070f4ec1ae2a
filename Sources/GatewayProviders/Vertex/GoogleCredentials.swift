import GatewayCore

/// Google's access tokens, found as Google's own tools find them (Application Default Credentials): a file that is named, the
/// file of `gcloud`, the metadata server.
///
/// Sources: https://cloud.google.com/docs/authentication/application-default-credentials and
/// https://developers.google.com/identity/protocols/oauth2/service-account
struct GoogleCredentials: CredentialSource {
    /// Named by the configuration; nil looks at `GOOGLE_APPLICATION_CREDENTIALS` and further.
    let file: String?

    private static let maxFileBytes = 1 << 20
    private static let metadataHost = "metadata.google.internal"

    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        if let path = file ?? surroundings.variable("GOOGLE_APPLICATION_CREDENTIALS") {
            guard let bytes = try await read(path, surroundings) else {
                throw ProviderError("Google's credentials file \(path) does not exist")
            }
            return try await credential(in: bytes, named: path, surroundings)
        }
        if let path = Self.toolFile(surroundings), let bytes = try await read(path, surroundings) {
            return try await credential(in: bytes, named: path, surroundings)
        }
        return try await metadata(surroundings)
    }

    /// Where `gcloud auth application-default login` leaves its credentials.
    private static func toolFile(_ surroundings: CredentialSurroundings) -> String? {
        let folder =
            surroundings.variable("CLOUDSDK_CONFIG")
            ?? surroundings.variable("HOME").map { $0 + "/.config/gcloud" }
        return folder.map { $0 + "/application_default_credentials.json" }
    }

    /// Nil when there is no such file.
    private func read(
        _ path: String, _ surroundings: CredentialSurroundings
    ) async throws(ProviderError) -> [UInt8]? {
        do {
            return try await surroundings.files.read(path, upTo: Self.maxFileBytes)
        } catch {
            if error == .notFound { return nil }
            throw ProviderError("Google's credentials file \(path) cannot be read")
        }
    }

    private func credential(
        in bytes: [UInt8], named path: String, _ surroundings: CredentialSurroundings
    ) async throws(ProviderError) -> ProviderCredential {
        // What is no JSON is no credentials file; its text is never told.
        guard let content = try? JSONValue(parsing: bytes) else {
            throw ProviderError("Google's credentials file \(path) is no JSON")
        }
        let request: TransportRequest
        switch content["type"]?.string {
        case "service_account"?: request = try ServiceAccount(content, path).request(at: surroundings.instant)
        case "authorized_user"?: request = try Self.refresh(content, path)
        case let type?:
            throw ProviderError("Google's credentials of the type \"\(type.prefix(40))\" are not understood")
        case nil: throw ProviderError("Google's credentials file \(path) has no type")
        }
        var credential = try await TokenService(name: "Google's token service").token(by: request, from: surroundings)
        credential.attributes["project"] = content["project_id"]?.string ?? content["quota_project_id"]?.string
        return credential
    }

    private static func refresh(_ content: JSONValue, _ path: String) throws(ProviderError) -> TransportRequest {
        guard let client = content["client_id"]?.string, let secret = content["client_secret"]?.string,
            let token = content["refresh_token"]?.string
        else {
            throw ProviderError("Google's credentials file \(path) lacks client_id, client_secret or refresh_token")
        }
        return TokenService.request(
            content["token_uri"]?.string ?? ServiceAccount.standardTokenURI,
            form: [
                ("grant_type", "refresh_token"), ("client_id", client), ("client_secret", secret),
                ("refresh_token", token),
            ])
    }

    /// The account of the machine or workload itself.
    private func metadata(_ surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        let host = surroundings.variable("GCE_METADATA_HOST") ?? Self.metadataHost
        func request(_ path: String) -> TransportRequest {
            TokenService.metadataRequest(
                "http://\(host)/computeMetadata/v1/\(path)", header: ("metadata-flavor", "Google"))
        }
        var credential = try await TokenService(name: "Google's metadata server").token(
            by: request("instance/service-accounts/default/token"), from: surroundings)
        // The project may be configured as well; without either the request says so.
        if let (status, body) = try? await surroundings.answer(to: request("project/project-id")), status == 200 {
            credential.attributes["project"] = String(decoding: body, as: UTF8.self)
        }
        return credential
    }
}

/// A service account's key, which signs for its own tokens (RFC 7523).
struct ServiceAccount {
    static let standardTokenURI = "https://oauth2.googleapis.com/token"
    private static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private static let lifetime = 3600
    /// "This value is always https://oauth2.googleapis.com/token", also where a file sends the request elsewhere.
    private static let audience = standardTokenURI

    let email: String
    let privateKey: Secret
    let keyID: String?
    let tokenURI: String

    init(_ content: JSONValue, _ path: String) throws(ProviderError) {
        guard let email = content["client_email"]?.string, let key = content["private_key"]?.string else {
            throw ProviderError("Google's credentials file \(path) lacks client_email or private_key")
        }
        self.email = email
        privateKey = Secret(key)
        keyID = content["private_key_id"]?.string
        tokenURI = content["token_uri"]?.string ?? Self.standardTokenURI
    }

    func request(at instant: Double) throws(ProviderError) -> TransportRequest {
        TokenService.request(
            tokenURI,
            form: [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", try assertion(at: instant)),
            ])
    }

    /// A JSON Web Token signed by RS256 (RFC 7519).
    private func assertion(at instant: Double) throws(ProviderError) -> String {
        let now = Int(instant)
        var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
        if let keyID { header["kid"] = .string(keyID) }
        let claims: JSONObject = [
            "iss": .string(email), "scope": .string(Self.scope), "aud": .string(Self.audience),
            "iat": .number(JSONNumber(now)), "exp": .number(JSONNumber(now + Self.lifetime)),
        ]
        let text = Base64.encodeForURL(header.serialized()) + "." + Base64.encodeForURL(claims.serialized())
        return text + "." + Base64.encodeForURL(try RSASignature.sign(Array(text.utf8), withPEM: privateKey))
    }
}
