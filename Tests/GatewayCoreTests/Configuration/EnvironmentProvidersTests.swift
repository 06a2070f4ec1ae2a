import Testing

@testable import GatewayCore
@testable import GatewayProviders

/// Which providers the environment configures, and with what.
@Suite struct EnvironmentProvidersTests {
    private func load(_ toml: String, _ environment: [String: String]) throws -> GatewayConfiguration {
        try GatewayConfiguration.load(toml: Array(toml.utf8), environment: environment)
    }

    private let wanted = "[routing]\nproviders_from_environment = true\n"

    @Test func addsProvidersOnlyWhenAskedTo() throws {
        let demo = "[[providers.demo]]\n"
        let environment = ["GROQ_API_KEY": "gsk"]
        #expect(try load(demo, environment).providers.map(\.key) == ["demo"])
        let asked = try load(wanted + demo, environment)
        #expect(asked.providers.map(\.key) == ["demo", "groq"])
        #expect(asked.provider("groq")?.instances.first?.apiKeyVariable == "GROQ_API_KEY")
        #expect(asked.routing.takesProvidersFromEnvironment)
    }

    @Test func leavesWhatTheFileHasAlone() throws {
        let configuration = try load(
            wanted
                + "[routing.rules]\n\"claude-\" = \"openai\"\n[[providers.openai]]\nname = \"mine\"\napi_key = \"sk-file\"\n",
            ["OPENAI_API_KEY": "sk-env", "ANTHROPIC_API_KEY": "sk-ant", "TOGETHER_API_KEY": "t"])
        #expect(configuration.providers.map(\.key) == ["openai", "anthropic", "together"])
        #expect(configuration.provider("openai")?.instances.map(\.apiKey) == ["sk-file"])
        #expect(configuration.provider("openai")?.instances.first?.apiKeyVariable == nil)
        #expect(configuration.routing.rules == [RoutingRule(prefix: "claude-", provider: "openai")])
    }

    @Test func routesByThePrefixesOfRow40() throws {
        let configuration = try GatewayConfiguration.embeddedDefault(environment: [
            "GROQ_API_KEY": "a", "TOGETHER_API_KEY": "b", "GEMINI_API_KEY": "c", "MISTRAL_API_KEY": "d",
            "AZURE_OPENAI_API_KEY": "e", "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com", "COHERE_API_KEY": "f",
            "OLLAMA_API_BASE": "http://localhost:11434",
        ])
        let router = Router(configuration)
        func route(_ model: String) -> String? { router.route(model).map { "\($0.providerKey) \($0.model)" } }
        #expect(route("groq/llama-3.3-70b-versatile") == "groq llama-3.3-70b-versatile")
        #expect(route("together_ai/meta-llama/Llama-3") == "together meta-llama/Llama-3")
        #expect(route("gemini/gemini-2.5-pro") == "gemini gemini-2.5-pro")
        #expect(route("mistral/mistral-large-latest") == "mistral mistral-large-latest")
        #expect(route("azure/my-deployment") == "azure_openai my-deployment")
        #expect(route("ollama/llama3.2") == "ollama llama3.2")
        #expect(route("command-r-plus") == "cohere command-r-plus")
        #expect(route("mistral-small-latest") == "mistral mistral-small-latest")
        #expect(route("fireworks_ai/x") == nil)
        #expect(configuration.provider("ollama")?.instances.first?.baseURL == "http://localhost:11434/v1")
    }

    @Test func wantsEverythingAProviderCannotDoWithout() throws {
        let key = try GatewayConfiguration.embeddedDefault(environment: ["AZURE_OPENAI_API_KEY": "k"])
        #expect(key.providers.map(\.key) == ["demo"])
        let account = try GatewayConfiguration.embeddedDefault(environment: [
            "CLOUDFLARE_API_KEY": "k", "CLOUDFLARE_ACCOUNT_ID": "abc",
        ])
        #expect(account.providers.map(\.key) == ["cloudflare", "demo"])
    }

    @Test func takesTheUsualKeyOfAnInstanceThatNamesNone() throws {
        let configuration = try load(
            "[[providers.openai]]\n[[providers.groq]]\nname = \"fast\"\n[[providers.ollama]]\n",
            ["OPENAI_API_KEY": "sk", "GROQ_API_KEY": "gsk"])
        #expect(configuration.provider("openai")?.instances.first?.apiKey == "sk")
        #expect(configuration.provider("groq")?.instances.map(\.name) == ["fast"])
        #expect(configuration.provider("groq")?.instances.first?.apiKey == "gsk")
        #expect(configuration.provider("ollama")?.instances.first?.apiKey == nil)
    }

    @Test func sendsNoKeyOfTheEnvironmentToAnotherAddress() throws {
        let configuration = try load(
            "[[providers.openai]]\nbase_url = \"http://localhost:1/v1\"\n[[providers.vllm]]\nbase_url = \"http://gpu:8000/v1\"\n",
            ["OPENAI_API_KEY": "sk", "VLLM_API_KEY": "v"])
        #expect(configuration.provider("openai")?.instances.first?.apiKey == nil)
        #expect(configuration.provider("vllm")?.instances.first?.apiKey == "v")
    }

    @Test func namesTheVariableOfABrokenKey() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try load("[[providers.groq]]\n", ["GROQ_API_KEY": "gsk\nx"])
        }
        #expect(
            error.problems.map(\.description) == [
                "GROQ_API_KEY: the key holds blanks or characters no credential has (copy it again, without line breaks, or unset it)"
            ])
    }

    @Test func saysWhichVariableAPresetWants() throws {
        let error = try #require(throws: ConfigurationError.self) { try load("[[providers.groq]]\n", [:]) }
        #expect(error.description.contains("write api_key = \"${GROQ_API_KEY}\""))
    }

    @Test func knowsProvidersByTheirOtherNames() throws {
        let configuration = try load(
            """
            [routing]
            default_provider = "azure"
            [routing.rules]
            "llama" = "together_ai"
            [routing.aliases]
            fast = "together_ai/small"
            [[providers.together_ai]]
            api_key = "t"
            [[providers.azure]]
            api_key = "a"
            resource_name = "r"
            """, [:])
        #expect(configuration.providers.map(\.key) == ["together", "azure_openai"])
        #expect(configuration.routing.defaultProvider == "azure_openai")
        #expect(configuration.routing.rules == [RoutingRule(prefix: "llama", provider: "together")])
        #expect(configuration.routing.aliases == [ModelAlias(name: "fast", provider: "together", model: "small")])
    }

    @Test func routesModelPrefixesOfInstances() throws {
        let configuration = try load(
            """
            [[providers.custom]]
            provider_id = "mine"
            base_url = "http://localhost:1/v1"
            model_prefixes = ["ds/", "deepseek-"]
            """, [:])
        let router = Router(configuration)
        #expect(router.route("ds/chat").map { "\($0.providerKey) \($0.model)" } == "custom:mine chat")
        #expect(router.route("deepseek-chat")?.providerKey == "custom:mine")
        #expect(router.route("mine/x")?.model == "x")
        #expect(throws: ConfigurationError.self) {
            try load("[[providers.demo]]\nmodel_prefixes = [\"a/b\"]\n", [:])
        }
    }
}
