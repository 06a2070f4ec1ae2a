import GatewayCore
import Testing

@testable import GatewayProviders

@Suite struct AzureOpenAIProviderTests {
    private func provider(
        _ version: String?, base: String = "https://r.openai.azure.com", _ config: AzureOpenAIConfig = .init()
    ) throws -> AzureOpenAIProvider {
        var instance = InstanceConfiguration(name: "one", apiKey: "k", baseURL: base, settings: config)
        instance.apiVersion = version
        return try AzureOpenAIProvider(instance)
    }

    private func call(_ model: String, _ access: ProviderAccess = ProviderAccess()) -> ProviderCall {
        ProviderCall(
            model: model, isStreaming: false, body: Array("{\"model\":\"\(model)\",\"x\":1.0}".utf8), access: access)
    }

    @Test(arguments: [
        ("https://r.openai.azure.com", nil, "/openai/deployments/m/chat/completions?api-version=2024-02-01"),
        ("https://r.openai.azure.com/", "2024-10-21", "/openai/deployments/m/chat/completions?api-version=2024-10-21"),
        ("https://r.openai.azure.com/openai", nil, "/openai/deployments/m/chat/completions?api-version=2024-02-01"),
        ("https://r.openai.azure.com", "v1", "/openai/v1/chat/completions"),
        ("https://r.openai.azure.com", "latest", "/openai/v1/chat/completions?api-version=latest"),
        ("https://r.openai.azure.com/openai/v1/", nil, "/openai/v1/chat/completions"),
        ("https://r.openai.azure.com/openai/v1", "preview", "/openai/v1/chat/completions?api-version=preview"),
    ])
    func knowsBothFormsOfAddresses(base: String, version: String?, path: String) throws {
        let request = try provider(version, base: base).request(for: call("m"))
        #expect(request.url == "https://r.openai.azure.com" + path)
        #expect(request.headers["api-key"] == "k")
    }

    @Test func namesDeploymentsInTheBodyOfTheNewerAPI() throws {
        let config = AzureOpenAIConfig(modelDeployments: ["gpt-4o": "prod"])
        let mapped = try provider("v1", config).request(for: call("gpt-4o"))
        #expect(String(decoding: mapped.body, as: UTF8.self) == #"{"model":"prod","x":1.0}"#)
        let plain = try provider("v1", config).request(for: call("other"))
        #expect(plain.body == call("other").body)
    }

    @Test func putsNothingOddIntoAddresses() {
        #expect(throws: ProviderError.self) { try provider(nil).request(for: call("a/../b")) }
    }

    @Test func sendsFetchedTokensInsteadOfAKey() throws {
        let config = AzureOpenAIConfig(entra: EntraConfig(.managedIdentity))
        let instance = InstanceConfiguration(name: "one", baseURL: "https://r.openai.azure.com", settings: config)
        let provider = try AzureOpenAIProvider(instance)
        #expect(provider.credentials != nil)
        let access = ProviderAccess(credential: ProviderCredential(.token("t")))
        let request = try provider.request(for: call("m", access))
        #expect(request.headers["authorization"] == "Bearer t" && request.headers["api-key"] == nil)
        #expect(provider.modelListRequest(with: access)?.headers["authorization"] == "Bearer t")
        // A key makes the tokens needless.
        #expect(try self.provider(nil, config).credentials == nil)
    }

    @Test func prefersWrittenTokensToAKeyOfTheEnvironment() throws {
        let configuration = try GatewayConfiguration.load(
            toml: Array("[[providers.azure]]\nresource_name = \"r\"\nentra = \"workload\"\n".utf8),
            environment: ["AZURE_OPENAI_API_KEY": "k"])
        let instance = try #require(configuration.provider("azure_openai")?.instances.first)
        #expect(instance.apiKey == nil && instance.apiKeyVariable == nil)
        #expect(try AzureOpenAIProvider(instance).credentials != nil)
    }

    @Test func readsTheWaysOfEntra() throws {
        func load(_ lines: String) throws -> AzureOpenAIConfig? {
            try GatewayConfiguration.load(
                toml: Array("[[providers.azure_openai]]\nresource_name = \"r\"\n\(lines)".utf8)
            ).provider("azure_openai")?.instances.first?.settings(as: AzureOpenAIConfig.self)
        }
        let secret = try load("tenant_id = \"t\"\nclient_id = \"c\"\nclient_secret = \"s\"")
        #expect(secret?.entra == EntraConfig(.clientSecret, tenantID: "t", clientID: "c", clientSecret: "s"))
        #expect(try load("entra = \"managed_identity\"")?.entra == EntraConfig(.managedIdentity))
        #expect(try load("entra = \"workload\"")?.entra == EntraConfig(.workload))
        #expect(try load("access_token = \"t\"")?.accessToken == "t")
        for wrong in ["", "tenant_id = \"t\"", "entra = \"magic\""] {
            #expect(throws: ConfigurationError.self) { try load(wrong) }
        }
    }
}

@Suite struct EntraCredentialsTests {
    private static let answer = (200, #"{"access_token":"t","expires_in":60}"#)

    private func fetch(
        _ config: EntraConfig, _ environment: [String: String] = [:], files: [String: String] = [:]
    ) async throws -> TokenTransport {
        let transport = TokenTransport(Self.answer)
        let surroundings = CredentialSurroundings(
            transport: transport, instant: 1000, environment: environment, files: TokenFiles(files: files))
        let credential = try await EntraCredentials(settings: config).fetch(from: surroundings)
        #expect(credential.kind == .token("t") && credential.expires == 1060)
        return transport
    }

    @Test func asksAsAnApplication() async throws {
        let transport = try await fetch(
            EntraConfig(.clientSecret, tenantID: "ten", clientID: "cl", clientSecret: "s/+"))
        #expect(transport.requests.first?.url == "https://login.microsoftonline.com/ten/oauth2/v2.0/token")
        #expect(transport.form["client_secret"] == "s%2F%2B" && transport.form["grant_type"] == "client_credentials")
        #expect(transport.form["scope"] == "https%3A%2F%2Fcognitiveservices.azure.com%2F.default")
    }

    @Test func asksAsAWorkload() async throws {
        let transport = try await fetch(
            EntraConfig(.workload),
            [
                "AZURE_TENANT_ID": "ten", "AZURE_CLIENT_ID": "cl", "AZURE_AUTHORITY_HOST": "https://login.us/",
                "AZURE_FEDERATED_TOKEN_FILE": "/t",
            ], files: ["/t": "eyJ.a\n"])
        #expect(transport.requests.first?.url == "https://login.us/ten/oauth2/v2.0/token")
        #expect(transport.form["client_assertion"] == "eyJ.a" && transport.form["client_secret"] == nil)
    }

    @Test func asksAsAMachine() async throws {
        let machine = try await fetch(EntraConfig(.managedIdentity, clientID: "user-assigned"))
        #expect(
            machine.requests.first?.url
                == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fcognitiveservices.azure.com&client_id=user-assigned"
        )
        #expect(machine.requests.first?.headers["metadata"] == "true")
        let service = try await fetch(
            EntraConfig(.managedIdentity), ["IDENTITY_ENDPOINT": "http://i/msi", "IDENTITY_HEADER": "h"])
        #expect(service.requests.first?.headers["x-identity-header"] == "h")
    }

    @Test(arguments: [EntraConfig.Way.clientSecret, .workload])
    func saysWhatIsMissing(way: EntraConfig.Way) async {
        await #expect(throws: ProviderError.self) { _ = try await fetch(EntraConfig(way)) }
    }
}
