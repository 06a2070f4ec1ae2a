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

    // MARK: OpenAI and services that speak its format

    private let piece = #"data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}"# + "\n\n"
    private let done = "data: [DONE]\n\n"

    private func finish(_ index: Int = 0) -> String {
        #"data: {"choices":[{"index":\#(index),"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    }

    private func lenient(_ stream: String, candidates: Int = 1) -> (failure: ProviderFailure?, output: String) {
        let echo = RequestEcho(model: "m", fallbackID: "r", created: 0)
        var pipe = RelayPipe(
            codec: OpenAICodec(requiresTerminator: false), echo: echo, hidesUsage: false, candidateCount: candidates)
        var output: [UInt8] = []
        pipe.take(Array(stream.utf8), into: &output)
        pipe.end(into: &output)
        return (pipe.failure, String(decoding: output, as: UTF8.self))
    }

    @Test("PITFALLS 3: an error before [DONE] is a failure, not a clean end")
    func takesAnErrorBeforeTheTerminatorForAFailure() {
        let error = #"data: {"error":{"message":"overloaded","type":"server_error","code":503}}"# + "\n\n"
        #expect(failure(of: piece + error + done, in: .openAI)?.message == "overloaded")
        #expect(failure(of: piece + error, in: .openAI)?.message == "overloaded")
        #expect(lenient(piece + error + done).failure?.message == "overloaded")
        #expect(failure(of: piece + finish() + done, in: .openAI) == nil)
        let quoted =
            #"data: {"choices":[{"index":0,"delta":{"content":"{\"error\":1}"},"finish_reason":"stop"}]}"# + "\n\n"
        #expect(failure(of: quoted + done, in: .openAI) == nil)
    }

    @Test func waitsForTheTerminatorWhereTheServiceSendsOne() {
        #expect(failure(of: piece + finish(), in: .openAI)?.kind == .truncated)
    }

    @Test func givesClientsTheTerminatorThatTheServiceLeftOut() {
        let ended = lenient(piece + finish())
        #expect(ended.failure == nil)
        #expect(ended.output == piece + finish() + done)
        let marked = lenient(piece + finish() + done)
        #expect(marked.failure == nil)
        #expect(marked.output == piece + finish() + done)
    }

    @Test("PITFALLS 3: without [DONE] an answer that is not finished is still cut off")
    func tellsUnfinishedAnswersApart() {
        #expect(lenient(piece).failure?.kind == .truncated)
        #expect(lenient(piece + finish(1), candidates: 2).failure?.kind == .truncated)
        #expect(lenient(piece + finish(1) + finish(0), candidates: 2).failure == nil)
    }
}
