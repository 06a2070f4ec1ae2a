/// A model that clients of the gateway can name.
public struct ModelInfo: Sendable, Hashable {
    /// What clients write as `model`.
    public var id: String
    /// The key of the provider that answers.
    public var provider: String
    /// Seconds since 1970, where the provider says it.
    public var created: Int?
    public var displayName: String?
    public var inputTokenLimit: Int?
    public var outputTokenLimit: Int?

    package init(id: String, provider: String, listed: ListedModel? = nil) {
        self.id = id
        self.provider = provider
        created = listed?.created
        displayName = listed?.displayName
        inputTokenLimit = listed?.inputTokenLimit
        outputTokenLimit = listed?.outputTokenLimit
    }
}
