extension WireFormat {
    /// What the gateway knows of the format: the one list of all codecs.
    package var codec: any WireCodec {
        switch self {
        case .openAI: OpenAICodec()
        case .responses: ResponsesCodec()
        case .completions: CompletionsCodec()
        case .anthropic: AnthropicCodec()
        case .gemini: GeminiCodec()
        case .converse: ConverseCodec()
        }
    }
}
