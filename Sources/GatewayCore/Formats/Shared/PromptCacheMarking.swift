/// A format in which the request itself says what the provider is to keep in its prompt cache.
package protocol PromptCacheMarking: WireCodec {
    /// What marks the head of the prompt that stays the same, its tools and its system prompt, in a body that is ready to be
    /// sent. Nothing where the client marks anything itself: it knows its prompt better, and marks of different lifetimes
    /// must not be mixed.
    ///
    /// Each edit holds for the body as it is, whatever the others do.
    func cacheMarks(
        on body: JSONObject, by settings: PromptCacheConfiguration, for target: ConversionTarget
    ) -> [JSONEdit]
}

extension PromptCacheConfiguration {
    /// Whether a system prompt of that text is worth a mark: four bytes are taken for a token.
    func marksSystem(ofBytes count: Int) -> Bool {
        marksSystem && count > 0 && count / 4 >= minSystemTokens
    }
}
