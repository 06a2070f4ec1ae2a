/// A client's request made ready for one provider: its bytes, and how the answer goes back.
///
/// A class, since each step of the attempt looks at it.
package final class ComposedCall: @unchecked Sendable {
    // SAFETY: only whoever makes it changes it, before anybody else has it.

    package enum Way: Sendable {
        /// Same format on both sides: bytes go through.
        case relay
        case translation
    }

    package let way: Way
    package let body: [UInt8]
    /// What the conversion could not carry.
    package let notes: [ConversionNote]
    /// The gateway asked for a usage frame that the client did not ask for.
    package let hidesUsage: Bool
    /// How many answers were asked for at once.
    package let candidateCount: Int
    /// Brings the client's names of tools back into the answer.
    package let toolNames: ToolNameMap
    /// What an encoder of replies repeats of the client's request.
    package var repeated = JSONObject()
    /// Where the reasoning of the answer is remembered; nil where it need not be.
    package let memory: ReasoningMemory?

    package init(
        way: Way, body: [UInt8], notes: [ConversionNote], hidesUsage: Bool, candidateCount: Int = 1,
        toolNames: ToolNameMap = .identity, memory: ReasoningMemory? = nil
    ) {
        self.way = way
        self.body = body
        self.notes = notes
        self.hidesUsage = hidesUsage
        self.candidateCount = candidateCount
        self.toolNames = toolNames
        self.memory = memory
    }
}
