import Testing

@testable import GatewayCore

@Suite struct ConfigurationValidatorTests {
    /// A configuration without a problem, as an embedding program writes it.
    private var sound: GatewayConfiguration {
        GatewayConfiguration(
            apiKeys: [GatewayKey(name: "app", key: "k1")],
            routing: RoutingConfiguration(
                defaultProvider: "openai", rules: [RoutingRule(prefix: "gpt-", provider: "openai")],
                aliases: [ModelAlias(name: "fast", provider: "openai", model: "gpt-4o-mini")]),
            models: [ModelEntry(name: "big", provider: "custom:deepseek", apiModel: "deepseek-chat")],
            providers: [
                ProviderConfiguration(key: "openai", instances: [InstanceConfiguration(name: "a", apiKey: "sk-1")]),
                ProviderConfiguration(
                    key: "custom:deepseek",
                    instances: [InstanceConfiguration(name: "a", baseURL: "https://api.deepseek.com/v1")]),
            ])
    }

    private func problems(_ change: (inout GatewayConfiguration) -> Void) -> [String] {
        var configuration = sound
        change(&configuration)
        return configuration.problems().map(\.message)
    }

    @Test func findsNothingInASoundOne() {
        #expect(problems { _ in } == [])
    }

    @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
    func servesLoopbackWithoutAKey(_ host: String) {
        #expect(problems { ($0.apiKeys, $0.server.host) = ([], host) } == [])
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.0.1", "example.com", "127.0.0.1.example.com", "127.0.0", "1270.0.0.1"])
    func asksForAKeyElsewhere(_ host: String) {
        let message = "on the address '\(host)' anyone could use the gateway without a key"
        #expect(problems { ($0.apiKeys, $0.server.host) = ([], host) } == [message])
        #expect(
            problems {
                $0.apiKeys[0].isEnabled = false
                $0.server.host = host
            } == [message])
        #expect(problems { $0.server.host = host } == [])
    }

    @Test func wantsKeysToDiffer() {
        #expect(
            problems { $0.apiKeys.append(GatewayKey(name: "app", key: "k2")) } == [
                "two of the api_keys are named 'app'"
            ])
        #expect(
            problems { $0.apiKeys.append(GatewayKey(name: "b", key: "k1", isEnabled: false)) } == [
                "two of the api_keys have the same key"
            ])
        #expect(problems { $0.apiKeys[0].key = "" } == ["the key 'app' is empty"])
    }

    @Test func wantsReferencesToLeadSomewhere() {
        #expect(
            problems {
                $0.routing.defaultProvider = "gemini"
                $0.routing.rules[0].provider = "opanai"
                $0.routing.aliases[0].provider = "x"
                $0.routing.discovery.providers = ["openai", "y"]
                $0.models[0].provider = "custom:other"
            } == [
                "the provider 'gemini' is not configured", "the provider 'opanai' is not configured",
                "the provider 'custom:other' is not configured", "the provider 'x' is not configured",
                "the provider 'y' is not configured",
            ])
    }

    @Test func wantsReferredProvidersEnabled() {
        #expect(
            problems { $0.providers[1].instances[0].isEnabled = false } == [
                "the provider 'custom:deepseek' has no enabled instance"
            ])
    }

    @Test func wantsAnEnabledInstance() {
        #expect(
            problems { configuration in
                configuration.routing = RoutingConfiguration()
                configuration.models = []
                configuration.providers = []
            } == ["no provider has an enabled instance"])
    }

    @Test func wantsInstanceNamesToDifferInsideAProvider() {
        #expect(
            problems { $0.providers[0].instances.append(InstanceConfiguration(name: "a", apiKey: "sk-2")) } == [
                "two instances of 'openai' are named 'a'"
            ])
    }

    @Test func findsAliasesThatGoInCircles() {
        #expect(
            problems {
                $0.routing.aliases = [
                    ModelAlias(name: "a", model: "b"), ModelAlias(name: "b", model: "a"),
                    ModelAlias(name: "c", model: "a"), ModelAlias(name: "d", model: "d"),
                    ModelAlias(name: "e", provider: "openai", model: "e"), ModelAlias(name: "f", model: "e"),
                ]
            } == [
                "the alias 'a' leads back to itself", "the alias 'b' leads back to itself",
                "the alias 'd' leads back to itself",
            ])
    }

    @Test func wantsOAuthProvidersDefined() {
        #expect(
            problems {
                $0.providers[0].instances[0].oauthProvider = "vendor"
            } == ["the oauth_provider 'vendor' is not defined"])
    }
}
