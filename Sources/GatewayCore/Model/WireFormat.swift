/// The API formats the gateway speaks, at its own door and towards providers.
public enum WireFormat: String, Sendable, Hashable, CaseIterable {
    /// OpenAI Chat Completions, `POST /v1/chat/completions`.
    case openAI = "openai"
    /// OpenAI Responses, `POST /v1/responses`.
    case responses
    /// OpenAI Completions, the API of models that continue a text, `POST /v1/completions`.
    case completions
    /// Anthropic Messages, `POST /v1/messages`.
    case anthropic
    /// Google Gemini, `POST /v1beta/models/{model}:generateContent`.
    case gemini
    /// Amazon Bedrock Converse, `POST /model/{model}/converse`.
    case converse
}
