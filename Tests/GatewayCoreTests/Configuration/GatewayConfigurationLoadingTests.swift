import GatewayProviders
import Testing

@testable import GatewayCore

/// The configuration blocks are those of the READMEs of the gateways this one takes the place of, unchanged.
@Suite struct GatewayConfigurationLoadingTests {
    private func load(
        _ toml: String, environment: [String: String] = [:]
    ) throws(ConfigurationError) -> GatewayConfiguration {
        try GatewayConfiguration.load(toml: Array(toml.utf8), environment: environment)
    }

    private func problems(_ toml: String, environment: [String: String] = [:]) -> [String] {
        do {
            _ = try load(toml, environment: environment)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private let demo = "[[providers.demo]]\n"

    @Test func loadsTheArrayForm() throws {
        let bytes = FixtureFile.bytes("Tests/Fixtures/Configuration/array-form.toml")
        let configuration = try GatewayConfiguration.load(toml: bytes)

        #expect(configuration.server.host == "0.0.0.0")
        #expect(configuration.server.port == 8080)
        #expect(configuration.server.logFormat == .json)
        #expect(configuration.apiKeys == [GatewayKey(name: "my-app", key: "sk-gateway-001")])
        #expect(configuration.routing.defaultProvider == "openai")
        #expect(
            configuration.routing.rules == [
                RoutingRule(prefix: "gpt-", provider: "openai"),
                RoutingRule(prefix: "claude-", provider: "anthropic"),
                RoutingRule(prefix: "gemini-", provider: "gemini"),
                RoutingRule(prefix: "deepseek-", provider: "custom:deepseek"),
            ])
        #expect(
            configuration.providers.map(\.key) == [
                "openai", "anthropic", "gemini", "azure_openai", "bedrock", "custom:deepseek",
            ])
        let openAI = try #require(configuration.provider("openai")?.instances.first)
        #expect(openAI.name == "openai-primary")
        #expect(openAI.apiKey == "sk-your-openai-key")
        #expect(openAI.timeouts.firstByte == .seconds(300))
        #expect(openAI.timeouts.idle == .seconds(300))
        #expect(openAI.timeouts.total == nil)
        let azure = try #require(configuration.provider("azure_openai")?.instances.first)
        #expect(azure.apiVersion == "2024-02-01")
        let azureConfig = AzureOpenAIConfig(
            resourceName: "my-openai-resource", modelDeployments: ["gpt-4": "gpt-4-deployment"])
        #expect(azure.settings(as: AzureOpenAIConfig.self) == azureConfig)
        let bedrock = try #require(configuration.provider("bedrock")?.instances.first)
        let bedrockConfig = try #require(bedrock.settings(as: BedrockConfig.self))
        #expect(bedrockConfig.region == "us-east-1")
        #expect(bedrockConfig.modelIDs == ["claude-3-5-sonnet": "anthropic.claude-3-5-sonnet-20241022-v2:0"])
    }

    @Test func loadsTheSingleTableForm() throws {
        let bytes = FixtureFile.bytes("Tests/Fixtures/Configuration/single-table-form.toml")
        let configuration = try GatewayConfiguration.load(toml: bytes)

        #expect(
            configuration.models == [
                ModelEntry(name: "gpt-4", provider: "openai", apiModel: "gpt-4"),
                ModelEntry(
                    name: "claude-3-5-sonnet", provider: "anthropic", apiModel: "claude-3-5-sonnet-20241022"),
                ModelEntry(name: "gemini-1.5-pro", provider: "gemini", apiModel: "models/gemini-1.5-pro-latest"),
            ])
        #expect(configuration.provider("anthropic")?.instances.map(\.name) == ["anthropic"])
        #expect(configuration.metrics.isEnabled)
        #expect(configuration.metrics.includesKeyHash)
    }

    @Test func loadsObservabilityOAuthAndTheirInstances() throws {
        let bytes =
            FixtureFile.bytes("Tests/Fixtures/Configuration/observability.toml")
            + FixtureFile.bytes("Tests/Fixtures/Configuration/oauth.toml")
        let configuration = try GatewayConfiguration.load(toml: bytes)

        #expect(configuration.observability.isEnabled)
        #expect(configuration.observability.quotaRefresh == QuotaRefreshConfiguration(interval: .seconds(600)))
        #expect(configuration.oauthProviders.map(\.name) == ["anthropic"])
        #expect(configuration.oauthProviders.first?.scopes.count == 4)
        let instances = try #require(configuration.provider("anthropic")?.instances)
        #expect(instances.map(\.authMode) == [.oauth, .bearer])
        #expect(instances.map(\.oauthProvider) == ["anthropic", nil])
    }

    @Test func loadsHybridInstancesWithTheirOAuthProvider() throws {
        let toml = """
            [[oauth_providers]]
            name = "anthropic"
            client_id = "id"
            auth_url = "https://auth.example/authorize"
            token_url = "https://auth.example/token"
            redirect_uri = "https://auth.example/callback"

            """
        let bytes = Array(toml.utf8) + FixtureFile.bytes("Tests/Fixtures/Configuration/hybrid.toml")
        let configuration = try GatewayConfiguration.load(toml: bytes)
        #expect(configuration.provider("anthropic")?.instances.map(\.priority) == [1, 2])
    }

    @Test func givesASubtableToTheLastInstance() throws {
        let cache = FixtureFile.bytes("Tests/Fixtures/Configuration/cache.toml")
        let text = String(decoding: cache, as: UTF8.self)
        let configuration = try load(
            text, environment: ["LLM_GATEWAY__PROVIDERS__ANTHROPIC__API_KEY": "sk-ant-1"])
        let instance = try #require(configuration.provider("anthropic")?.instances.first)
        #expect(instance.cache == PromptCacheConfiguration(marksSystem: true, minSystemTokens: 1024, marksTools: true))
        #expect(instance.apiKey == "sk-ant-1")
    }

    @Test func marksPromptsOnlyWhereASectionAsksForIt() throws {
        func cache(_ section: String) throws -> PromptCacheConfiguration? {
            let text = "[[api_keys]]\nkey = \"k\"\nname = \"n\"\n[[providers.anthropic]]\napi_key = \"s\"\n" + section
            return try load(text).provider("anthropic")?.instances.first?.cache
        }
        #expect(try cache("") == PromptCacheConfiguration(marksSystem: false, marksTools: false))
        #expect(
            try cache("[providers.anthropic.cache]")
                == PromptCacheConfiguration(marksSystem: true, minSystemTokens: 1024, marksTools: true))
        #expect(
            try cache("[providers.anthropic.cache]\nauto_cache_tools = false\nmin_system_tokens = 0")
                == PromptCacheConfiguration(marksSystem: true, minSystemTokens: 0, marksTools: false))
    }

    @Test func resolvesVariablesAndReadsThemAsTheTypeAskedFor() throws {
        let configuration = try load(
            """
            [server]
            port = "${PORT:-9001}"
            [[providers.openai]]
            api_key = "${OPENAI}"
            headers = { X-Team = "$${not} ${TEAM:-a}" }
            """, environment: ["OPENAI": "sk-1"])
        #expect(configuration.server.port == 9001)
        #expect(configuration.provider("openai")?.instances.first?.apiKey == "sk-1")
        #expect(configuration.provider("openai")?.instances.first?.headers["x-team"] == "${not} a")
    }

    @Test func tellsWhichVariableIsNotSetAndNothingMoreAboutThatValue() {
        #expect(
            problems("[server]\nport = \"${PORT}\"\n" + demo) == [
                "config.toml:2:8: the environment variable PORT is not set (set it, or write ${PORT:-default})"
            ])
    }

    @Test func overridesByEnvironment() throws {
        let toml =
            "[server]\nport = 1\n[server.cors]\n[[providers.openai]]\napi_key = \"a\"\n[[providers.openai]]\napi_key = \"b\"\n"
        let configuration = try load(
            toml,
            environment: [
                "LLM_GATEWAY__SERVER__PORT": "9000",
                "LLM_GATEWAY__SERVER__CORS__ENABLED": "false",
                "LLM_GATEWAY__SERVER__CORS__ALLOWED_ORIGINS": "https://a.example, https://b.example",
                "LLM_GATEWAY__PROVIDERS__OPENAI__API_KEY": "sk-first",
                "LLM_GATEWAY__PROVIDERS__ANTHROPIC__API_KEY": "sk-new",
                "LLM_GATEWAY_OTHER": "not ours",
            ])
        #expect(configuration.server.port == 9000)
        #expect(!configuration.server.cors.isEnabled)
        #expect(configuration.server.cors.allowedOrigins == ["https://a.example", "https://b.example"])
        #expect(configuration.provider("openai")?.instances.map(\.apiKey) == ["sk-first", "b"])
        #expect(configuration.provider("anthropic")?.instances.map(\.apiKey) == ["sk-new"])
    }

    @Test func matchesOverriddenKeysWithOtherCharacters() throws {
        let toml = demo + "[[providers.gemini]]\napi_key=\"x\"\n[routing.rules]\n\"gpt-4.\" = \"demo\"\n"
        let configuration = try load(toml, environment: ["LLM_GATEWAY__ROUTING__RULES__GPT_4_": "gemini"])
        #expect(configuration.routing.rules == [RoutingRule(prefix: "gpt-4.", provider: "gemini")])
    }

    @Test func tellsAnAliasesProviderFromItsModel() throws {
        let configuration = try load(
            demo + """
                [[providers.custom]]
                provider_id = "router"
                base_url = "http://localhost:1/v1"
                [models."demo/exact"]
                provider = "custom:router"
                [routing.aliases]
                a = "demo/echo"
                b = "custom:router/openai/gpt-oss"
                c = "router/x"
                d = "gpt-4o"
                e = "demo/exact"
                f = { provider = "custom:router", model = "openai/gpt-oss" }
                """)
        #expect(
            configuration.routing.aliases == [
                ModelAlias(name: "a", provider: "demo", model: "echo"),
                ModelAlias(name: "b", provider: "custom:router", model: "openai/gpt-oss"),
                ModelAlias(name: "c", model: "router/x"),
                ModelAlias(name: "d", model: "gpt-4o"),
                ModelAlias(name: "e", model: "demo/exact"),
                ModelAlias(name: "f", provider: "custom:router", model: "openai/gpt-oss"),
            ])
    }

    @Test func namesTheVariableOfABadOverride() {
        #expect(
            problems(
                demo,
                environment: [
                    "LLM_GATEWAY__": "x", "LLM_GATEWAY__METRICS": "x", "LLM_GATEWAY__PROVIDERS": "x",
                    "LLM_GATEWAY__PROVIDERS__DEMO__NAME__X": "x", "LLM_GATEWAY__SERVER__PORT": "many",
                    "LLM_GATEWAY__SERVER__PROT": "1",
                ]) == [
                    "LLM_GATEWAY__: this names no setting (write LLM_GATEWAY__SECTION__KEY)",
                    "LLM_GATEWAY__PROVIDERS: 'providers' is a table, not a value (go on with __ and the key inside it)",
                    "LLM_GATEWAY__SERVER__PORT: 'port' should be an integer, not 'many' (write digits only)",
                    "LLM_GATEWAY__SERVER__PROT: unknown key 'prot' (did you mean 'port'?)",
                    "LLM_GATEWAY__PROVIDERS__DEMO__NAME__X: 'name' should be a string, not a table (put it in quotes)",
                    "LLM_GATEWAY__METRICS: 'metrics' should be a table, not a string (write [metrics] and its keys below)",
                ])
    }

    @Test func tellsEverythingAtOnceInReadingOrder() {
        let toml = """
            [server]
            host = "0.0.0.0"
            prot = 80
            log_level = "loud"

            [[api_keys]]
            name = "a"
            key = "k"
            enabled = false

            [[api_keys]]
            name = "a"
            key = "k"
            enabled = "no"

            [routing]
            default_provider = "opnai"
            [routing.rules]
            "gpt-" = "openai"
            "x-" = "custom:x"

            [[providers.openai]]
            name = "one"
            enabled = false
            priority = 0
            base_url = "ftp://host"

            [[providers.openai]]
            name = "one"
            enabled = false

            [providers.azure_opnai]
            """
        #expect(
            problems(toml) == [
                "config.toml:3:1: unknown key 'prot' (did you mean 'port'?)",
                "config.toml:4:13: 'log_level' cannot be 'loud' "
                    + #"(write one of "debug", "info", "warning", "error")"#,
                "config.toml:11:1: two of the api_keys have the same key (give each its own)",
                "config.toml:11:1: two of the api_keys are named 'a' (give each its own name)",
                "config.toml:14:11: 'enabled' should be a boolean, not a string (write true or false, without quotes)",
                "config.toml:17:20: the provider 'opnai' is not configured (did you mean 'openai'?)",
                "config.toml:19:10: the provider 'openai' has no enabled instance "
                    + "(write enabled = true in one of them, or take this reference out)",
                "config.toml:20:8: the provider 'custom:x' is not configured "
                    + #"(add [[providers.custom]] with provider_id = "x")"#,
                "config.toml:22:3: no provider has an enabled instance "
                    + "(write [[providers.openai]] with an api_key, or [[providers.demo]] to try the gateway)",
                "config.toml:25:12: 'priority' is out of range (write a number at least 1)",
                "config.toml:26:12: 'base_url' is no URL of a server (write it as https://host[:port][/path])",
                "config.toml:28:1: two instances of 'openai' are named 'one' (give each its own name)",
                "config.toml:32:12: unknown key 'azure_opnai' (did you mean 'azure_openai'?)",
            ])
    }
}
