import GatewayCore

/// Gemini in a project of Google Cloud. Claude behind the same account is its variant, `VertexClaudeProvider`.
///
/// Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
public struct VertexProvider: LlmProvider {
    private let place: VertexPlace
    private let headers: ProviderHeaders
    private let timeouts: TransportTimeouts

    /// As Google's own SDKs ask for Gemini.
    private static let version = "v1beta1"

    public var format: WireFormat { .gemini }
    public let credentials: (any CredentialSource)?
    public let variants: [ProviderVariant]

    public init(_ instance: InstanceConfiguration) {
        let settings = instance.settings(as: VertexConfig.self) ?? VertexConfig()
        place = VertexPlace(settings, instance)
        timeouts = instance.timeouts
        let token = instance.apiKey ?? settings.accessToken
        headers = ProviderHeaders(
            instance, authentication: token.map { ("authorization", "Bearer " + $0.revealed) })
        credentials = token == nil ? GoogleCredentials(file: settings.credentialsFile) : nil
        variants = [
            ProviderVariant(
                VertexClaudeProvider(place, headers, instance.timeouts, version: instance.apiVersion),
                modelPrefixes: ["claude-"])
        ]
    }

    public func request(for call: ProviderCall) throws(ProviderError) -> TransportRequest {
        let action = call.isStreaming ? "streamGenerateContent?alt=sse" : "generateContent"
        let url = try place.url(
            of: call.model, by: "google", version: Self.version, action: action, with: call.access)
        return TransportRequest(
            url: url, headers: headers.authenticated(by: call.access), body: call.body, timeouts: timeouts)
    }

    public func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        var fields = headers.authenticated(by: access)
        fields["x-goog-user-project"] = place.project(with: access)
        return TransportRequest(
            method: "GET", url: "\(place.address)/\(Self.version)/publishers/google/models?pageSize=100",
            headers: fields,
            timeouts: timeouts)
    }

    public func models(in list: JSONValue) -> [ListedModel] {
        (list["publisherModels"]?.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string?.split(separator: "/").last, name.hasPrefix("gemini") else {
                return nil
            }
            return ListedModel(id: String(name))
        }
    }
}

/// Where a project's models are.
struct VertexPlace: Sendable {
    /// Without a version.
    let address: String
    private let configuredProject: String?
    private let location: String

    init(_ settings: VertexConfig, _ instance: InstanceConfiguration) {
        configuredProject = settings.project
        location = settings.location
        let standard =
            switch settings.location {
            case "global": "https://aiplatform.googleapis.com"
            case "us", "eu": "https://aiplatform.\(settings.location).rep.googleapis.com"
            default: "https://\(settings.location)-aiplatform.googleapis.com"
            }
        address = instance.address(or: standard)
    }

    func project(with access: ProviderAccess) -> String? {
        configuredProject ?? access.credential?.attributes["project"]
    }

    /// - Parameter model: a name, or `publishers/x/models/name` and `projects/…` in full.
    func url(
        of model: String, by publisher: String, version: String, action: String, with access: ProviderAccess
    ) throws(ProviderError) -> String {
        guard let project = project(with: access), !project.isEmpty else {
            throw ProviderError("Vertex AI needs a project: the credentials tell none, so write project = \"…\"")
        }
        let allowed = project.utf8.allSatisfy { $0.isUnreservedInURL || $0 == UInt8(ascii: ":") }
        guard allowed else { throw ProviderError("the credentials' project cannot stand in an address") }
        guard model.utf8.allSatisfy({ $0.isUnreservedInURL || "/:@+".utf8.contains($0) }), !model.contains("..") else {
            throw ProviderError("\"\(model)\" cannot stand in an address of Vertex AI")
        }
        if model.hasPrefix("projects/") { return "\(address)/\(version)/\(model):\(action)" }
        let resource = model.hasPrefix("publishers/") ? model : "publishers/\(publisher)/models/\(model)"
        return "\(address)/\(version)/projects/\(project)/locations/\(location)/\(resource):\(action)"
    }
}
