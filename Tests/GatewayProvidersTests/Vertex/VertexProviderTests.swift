import GatewayCore
import Testing

@testable import GatewayProviders

@Suite struct VertexProviderTests {
    private let access = ProviderAccess(
        credential: ProviderCredential(.token("ya29.t"), attributes: ["project": "own"]))

    private func provider(_ config: VertexConfig, base: String? = nil) -> VertexProvider {
        VertexProvider(InstanceConfiguration(name: "one", baseURL: base, settings: config))
    }

    private func call(_ model: String, streaming: Bool = false, headers: HTTPFields = [:]) -> ProviderCall {
        ProviderCall(
            model: model, isStreaming: streaming, body: Array(#"{"model":"m","max_tokens":1.0,"stream":true}"#.utf8),
            clientHeaders: headers, access: access)
    }

    @Test(arguments: [
        ("global", "https://aiplatform.googleapis.com"), ("us", "https://aiplatform.us.rep.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
        ("europe-west1", "https://europe-west1-aiplatform.googleapis.com"),
    ])
    func asksInItsLocation(location: String, host: String) throws {
        let request = try provider(VertexConfig(project: "p", location: location)).request(
            for: call("gemini-x", streaming: true))
        #expect(
            request.url
                == "\(host)/v1beta1/projects/p/locations/\(location)/publishers/google/models/gemini-x:streamGenerateContent?alt=sse"
        )
        #expect(request.headers["authorization"] == "Bearer ya29.t")
        #expect(request.body == call("gemini-x").body)
    }

    @Test func takesTheCredentialsProject() throws {
        #expect(try provider(VertexConfig()).request(for: call("g")).url.contains("/projects/own/locations/global/"))
        var call = call("g")
        call.access = ProviderAccess()
        #expect(throws: ProviderError.self) { try provider(VertexConfig()).request(for: call) }
    }

    @Test(arguments: ["a b", "a?b", "../x", "a#b"])
    func putsNothingOddIntoAddresses(model: String) {
        #expect(throws: ProviderError.self) { try provider(VertexConfig(project: "p")).request(for: call(model)) }
    }

    @Test func speaksAnthropicsFormatToClaude() throws {
        let provider = provider(VertexConfig(project: "p", location: "us-east5"))
        let variant = try #require(provider.variants.first)
        #expect(variant.fits("claude-x", .openAI) && !variant.fits("gemini-x", .anthropic))
        #expect(variant.provider.format == .anthropic)
        let request = try variant.provider.request(
            for: call("claude-x@20250929", streaming: true, headers: ["anthropic-beta": "b", "x-api-key": "client"]))
        #expect(
            request.url
                == "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-x@20250929:streamRawPredict"
        )
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"anthropic_version":"vertex-2023-10-16","max_tokens":1.0,"stream":true}"#)
        #expect(request.headers["anthropic-beta"] == "b" && request.headers["x-api-key"] == nil)
        #expect(try variant.provider.request(for: call("claude-x")).url.hasSuffix(":rawPredict"))
    }

    @Test func readsItsSettings() throws {
        let configuration = try GatewayConfiguration.load(
            toml: Array("[[providers.vertex_ai]]\nlocation = \"us-central1\"\n".utf8),
            environment: ["VERTEXAI_PROJECT": "p"])
        let config = configuration.provider("vertex")?.instances.first?.settings(as: VertexConfig.self)
        #expect(config == VertexConfig(project: "p", location: "us-central1"))
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration.load(toml: Array("[[providers.vertex]]\nproject = \"a/b\"\n".utf8))
        }
        #expect(ProviderKind.vertex.isConfigured(by: ["GOOGLE_APPLICATION_CREDENTIALS": "/f"]))
        #expect(!ProviderKind.vertex.isConfigured(by: ["GOOGLE_CLOUD_LOCATION": "us"]))
    }
}

@Suite struct GoogleCredentialsTests {
    private func fetch(
        _ file: String? = nil, _ transport: TokenTransport, _ environment: [String: String] = [:],
        files: [String: String] = [:]
    ) async throws -> ProviderCredential {
        try await GoogleCredentials(file: file).fetch(
            from: CredentialSurroundings(
                transport: transport, instant: 1000, environment: environment, files: TokenFiles(files: files)))
    }

    private let user =
        #"{"type":"authorized_user","client_id":"i","client_secret":"s/","refresh_token":"1//r","quota_project_id":"q"}"#
    private let answer = (200, #"{"access_token":"ya29.t","expires_in":60}"#)

    @Test func looksWhereGooglesToolsLook() async throws {
        let paths = ["/named": user, "/variable": user, "/cloud/application_default_credentials.json": user]
        for (file, environment) in [
            ("/named", [:]), (nil, ["GOOGLE_APPLICATION_CREDENTIALS": "/variable"]),
            (nil, ["CLOUDSDK_CONFIG": "/cloud"]),
        ] as [(String?, [String: String])] {
            let transport = TokenTransport(answer)
            let credential = try await fetch(file, transport, environment, files: paths)
            #expect(credential.attributes["project"] == "q" && credential.expires == 1060)
            #expect(transport.requests.first?.url == "https://oauth2.googleapis.com/token")
            #expect(transport.form["refresh_token"] == "1%2F%2Fr")
        }
    }

    @Test func asksTheMetadataServerLast() async throws {
        let transport = TokenTransport(answer, (200, "my-project"))
        let credential = try await fetch(nil, transport, ["HOME": "/nobody"])
        #expect(credential.attributes["project"] == "my-project")
        #expect(
            transport.requests.first?.url
                == "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token")
        #expect(transport.requests.allSatisfy { $0.headers["metadata-flavor"] == "Google" })
    }

    @Test(
        "Never a word of a file's content",
        arguments: [
            "hush", "{}", #"{"type":"external_account","x":"hush"}"#, #"{"type":"service_account"}"#,
            #"{"type":"service_account","client_email":"e","private_key":"hush"}"#, #"{"type":"authorized_user"}"#,
        ])
    func tellsWhatIsWrongWithAFile(content: String) async {
        let error = await #expect(throws: ProviderError.self) {
            _ = try await fetch("/f", TokenTransport(answer), files: ["/f": content])
        }
        #expect(error?.message.contains("hush") == false)
    }

    @Test func namesAFileThatIsNotThere() async {
        let error = await #expect(throws: ProviderError.self) { _ = try await fetch("/none", TokenTransport(answer)) }
        #expect(error?.message.contains("/none") == true)
    }
}
