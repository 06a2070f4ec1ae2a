import GatewayCore

extension ProviderKind {
    public static let openAIResponses = ProviderKind(
        key: "openai_responses", name: "OpenAI Responses",
        documentation: "https://platform.openai.com/docs/api-reference/responses",
        defaultBaseURL: OpenAIProvider.standardAddress, requiresKey: true, make: nil
    ) { reader, instance in
        instance.organization = reader.name("organization")
        instance.project = reader.name("project")
    }
}
