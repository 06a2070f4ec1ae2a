import Testing

@testable import GatewayCore

struct UsageTellingPipeTests {
    /// What the client gets of a relayed stream, cut into pieces of that many bytes.
    private func told(_ stream: String, _ format: WireFormat, pieces size: Int = 10_000) -> String {
        let echo = RequestEcho(model: "m", fallbackID: "r", created: 0)
        var pipe = UsageTellingPipe(
            RelayPipe(codec: format.codec, echo: echo, hidesUsage: false), format: format
        ) { usage in ["output": .number(JSONNumber(usage?.output ?? -1))] }
        var output: [UInt8] = []
        let bytes = Array(stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            pipe.take(Array(bytes[start..<min(start + size, bytes.count)]), into: &output)
        }
        pipe.end(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private let openAI =
        #"data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{"content":"data: [DONE]"}}]}"#
        + "\n\n" + #"data: {"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
        + "\n\ndata: [DONE]\n\n"

    @Test(arguments: [1, 7, 10_000])
    func putsAChunkBeforeTheTerminatorOfOpenAI(size: Int) {
        let chunk =
            #"data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[],"x-gateway":{"output":2}}"#
            + "\n\n"
        let end = "data: [DONE]\n\n"
        #expect(told(": waiting\n\n" + openAI, .openAI, pieces: size).contains(chunk))
        #expect(told(openAI, .openAI, pieces: size) == openAI.dropLast(end.count) + chunk + end)
    }

    @Test(arguments: [1, 10_000])
    func putsAMemberIntoAnthropicsLastEvent(size: Int) {
        let start =
            "event: message_start\n"
            + #"data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":4}}}"#
            + "\n\n"
            + "event: content_block_start\n"
            + #"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"event: message_stop"}}"#
            + "\n\n"
        let end = "event: message_stop\n" + #"data: {"type":"message_stop"}"# + "\n\n"
        let wanted = "event: message_stop\n" + #"data: {"x-gateway":{"output":4},"type":"message_stop"}"# + "\n\n"
        #expect(told(start + end, .anthropic, pieces: size) == start + wanted)
    }

    @Test func putsAChunkAtTheEndOfGeminis() {
        let stream =
            #"data: {"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{"candidatesTokenCount":1},"modelVersion":"g","responseId":"i"}"#
            + "\n\n"
        let chunk = #"data: {"responseId":"i","modelVersion":"g","x-gateway":{"output":1}}"# + "\n\n"
        #expect(told(stream, .gemini) == stream + chunk)
    }

    @Test func tellsNothingOfAnAnswerThatBrokeOff() {
        let cut = String(openAI.dropLast("data: [DONE]\n\n".count))
        #expect(!told(cut, .openAI).contains("x-gateway"))
    }
}
