import Testing

@testable import GatewayCore

struct RouterTests {
    private let router = Router(
        GatewayConfiguration(
            routing: RoutingConfiguration(
                defaultProvider: "openai",
                rules: [
                    RoutingRule(prefix: "gpt-", provider: "openai"), RoutingRule(prefix: "gpt-x-", provider: "gemini"),
                    RoutingRule(prefix: "claude-", provider: "anthropic"),
                ],
                aliases: [
                    ModelAlias(name: "fast", provider: "gemini", model: "gemini-flash"),
                    ModelAlias(name: "smart", model: "claude-opus"), ModelAlias(name: "smartest", model: "smart"),
                    ModelAlias(name: "loop", model: "pool"), ModelAlias(name: "pool", model: "loop"),
                ]),
            models: [ModelEntry(name: "gpt-4-special", provider: "anthropic", apiModel: "claude-special")],
            providers: ["openai", "anthropic", "gemini", "custom:deepseek"].map {
                ProviderConfiguration(key: $0, instances: [InstanceConfiguration(name: $0)])
            }))

    @Test func prefersTheExactEntryToEveryRule() {
        #expect(
            router.route("gpt-4-special")
                == Route(providerKey: "anthropic", model: "claude-special", rule: .model, name: "gpt-4-special"))
    }

    @Test func takesTheLongestMatchingPrefix() {
        #expect(router.route("gpt-x-1")?.providerKey == "gemini")
        #expect(router.route("gpt-4o") == Route(providerKey: "openai", model: "gpt-4o", rule: .prefix, name: "gpt-"))
    }

    @Test func followsAliasesToOtherNames() {
        #expect(router.route("fast") == Route(providerKey: "gemini", model: "gemini-flash", rule: .alias, name: "fast"))
        #expect(
            router.route("smartest")
                == Route(providerKey: "anthropic", model: "claude-opus", rule: .alias, name: "smartest"))
    }

    @Test func endsCirclesOfAliases() {
        #expect(router.route("loop")?.rule == .alias)
    }

    @Test func readsProviderNamesBeforeASlash() {
        #expect(router.route("anthropic/gpt-9") == Route(providerKey: "anthropic", model: "gpt-9", rule: .providerName))
        #expect(
            router.route("deepseek/deepseek-chat")
                == Route(providerKey: "custom:deepseek", model: "deepseek-chat", rule: .providerName))
        #expect(router.route("openai/org/model")?.model == "org/model")
    }

    @Test func leavesUnknownNamesToTheDefault() {
        #expect(router.route("whatever") == Route(providerKey: "openai", model: "whatever", rule: .defaultProvider))
        #expect(router.route("nobody/model")?.model == "nobody/model")
        #expect(Router(GatewayConfiguration()).route("whatever") == nil)
    }

    @Test func keepsAGivenProvidersOwnNames() {
        #expect(router.route("gpt-4-special", to: "anthropic").model == "claude-special")
        #expect(router.route("fast", to: "gemini").model == "gemini-flash")
        #expect(router.route("custom:deepseek/chat", to: "custom:deepseek").model == "chat")
        #expect(router.route("deepseek/chat", to: "custom:deepseek").model == "chat")
        #expect(router.route("openai/org/model", to: "openai").model == "org/model")
    }

    @Test func sendsEveryOtherNameToAGivenProviderAsItIs() {
        #expect(
            router.route("claude-3", to: "openai")
                == Route(providerKey: "openai", model: "claude-3", rule: .providerName))
        #expect(router.route("fast", to: "openai").model == "fast")
        #expect(router.route("anthropic/claude-3", to: "custom:deepseek").model == "anthropic/claude-3")
    }
}
