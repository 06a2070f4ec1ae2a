/// A client's request made ready for one provider: its bytes, and how the answer goes back.
package struct ComposedCall: Sendable {
    package enum Way: Sendable {
        /// Same format on both sides: bytes go through.
        case relay
        case translation
    }

    package var way: Way
    package var body: [UInt8]
    /// What the conversion could not carry.
    package var notes: [ConversionNote]
    /// The gateway asked for a usage frame that the client did not ask for.
    package var hidesUsage: Bool
    /// How many answers were asked for at once.
    package var candidateCount = 1
    /// Brings the client's names of tools back into the answer.
    package var toolNames = ToolNameMap.identity
    /// What an encoder of replies repeats of the client's request.
    package var repeated: JSONObject = [:]
    /// Where the reasoning of the answer is remembered; nil where it need not be.
    package var memory: ReasoningMemory?
}
