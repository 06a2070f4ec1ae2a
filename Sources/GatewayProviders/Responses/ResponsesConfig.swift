import GatewayCore

extension ProviderKind {
    public static let openAIResponses = ProviderKind(
        key: "openai_responses", defaultBaseURL: OpenAIProvider.standardAddress, requiresKey: true, make: nil
    ) { reader, instance in
        instance.organization = reader.name("organization")
        instance.project = reader.name("project")
    }
}
