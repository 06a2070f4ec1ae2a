import Testing

@testable import GatewayCore

struct GeminiStopReasonTests {
    @Test(
        "PITFALLS 8: every word has its reason",
        arguments: [
            ("STOP", StopReason.endOfTurn), ("MAX_TOKENS", .maxTokens), ("SAFETY", .contentFilter),
            ("RECITATION", .contentFilter), ("LANGUAGE", .contentFilter), ("BLOCKLIST", .contentFilter),
            ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter), ("MODEL_ARMOR", .contentFilter),
            ("ESCALATION", .contentFilter), ("IMAGE_SAFETY", .contentFilter),
            ("IMAGE_PROHIBITED_CONTENT", .contentFilter),
            ("IMAGE_RECITATION", .contentFilter), ("IMAGE_OTHER", .contentFilter), ("NO_IMAGE", .contentFilter),
            ("OTHER", .malformed), ("MALFORMED_FUNCTION_CALL", .malformed), ("MALFORMED_RESPONSE", .malformed),
            ("UNEXPECTED_TOOL_CALL", .malformed), ("TOO_MANY_TOOL_CALLS", .malformed),
            ("MISSING_THOUGHT_SIGNATURE", .malformed), ("CONTINUATION", .pause),
            ("PUP_LIMITED_DISABLED", .unknown(Foreign(origin: .gemini, value: "PUP_LIMITED_DISABLED"))),
            ("FINISH_REASON_UNSPECIFIED", .unknown(Foreign(origin: .gemini, value: "FINISH_REASON_UNSPECIFIED"))),
            ("BRAND_NEW", .unknown(Foreign(origin: .gemini, value: "BRAND_NEW"))),
        ])
    func words(_ word: String, _ reason: StopReason) throws {
        #expect(GeminiCodec.decodeStopReason(word, callsTools: false) == reason)
        let reply = try GeminiTest.decodeReply(#"{"candidates":[{"finishReason":"\#(word)"}]}"#)
        let written = GeminiTest.codec.encodeReply(reply, for: GeminiTest.echo)
        #expect(written["candidates"]?[0]?["finishReason"]?.string == word, "the word itself is kept")
        let folded = GeminiTest.fold(try GeminiTest.events([#"{"candidates":[{"finishReason":"\#(word)"}]}"#]))
        #expect(folded.candidates == reply.candidates, "a stream says the same")
    }

    @Test(
        "PITFALLS 8: every reason has a word",
        arguments: [
            (StopReason.endOfTurn, "STOP"), (.stopSequence("x"), "STOP"), (.toolUse, "STOP"),
            (.maxTokens, "MAX_TOKENS"),
            (.contextWindowExceeded, "MAX_TOKENS"), (.refusal, "SAFETY"), (.contentFilter, "SAFETY"),
            (.pause, "CONTINUATION"), (.malformed, "MALFORMED_RESPONSE"),
            (.unknown(Foreign(origin: .openAI, value: "x")), "STOP"),
        ])
    func reasons(_ reason: StopReason, _ word: String) {
        #expect(GeminiCodec.encodeStopReason(reason) == word)
    }
}
