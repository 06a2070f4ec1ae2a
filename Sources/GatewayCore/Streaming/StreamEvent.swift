/// One fact of a streamed reply, in no provider's format.
///
/// The grammar every decoder keeps: `began` once and first; then parts in any interleaving, each
/// `opened appended* closed`; `usage` at any time, each cumulative; `stopped` once for each candidate, after its parts
/// are closed; at the end exactly one `ended` or `failed`. `ping` and `foreign` may stand anywhere after `began`.
public enum StreamEvent: Sendable, Hashable {
    indirect case began(ReplyHead)
    indirect case opened(PartID, PartKind)
    case appended(PartID, PartDelta)
    case closed(PartID)
    indirect case logprobs(candidate: Int, Logprobs)
    indirect case usage(TokenUsage)
    /// The extras are the candidate's own, such as Gemini's `finishMessage`.
    case stopped(candidate: Int, StopReason, extras: Extras? = nil)
    case ended
    indirect case failed(ProviderFailure)
    case ping
    indirect case foreign(Foreign)
}

/// What a stream says of its reply before any content.
public struct ReplyHead: Sendable, Hashable {
    public var id: String?
    public var model: String?
    public var created: Int?
    public var serviceTier: String?
    public var extras: Extras?

    public init(id: String? = nil, model: String? = nil, created: Int? = nil) {
        self.id = id
        self.model = model
        self.created = created
    }
}

/// Names a part of a streamed reply: `index` counts the parts of its candidate from 0 in the order they were opened.
public struct PartID: Sendable, Hashable {
    public var candidate: Int
    public var index: Int

    public init(candidate: Int = 0, index: Int) {
        self.candidate = candidate
        self.index = index
    }
}

public enum PartKind: Sendable, Hashable {
    case text
    case reasoning
    case refusal
    case toolCall(id: String, name: String)
    /// A part that arrives whole: redacted reasoning, an image, anything foreign. Only its `closed` follows.
    case whole(ContentPart)
}

public enum PartDelta: Sendable, Hashable {
    /// More characters of a text, reasoning or refusal part.
    case text(String)
    /// More characters of a tool call's raw JSON arguments.
    case arguments(String)
    /// The signature of the part, whole.
    case signature(Signature)
    case citation(Foreign)
    /// Members of the part that only its own format knows; replaces those told before.
    case extras(Extras)
}
