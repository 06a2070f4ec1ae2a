import GatewayCore

extension ProviderKind {
    public static let anthropic = ProviderKind(
        key: "anthropic", defaultBaseURL: AnthropicProvider.standardAddress, keyVariables: ["ANTHROPIC_API_KEY"],
        modelPrefixes: ["claude-"], requiresKey: true, make: { AnthropicProvider($0) },
        read: { reader, instance in
            instance.apiVersion = reader.name("api_version")
            instance.cache = reader.table("cache") { PromptCacheConfiguration(reading: &$0) } ?? instance.cache
        })
}
