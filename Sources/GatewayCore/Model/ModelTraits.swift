/// Where a model differs from what its codec knows of it by name; nil leaves it at that.
///
/// The configuration says it of an instance and of a `[models.NAME]` entry, under `capabilities`.
public struct ModelTraits: Sendable, Hashable {
    /// Takes a JSON schema for its reply natively; without it the schema is asked for in the prompt.
    public var structuredOutputs: Bool?
    /// Takes temperature, top-p and top-k; reasoning models often refuse them.
    public var sampling: Bool?
    /// Takes reasoning settings at all.
    public var reasoning: Bool?
    /// Sets its reasoning by effort or level rather than by a token budget.
    public var reasoningByEffort: Bool?
    /// Knows `max_tokens` only, as many OpenAI-compatible services do.
    public var legacyMaxTokens: Bool?
    /// Takes system messages in the middle of the conversation.
    public var systemMidConversation: Bool?
    /// Fetches images by address itself.
    public var mediaByURL: Bool?

    public init() {}

    /// These traits, and where they say nothing, those of `other`.
    package func falling(backTo other: ModelTraits) -> ModelTraits {
        var traits = self
        traits.structuredOutputs = structuredOutputs ?? other.structuredOutputs
        traits.sampling = sampling ?? other.sampling
        traits.reasoning = reasoning ?? other.reasoning
        traits.reasoningByEffort = reasoningByEffort ?? other.reasoningByEffort
        traits.legacyMaxTokens = legacyMaxTokens ?? other.legacyMaxTokens
        traits.systemMidConversation = systemMidConversation ?? other.systemMidConversation
        traits.mediaByURL = mediaByURL ?? other.mediaByURL
        return traits
    }

    /// Whether a request of the same format may go through as it is. A model that lacks something needs the converter to
    /// emulate it or leave it out.
    package var allowsRelay: Bool {
        structuredOutputs != false && sampling != false && reasoning != false && systemMidConversation != false
            && legacyMaxTokens != true
    }
}
