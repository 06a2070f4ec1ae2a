import GatewayCore

extension ProviderKind {
    public static let anthropic = ProviderKind(
        key: "anthropic", name: "Anthropic", documentation: "https://docs.anthropic.com/en/api/messages",
        format: .anthropic, defaultBaseURL: AnthropicProvider.standardAddress, keyVariables: ["ANTHROPIC_API_KEY"],
        modelPrefixes: ["claude-"], requiresKey: true, make: { AnthropicProvider($0) },
        read: { reader, instance in
            instance.apiVersion = reader.name("api_version")
            instance.cache = reader.table("cache") { PromptCacheConfiguration(reading: &$0) } ?? instance.cache
        })
}
