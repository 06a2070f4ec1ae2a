import GatewayCore
import Testing

@testable import GatewayProviders

/// Given this call, expect this address, these headers, these bytes.
struct ProviderRequestTests {
    private let body = Array(#"{"model":"m"}"#.utf8)

    private func instance(_ settings: some ProviderConfig = NoSettings(), baseURL: String? = nil)
        -> InstanceConfiguration
    {
        var instance = InstanceConfiguration(name: "one", apiKey: "sk-secret", baseURL: baseURL, settings: settings)
        instance.headers = [
            "x-team": "blue", "Authorization": "mine", "x-api-key": "mine", "x-goog-api-key": "mine", "api-key": "mine",
        ]
        return instance
    }

    private func call(_ model: String = "m", streaming: Bool = false, headers: HTTPFields = [:]) -> ProviderCall {
        ProviderCall(model: model, isStreaming: streaming, body: body, clientHeaders: headers)
    }

    @Test func asksOpenAIWithABearer() {
        let request = OpenAIProvider(instance()).request(for: call())
        #expect(request.method == "POST")
        #expect(request.url == "https://api.openai.com/v1/chat/completions")
        #expect(request.headers["authorization"] == "Bearer sk-secret")
        #expect(request.headers.values(of: "authorization").count == 1)
        #expect(request.headers["x-team"] == "blue")
        #expect(request.body == body)
    }

    @Test func namesOrganizationAndProject() {
        var instance = instance()
        instance.organization = "org"
        instance.project = "proj"
        let request = OpenAIProvider(instance).request(for: call())
        #expect(request.headers["openai-organization"] == "org")
        #expect(request.headers["openai-project"] == "proj")
    }

    @Test(arguments: [
        ("gpt-4o", WireFormat.responses, WireFormat.responses), ("gpt-4o", .anthropic, .openAI),
        ("gpt-3.5-turbo-instruct", .openAI, .completions), ("gpt-3.5-turbo-instruct", .responses, .completions),
    ])
    func speaksToModelsAsTheyCanBeSpokenTo(model: String, client: WireFormat, expected: WireFormat) {
        let provider = OpenAIProvider(instance())
        let variant = provider.variants.first { $0.fits(model, client) }
        #expect((variant?.provider ?? provider).format == expected)
    }

    @Test func takesAnyBaseAddress() throws {
        let request = try OpenAIProvider(compatible: instance(baseURL: "http://localhost:1234/api/v1//")).request(
            for: call())
        #expect(request.url == "http://localhost:1234/api/v1/chat/completions")
        #expect(throws: ProviderError.self) { try OpenAIProvider(compatible: InstanceConfiguration(name: "x")) }
    }

    @Test func putsTheKeyWhereTheServiceLooksForIt() throws {
        func request(_ place: CompatibleConfig.KeyPlace) throws -> TransportRequest {
            try OpenAIProvider(
                compatible: instance(CompatibleConfig(keyPlace: place), baseURL: "https://s.example/v1")
            ).request(for: call())
        }
        #expect(try request(.bearer).headers["authorization"] == "Bearer sk-secret")
        // The operator's own headers are set first: only the key's own is replaced.
        let header = try request(.header("X-Api-Key"))
        #expect(header.headers.values(of: "x-api-key") == ["sk-secret"])
        #expect(header.headers["authorization"] == "mine")
        #expect(try request(.query("token")).url == "https://s.example/v1/chat/completions?token=sk-secret")
        let none = try request(.none)
        #expect(!none.url.contains("sk-secret") && !none.headers.contains { $0.value.contains("sk-secret") })
    }

    @Test func readsHowACustomServiceIsAskedAndWhatIsDifferent() throws {
        func config(_ lines: String) throws -> CompatibleConfig? {
            let toml = "[[providers.custom]]\nprovider_id = \"s\"\nbase_url = \"https://s.example/v1\"\n" + lines
            return try GatewayConfiguration.load(toml: Array(toml.utf8)).provider("custom:s")?.instances.first?
                .settings(as: CompatibleConfig.self)
        }
        #expect(try config("")?.keyPlace == .bearer)
        #expect(try config("")?.dialect == OpenAIDialect(streamEnd: .finishReason))
        #expect(try config("auth_style = \"api-key\"")?.keyPlace == .header("api-key"))
        #expect(try config("auth_style = \"x-api-key\"")?.keyPlace == .header("x-api-key"))
        #expect(try config("auth_style = \"header\"\nauth_name = \"X-T\"")?.keyPlace == .header("X-T"))
        #expect(try config("auth_style = \"query\"")?.keyPlace == .query("key"))
        #expect(try config("auth_style = \"none\"")?.keyPlace == CompatibleConfig.KeyPlace.none)
        let dialect = try config(
            "stream_end = \"done\"\nquirks = [\"system_role\"]\nunsupported_parameters = [\"seed\"]")?.dialect
        #expect(dialect == OpenAIDialect([.systemRole], refusals: [.init(["seed"])]))
        for wrong in [
            "auth_style = \"header\"", "auth_style = \"header\"\nauth_name = \"a b\"", "auth_style = \"basic\"",
            "auth_name = \"x\"", "auth_style = \"query\"\nauth_name = \"a&b\"", "quirks = [\"odd\"]",
            "stream_end = \"never\"",
        ] {
            #expect(throws: ConfigurationError.self) { try config(wrong) }
        }
    }

    @Test func asksAnthropicWithItsKeyAndVersion() {
        let request = AnthropicProvider(instance()).request(for: call())
        #expect(request.url == "https://api.anthropic.com/v1/messages")
        #expect(request.headers["x-api-key"] == "sk-secret")
        #expect(request.headers["anthropic-version"] == "2023-06-01")
        #expect(request.headers["anthropic-beta"] == nil)
    }

    @Test("Client credentials never travel to a provider; its API's own headers do")
    func passesOnTheVersionAndBetasOfAnthropicClients() {
        let request = AnthropicProvider(InstanceConfiguration(name: "one", apiKey: "sk-secret")).request(
            for: call(headers: [
                "anthropic-version": "2026-10-21", "anthropic-beta": "a,b", "x-api-key": "client", "cookie": "c",
                "authorization": "Bearer client",
            ]))
        #expect(request.headers["anthropic-version"] == "2026-10-21")
        #expect(request.headers["anthropic-beta"] == "a,b")
        #expect(request.headers["x-api-key"] == "sk-secret")
        #expect(!request.headers.contains { $0.value.contains("client") })
        #expect(request.headers["cookie"] == nil)
    }

    @Test func asksAnthropicByOAuth() {
        var instance = InstanceConfiguration(name: "one", apiKey: "token")
        instance.authMode = .oauth
        let request = AnthropicProvider(instance).request(for: call())
        #expect(request.headers["authorization"] == "Bearer token")
        #expect(request.headers["x-api-key"] == nil)
    }

    @Test func namesTheModelInGeminisAddress() {
        let provider = GeminiProvider(instance())
        #expect(
            provider.request(for: call("gemini-x")).url
                == "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent")
        let stream = provider.request(for: call("tunedModels/mine", streaming: true))
        #expect(stream.url.hasSuffix("/v1beta/tunedModels/mine:streamGenerateContent?alt=sse"))
        #expect(stream.headers["x-goog-api-key"] == "sk-secret")
        #expect(!stream.url.contains("sk-secret"))
    }

    @Test func namesTheDeploymentInAzuresAddress() throws {
        let settings = AzureOpenAIConfig(resourceName: "res", modelDeployments: ["gpt-4": "mine"])
        let request = try AzureOpenAIProvider(instance(settings)).request(for: call("gpt-4"))
        #expect(
            request.url
                == "https://res.openai.azure.com/openai/deployments/mine/chat/completions?api-version=2024-02-01")
        #expect(request.headers["api-key"] == "sk-secret")
        let plain = try AzureOpenAIProvider(instance(settings)).request(for: call("other"))
        #expect(plain.url.contains("/deployments/other/"))
        let fallback = AzureOpenAIConfig(resourceName: "res", deploymentName: "all")
        #expect(try AzureOpenAIProvider(instance(fallback)).request(for: call("x")).url.contains("/deployments/all/"))
    }

    @Test func speaksAzuresVersionlessAddress() throws {
        let provider = try AzureOpenAIProvider(instance(baseURL: "https://r.openai.azure.com/openai/v1/"))
        #expect(try provider.request(for: call()).url == "https://r.openai.azure.com/openai/v1/chat/completions")
    }

    @Test func readsEachProvidersModelList() throws {
        let openAI = OpenAIProvider(instance()).models(in: ["data": [["id": "a", "created": 7], ["no": 1]]])
        #expect(openAI == [ListedModel(id: "a", created: 7)])
        let anthropic = AnthropicProvider(instance()).models(
            in: ["data": [["id": "c", "display_name": "C", "max_input_tokens": 5, "max_tokens": 6]]])
        #expect(anthropic == [ListedModel(id: "c", displayName: "C", inputTokenLimit: 5, outputTokenLimit: 6)])
        let gemini = GeminiProvider(instance()).models(in: ["models": [["name": "models/g", "displayName": "G"]]])
        #expect(gemini == [ListedModel(id: "g", displayName: "G")])
    }

    @Test func asksOpenAIsOtherAPIs() {
        let provider = OpenAIProvider(instance())
        #expect(provider.embeddingRequest(for: call()).url == "https://api.openai.com/v1/embeddings")
        #expect(provider.countRequest(for: call()).url == "https://api.openai.com/v1/responses/input_tokens")
        let form = ResourceRequest(
            method: "POST", path: "/audio/transcriptions", contentType: "multipart/form-data; boundary=b")
        let request = provider.resourceRequest(form, for: call())
        #expect(request.url == "https://api.openai.com/v1/audio/transcriptions")
        #expect(request.headers.values(of: "content-type") == ["multipart/form-data; boundary=b"])
        #expect(request.headers["authorization"] == "Bearer sk-secret")
        let list = provider.resourceRequest(ResourceRequest(method: "GET", path: "/files?limit=1"), for: call())
        #expect(list.method == "GET")
        #expect(list.headers["content-type"] == nil)
    }

    @Test func asksAzureByDeploymentWhereTheModelHasOne() throws {
        let azure = try AzureOpenAIProvider(
            instance(AzureOpenAIConfig(resourceName: "res", modelDeployments: ["m": "dep"])))
        let root = "https://res.openai.azure.com/openai"
        #expect(
            try azure.embeddingRequest(for: call()).url
                == root + "/deployments/dep/embeddings?api-version=2024-02-01")
        let images = ResourceRequest(method: "POST", path: "/images/generations", isOfModel: true)
        #expect(
            try azure.resourceRequest(images, for: call()).url
                == root + "/deployments/dep/images/generations?api-version=2024-02-01")
        let files = ResourceRequest(method: "GET", path: "/files?limit=1")
        #expect(
            try azure.resourceRequest(files, for: call()).url == root + "/files?limit=1&api-version=2024-02-01")
    }

    @Test func asksForCountsAndVectors() {
        #expect(
            AnthropicProvider(instance()).countRequest(for: call()).url
                == "https://api.anthropic.com/v1/messages/count_tokens")
        let gemini = GeminiProvider(instance())
        let models = "https://generativelanguage.googleapis.com/v1beta/models/m"
        #expect(gemini.countRequest(for: call()).url == models + ":countTokens")
        #expect(gemini.embeddingRequest(for: call()).url == models + ":batchEmbedContents")
    }
}
