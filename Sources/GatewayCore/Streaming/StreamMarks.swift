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
    /// The quoted key, with its colon, of a frame's piece of output.
    package var outputKey: [UInt8]
    package var terminator: Terminator
    /// For services that may leave the terminator out; nil where a stream without it was cut off.
    package var substitute: Substitute?

    package init(
        usageKey: String, outputKey: String = "delta", terminator: Terminator, substitute: Substitute? = nil
    ) {
        self.outputKey = Array("\"\(outputKey)\":".utf8)
        usageName = usageKey
        self.usageKey = Array("\"\(usageKey)\"".utf8)
        self.terminator = terminator
        self.substitute = substitute
    }

    /// The same, with output under another key.
    func measuring(_ outputKey: String) -> StreamMarks {
        var marks = self
        marks.outputKey = Array("\"\(outputKey)\":".utf8)
        return marks
    }

    /// What stands for a terminator that is missing.
    package struct Substitute: Sendable {
        /// The quoted key of a frame that finishes a candidate; null where it does not.
        package var key: [UInt8]
        /// The indexes of the candidates that a frame with that key finishes.
        package var finished: @Sendable (JSONPeek) -> [Int]
        /// The terminator's frame, for clients that wait for it.
        package var frame: [UInt8]
    }
}
