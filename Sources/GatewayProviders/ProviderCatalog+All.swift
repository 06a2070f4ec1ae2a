import GatewayCore

extension ProviderCatalog {
    /// Every kind of provider that is built in: the one list of them.
    public static let all = ProviderCatalog(
        [.openAI, .anthropic, .gemini, .vertex, .azureOpenAI, .bedrock, .openAIResponses, .custom]
            + ProviderPreset.all.map(\.kind)
            + [.demo])
}
