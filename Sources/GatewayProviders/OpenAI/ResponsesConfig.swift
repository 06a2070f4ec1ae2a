import GatewayCore

extension ProviderKind {
    /// OpenAI's Responses API alone: what clients of every format ask goes there.
    public static let openAIResponses = ProviderKind(
        key: "openai_responses", name: "OpenAI Responses",
        documentation: "https://platform.openai.com/docs/api-reference/responses", format: .responses,
        defaultBaseURL: OpenAIProvider.standardAddress, requiresKey: true,
        make: { OpenAIProvider($0, format: .responses) },
        read: { reader, instance in
            instance.organization = reader.name("organization")
            instance.project = reader.name("project")
        })
}
