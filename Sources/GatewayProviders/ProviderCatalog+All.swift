import GatewayCore

extension ProviderCatalog {
    /// Every kind of provider that is built in: the one list of them.
    public static let all = ProviderCatalog()
        .adding("openai") { OpenAIProvider($0) }
        .adding("anthropic") { AnthropicProvider($0) }
        .adding("gemini") { GeminiProvider($0) }
        .adding("azure_openai") { (instance) throws(ProviderError) in try AzureOpenAIProvider(instance) }
        .adding("custom") { (instance) throws(ProviderError) in try OpenAIProvider(compatible: instance) }
        .adding("demo") { DemoProvider($0) }
}
