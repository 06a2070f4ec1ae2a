/// Turns paths, which clients choose, into the few that stand for an address of the gateway: names of models,
/// identifiers and nonsense become `{…}`.
struct EndpointLabel: Sendable {
    private let words: Set<String>

    /// - Parameter providers: names that may stand at the front of a path.
    init(providers: some Sequence<String>) {
        words = Self.apiWords.union(providers)
    }

    /// `/v1beta/models/gemini-2.5-flash:generateContent` is `/v1beta/models/{…}:generateContent`.
    func text(for path: String) -> String {
        var text = ""
        var isPlaceholder = false
        for segment in path.split(separator: "/", maxSplits: Self.maxSegments + 1) {
            if words.contains(String(segment)) {
                text += "/" + segment
                isPlaceholder = false
            } else {
                if !isPlaceholder { text += "/{…}" }
                isPlaceholder = true
                if let action = Self.actions.first(where: { segment.hasSuffix(":" + $0) }) {
                    text += ":" + action
                    isPlaceholder = false
                }
            }
        }
        return text == "/{…}" || text.isEmpty ? LabelSets.other : text
    }

    private static let maxSegments = 12

    private static let actions = [
        "generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents",
    ]

    private static let apiWords: Set<String> = [
        "v1", "v1beta", "openai", "chat", "completions", "messages", "count_tokens", "batches", "models", "responses",
        "input_items", "input_tokens", "embeddings", "images", "generations", "edits", "variations", "audio", "speech",
        "transcriptions", "translations", "moderations", "rerank", "files", "content", "cancel", "deployments", "model",
        "invoke", "invoke-with-response-stream", "converse", "converse-stream", "api", "custom", "azure", "bedrock",
    ]
}
