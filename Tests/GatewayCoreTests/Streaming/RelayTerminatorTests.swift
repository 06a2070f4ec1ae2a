import Testing

@testable import GatewayCore

/// A relay takes nothing for the end of a stream that only looks like it.
struct RelayTerminatorTests {
    private func failure(of stream: String, in format: WireFormat) -> ProviderFailure? {
        let echo = RequestEcho(model: "m", fallbackID: "r", created: 0)
        var pipe = RelayPipe(codec: format.codec, echo: echo, hidesUsage: false)
        var output: [UInt8] = []
        pipe.take(Array(stream.utf8), into: &output)
        pipe.end(into: &output)
        return pipe.failure
    }

    @Test("PITFALLS 3: a tool's argument named finishReason ends no stream")
    func looksWhereGeminiPutsItsReason() {
        let call =
            #"data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"f","args":{"finishReason":"x"}}}]}}]}"#
            + "\n\n"
        #expect(failure(of: call, in: .gemini)?.kind == .truncated)
        let end = #"data: {"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}"# + "\n\n"
        #expect(failure(of: call + end, in: .gemini) == nil)
    }

    @Test func looksWhereAnthropicPutsItsEnd() {
        let start =
            "event: message_start\n"
            + #"data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#
            + "\n\n"
        let block =
            "event: content_block_start\n"
            + #"data: {"type":"content_block_start","index":0,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":[{"x":"message_stop"}]}}"#
            + "\n\n"
        #expect(failure(of: start + block, in: .anthropic)?.kind == .truncated)
        let end = "event: message_stop\n" + #"data: {"type":"message_stop"}"# + "\n\n"
        #expect(failure(of: start + block + end, in: .anthropic) == nil)
    }
}
