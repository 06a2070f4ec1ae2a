/// Why a candidate ended.
///
/// The table of all formats' words is WIRE_FORMATS section 8a; each codec holds its own column.
public enum StopReason: Sendable, Hashable {
    case endOfTurn
    /// The matched string, where the provider says which.
    case stopSequence(String?)
    case maxTokens
    case contextWindowExceeded
    case toolUse
    /// The model declined.
    case refusal
    /// A filter of the provider cut the answer or refused the prompt.
    case contentFilter
    /// The provider paused its own tools; send the content back to go on (Anthropic's `pause_turn`).
    case pause
    /// The provider could not make sense of its own model's output.
    case malformed
    /// A word this gateway does not know, kept as it was.
    case unknown(Foreign)
}
