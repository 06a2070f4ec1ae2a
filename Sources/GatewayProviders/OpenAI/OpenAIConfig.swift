import GatewayCore

extension CompatibleConfig {
    /// OpenAI itself.
    static let openAI = CompatibleConfig(
        dialect: .standard, hasResponses: true,
        completions: .models(["gpt-3.5-turbo-instruct", "babbage-002", "davinci-002"]))
}

extension ProviderKind {
    public static let openAI = ProviderKind(
        key: "openai", name: "OpenAI", documentation: "https://platform.openai.com/docs/api-reference/chat",
        format: .openAI, defaultBaseURL: OpenAIProvider.standardAddress, keyVariables: ["OPENAI_API_KEY"],
        modelPrefixes: ["gpt-", "chatgpt-", "o1", "o3", "o4"], requiresKey: true, make: { OpenAIProvider($0) },
        read: { reader, instance in
            instance.organization = reader.name("organization")
            instance.project = reader.name("project")
            var config = CompatibleConfig.openAI
            config.readFurtherAPIs(&reader)
            instance.settings = ProviderSettings(config)
        })

    /// Any service that speaks OpenAI's chat format.
    public static let custom = ProviderKind(
        key: "custom", name: "Custom", format: .openAI, isNamedByID: true,
        make: { (instance) throws(ProviderError) in try OpenAIProvider(compatible: instance) },
        read: { reader, instance in
            if instance.baseURL == nil, !reader.has("base_url") {
                reader.reportMissing("base_url", hint: "write base_url = \"https://…/v1\"")
            }
            var config = CompatibleConfig()
            config.read(from: &reader)
            instance.settings = ProviderSettings(config)
        })
}
