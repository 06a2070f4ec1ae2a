/// What a relay looks for in frames it does not decode, so that only the few that matter are.
package struct StreamMarks: Sendable {
    package enum Terminator: Sendable {
        /// The frame's data begins so: OpenAI's `[DONE]`.
        case dataPrefix([UInt8])
        /// The frame holds this JSON string or key, quotes included, and its body confirms what it means: an object in a
        /// tool's arguments may have such a key too.
        case token([UInt8], confirmed: @Sendable (JSONPeek) -> Bool)
    }

    /// The quoted key under which frames report usage.
    package var usageKey: [UInt8]
    /// The same without quotes.
    package var usageName: String
    package var terminator: Terminator

    package init(usageKey: String, terminator: Terminator) {
        usageName = usageKey
        self.usageKey = Array("\"\(usageKey)\"".utf8)
        self.terminator = terminator
    }
}
