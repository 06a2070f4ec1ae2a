/// Words of OpenTelemetry's semantic conventions for generative AI (version 1.40), shared by metrics and traces.
package enum GenAIConventions {
    /// `gen_ai.operation.name` of a request to that path; a chat where a program embeds the gateway.
    package static func operation(endpoint: String?) -> String {
        guard let endpoint else { return "chat" }
        if endpoint.ends(in: "/embeddings") || endpoint.ends(in: "mbedContents") { return "embeddings" }
        if endpoint.ends(in: "enerateContent") { return "generate_content" }
        if endpoint.ends(in: "/completions"), !endpoint.ends(in: "/chat/completions") { return "text_completion" }
        return "chat"
    }

    /// `gen_ai.provider.name` of a provider of the configuration: the conventions' word, or the provider's own name.
    package static func provider(_ key: String) -> String {
        let name = key.hasPrefix("custom:") ? String(key.dropFirst("custom:".count)) : key
        return switch name {
        case "openai_responses": "openai"
        case "azure", "azure_openai": "azure.ai.openai"
        case "bedrock": "aws.bedrock"
        case "gemini": "gcp.gemini"
        case "vertex", "vertex_ai": "gcp.vertex_ai"
        case "mistral": "mistral_ai"
        case "xai": "x_ai"
        default: name
        }
    }
}

extension String {
    /// As `hasSuffix`, which compares characters and not bytes.
    fileprivate func ends(in suffix: String) -> Bool { utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }
}
