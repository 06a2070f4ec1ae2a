import Testing

@testable import GatewayCore

@Suite struct AnthropicStopReasonTests {
    @Test(
        "PITFALLS 8: every word of the API",
        arguments: [
            ("end_turn", StopReason.endOfTurn), ("max_tokens", .maxTokens), ("tool_use", .toolUse),
            ("refusal", .refusal),
            ("pause_turn", .pause), ("model_context_window_exceeded", .contextWindowExceeded),
            ("stop_sequence", .stopSequence("END")),
        ])
    func wordsGoBothWays(word: String, reason: StopReason) {
        #expect(AnthropicCodec.decodeStopReason(word, sequence: "END", callsTools: false) == reason)
        let written = AnthropicCodec.encodeStopReason(reason, callsTools: false)
        #expect(written.reason == word)
        #expect(written.sequence == (word == "stop_sequence" ? "END" : nil))
    }

    @Test("PITFALLS 8: a new word is kept, and comes back")
    func newWordsAreKept() {
        let reason = AnthropicCodec.decodeStopReason("compaction", sequence: nil, callsTools: false)
        #expect(reason == .unknown(Foreign(origin: .anthropic, value: "compaction")))
        #expect(AnthropicCodec.encodeStopReason(reason, callsTools: false).reason == "compaction")
    }

    @Test("PITFALLS 8: calls present mean tool_use, except where the reply was cut")
    func callsDecide() {
        #expect(AnthropicCodec.encodeStopReason(.endOfTurn, callsTools: true).reason == "tool_use")
        #expect(AnthropicCodec.encodeStopReason(nil, callsTools: true).reason == "tool_use")
        #expect(AnthropicCodec.encodeStopReason(.maxTokens, callsTools: true).reason == "max_tokens")
        #expect(AnthropicCodec.decodeStopReason("end_turn", sequence: nil, callsTools: true) == .toolUse)
    }

    @Test(
        "PITFALLS 8: reasons of others have a word, never null",
        arguments: [
            (StopReason.contentFilter, "refusal"), (.malformed, "end_turn"),
            (.unknown(Foreign(origin: .gemini, value: "LANGUAGE")), "end_turn"), (.stopSequence(nil), "stop_sequence"),
        ])
    func foreignReasons(reason: StopReason, word: String) {
        #expect(AnthropicCodec.encodeStopReason(reason, callsTools: false).reason == word)
    }
}
