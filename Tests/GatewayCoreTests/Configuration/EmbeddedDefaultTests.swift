import GatewayProviders
import Testing

@testable import GatewayCore

@Suite struct EmbeddedDefaultTests {
    @Test func offersTheDemoWithoutAnyKey() throws {
        let configuration = try GatewayConfiguration.embeddedDefault(environment: ["OPENAI_API_KEY": ""])
        #expect(configuration.server == ServerConfiguration())
        #expect(configuration.providers.map(\.key) == ["demo"])
        #expect(configuration.routing.rules.isEmpty)
        #expect(!configuration.requiresKey)
        #expect(configuration.problems().isEmpty)
    }

    @Test func offersEveryProviderWhoseKeyIsSet() throws {
        let configuration = try GatewayConfiguration.embeddedDefault(environment: [
            "OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2", "GOOGLE_API_KEY": "g", "PATH": "/bin",
        ])
        #expect(configuration.providers.map(\.key) == ["openai", "anthropic", "gemini", "demo"])
        #expect(configuration.providers.map { $0.instances.map(\.apiKey) } == [["sk-1"], ["sk-2"], ["g"], [nil]])
        #expect(
            configuration.routing.rules.map { "\($0.prefix) \($0.provider)" } == [
                "gpt- openai", "chatgpt- openai", "o1 openai", "o3 openai", "o4 openai", "claude- anthropic",
                "gemini- gemini",
            ])
    }

    @Test func isOverriddenByTheEnvironment() throws {
        let configuration = try GatewayConfiguration.embeddedDefault(environment: [
            "LLM_GATEWAY__SERVER__PORT": "0", "LLM_GATEWAY__PROVIDERS__DEMO__PACE_MILLISECONDS": "0",
        ])
        #expect(configuration.server.port == 0)
        let demo = try #require(configuration.provider("demo")?.instances.first)
        #expect(demo.settings(as: DemoConfig.self) == DemoConfig(pace: .zero))
    }

    @Test func refusesToServeTheWorldWithoutAKey() throws {
        let host = ["LLM_GATEWAY__SERVER__HOST": "0.0.0.0"]
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration.embeddedDefault(environment: host)
        }
        let key = ["LLM_GATEWAY__API_KEYS__NAME": "me", "LLM_GATEWAY__API_KEYS__KEY": "k"]
        let configuration = try GatewayConfiguration.embeddedDefault(environment: host.merging(key) { $1 })
        #expect(configuration.apiKeys == [GatewayKey(name: "me", key: "k")])
    }
}
