import GatewayCore
import Testing

@testable import GatewayProviders

/// Each preset is complete, and its name is enough.
@Suite struct ProviderPresetTests {
    private static let presets = ProviderPreset.all

    @Test func areTheServicesThatUsersExpect() {
        let expected = [
            "groq", "together", "mistral", "deepseek", "xai", "openrouter", "fireworks", "perplexity", "cerebras",
            "ollama", "vllm", "lmstudio", "llamacpp", "cohere", "nvidia", "sambanova", "deepinfra", "huggingface",
            "moonshot", "zai", "minimax", "nebius", "novita", "hyperbolic", "github", "databricks",
        ]
        #expect(Set(expected).isSubset(of: Set(Self.presets.map(\.key))))
    }

    @Test func haveNamesOfTheirOwn() {
        let names = ProviderCatalog.all.kinds.flatMap(\.names)
        #expect(Set(names).count == names.count)
        let prefixes = ProviderCatalog.all.kinds.flatMap(\.modelPrefixes)
        #expect(Set(prefixes).count == prefixes.count)
    }

    @Test func relaysCompletionsToServicesThatHaveThem() throws {
        func address(_ key: String, for client: WireFormat) throws -> String? {
            let preset = try #require(Self.presets.first { $0.key == key })
            let provider = try preset.provider(for: InstanceConfiguration(name: key, apiKey: "k"))
            let variant = provider.variants.first { $0.fits("m", client) }
            return try (variant?.provider ?? provider).request(
                for: ProviderCall(model: "m", isStreaming: false, body: [])
            ).url
        }
        #expect(try address("vllm", for: .completions) == "http://localhost:8000/v1/completions")
        #expect(try address("vllm", for: .openAI) == "http://localhost:8000/v1/chat/completions")
        #expect(try address("groq", for: .completions) == "https://api.groq.com/openai/v1/chat/completions")
    }

    @Test(arguments: presets)
    func areComplete(_ preset: ProviderPreset) {
        #expect(preset.documentation.hasPrefix("https://"))
        #expect(preset.baseURL.hasPrefix(preset.needsKey ? "https://" : "http://"))
        #expect(!preset.baseURL.hasSuffix("/"))
        #expect(preset.needsKey == false || !preset.keyVariables.isEmpty)
        // Who states a difference states where it is told.
        #expect(preset.dialect.leavesRequestsAlone || !preset.sources.isEmpty)
        #expect(preset.sources.allSatisfy { $0.hasPrefix("https://") })
        #expect(Set(preset.addressParts) == Set(preset.settingVariables.filter(\.isRequired).map(\.setting)))
    }

    @Test(arguments: presets)
    func workWithNothingButTheirNameAndVariables(_ preset: ProviderPreset) throws {
        var environment: [String: String] = [:]
        if let variable = preset.keyVariables.first, preset.needsKey { environment[variable] = "sk-of-\(preset.key)" }
        for setting in preset.settingVariables where setting.isRequired {
            environment[try #require(setting.variables.first)] = "part"
        }
        let configuration = try GatewayConfiguration.load(
            toml: Array("[[providers.\(preset.key)]]\nname = \"mine\"\n".utf8), environment: environment)
        let instance = try #require(configuration.provider(preset.key)?.instances.first)
        #expect(instance.name == "mine")
        let provider = try preset.provider(for: instance)
        let body = Array(#"{"model":"m"}"#.utf8)
        let request = provider.request(for: ProviderCall(model: "m", isStreaming: false, body: body))
        let parts = Dictionary(uniqueKeysWithValues: preset.addressParts.map { ($0, "part") })
        let address = try #require(preset.address(filledWith: parts))
        #expect(request.url == address + "/chat/completions")
        #expect(request.headers["authorization"] == (preset.needsKey ? "Bearer sk-of-\(preset.key)" : nil))
        #expect(request.body == body)
        #expect(provider.dialect == preset.dialect)
        #expect(preset.kind.isConfigured(by: environment) == preset.needsKey)
    }

    @Test func fillsTheirAddresses() throws {
        let cloudflare = try #require(Self.presets.first { $0.key == "cloudflare" })
        #expect(cloudflare.address(filledWith: ["account_id": "abc"])?.contains("/accounts/abc/ai/v1") == true)
        #expect(cloudflare.address(filledWith: [:]) == nil)
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration.load(toml: Array("[[providers.cloudflare]]\napi_key = \"k\"\n".utf8))
        }
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration.load(
                toml: Array("[[providers.cloudflare]]\napi_key = \"k\"\naccount_id = \"a/../b\"\n".utf8))
        }
    }

    @Test func areOverriddenByTheOperator() throws {
        let configuration = try GatewayConfiguration.load(
            toml: Array(
                """
                [[providers.mistral]]
                api_key = "k"
                quirks = ["max_tokens"]
                unsupported_parameters = []
                stream_end = "finish_reason"
                """.utf8))
        let config = try #require(
            configuration.provider("mistral")?.instances.first?.settings(as: CompatibleConfig.self))
        #expect(config.dialect == OpenAIDialect([.maxTokens], streamEnd: .finishReason))
    }
}
