/// Tokens as the provider counted them; nil is not reported, never zero.
///
/// The parts of the input never overlap: formats that count cached tokens inside the prompt (OpenAI, Gemini) are
/// converted on the way in and out (WIRE_FORMATS section 8b).
public struct TokenUsage: Sendable, Hashable {
    /// Input that no cache held, tool-use prompts included.
    public var freshInput: Int?
    public var cacheRead: Int?
    /// Written to a cache that lives five minutes, or of unknown lifetime.
    public var cacheWrite5m: Int?
    public var cacheWrite1h: Int?
    /// All output, reasoning included.
    public var output: Int?
    /// The part of `output` that was reasoning.
    public var reasoning: Int?
    /// Counts only one format knows, such as tokens by modality.
    public var extras: Extras?

    public init(
        freshInput: Int? = nil, cacheRead: Int? = nil, cacheWrite5m: Int? = nil, cacheWrite1h: Int? = nil,
        output: Int? = nil, reasoning: Int? = nil
    ) {
        self.freshInput = freshInput
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.output = output
        self.reasoning = reasoning
    }
}

extension TokenUsage {
    public var cacheWrite: Int? {
        guard cacheWrite5m != nil || cacheWrite1h != nil else { return nil }
        return (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0)
    }

    /// Everything that went in: fresh, read from and written to caches.
    public var totalInput: Int { (freshInput ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0) }

    public var total: Int { totalInput + (output ?? 0) }

    /// Takes over what `other` reports. Counts in streams are cumulative, so the later one replaces the earlier.
    public mutating func update(with other: TokenUsage) {
        freshInput = other.freshInput ?? freshInput
        cacheRead = other.cacheRead ?? cacheRead
        cacheWrite5m = other.cacheWrite5m ?? cacheWrite5m
        cacheWrite1h = other.cacheWrite1h ?? cacheWrite1h
        output = other.output ?? output
        reasoning = other.reasoning ?? reasoning
        extras = other.extras ?? extras
    }
}
