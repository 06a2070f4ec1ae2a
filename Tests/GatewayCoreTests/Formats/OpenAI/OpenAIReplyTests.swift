import Testing

@testable import GatewayCore

struct OpenAIReplyTests {
    private let codec = OpenAICodec()
    private let echo = RequestEcho(model: "asked", fallbackID: "chatcmpl-1", created: 42)

    private func decoded(message: String, finish: String = "stop") throws -> ChatReply {
        try codec.decodeReply(
            try object(#"{"id":"r","choices":[{"index":0,"message":\#(message),"finish_reason":"\#(finish)"}]}"#))
    }

    @Test func writesTheNullsThatClientsNeed() {
        let body = codec.encodeReply(
            ChatReply(candidates: [Candidate(parts: [.text("Hi")], stop: .endOfTurn)]), for: echo)
        #expect(
            JSONValue.object(body).serializedString
                == #"{"id":"chatcmpl-1","object":"chat.completion","created":42,"model":"asked","choices":[{"index":0,"#
                + #""message":{"role":"assistant","content":"Hi","refusal":null},"logprobs":null,"finish_reason":"stop"}]}"#
        )
    }

    @Test("PITFALLS 8: calls end in tool_calls, whatever the provider says")
    func saysToolCallsWheneverThereAreSome() {
        let call = ContentPart.toolCall(ToolCall(id: "1", name: "f", arguments: ""))
        let body = codec.encodeReply(ChatReply(candidates: [Candidate(parts: [call], stop: .endOfTurn)]), for: echo)
        let choice = JSONValue.object(body)["choices"]?[0]
        #expect(choice?["finish_reason"] == "tool_calls")
        #expect(choice?["message"]?["content"] == .null)
        #expect(choice?["message"]?["tool_calls"]?[0]?["function"]?["arguments"] == "{}")
    }

    @Test("PITFALLS 8: calls that a service ends with stop are tool use")
    func readsToolCallsThatEndWithStop() throws {
        let reply = try decoded(
            message: #"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]}"#)
        #expect(reply.stop == .toolUse)
        #expect(reply.toolCalls.first?.arguments == #"{"a":1}"#)
        #expect(reply.toolCalls.first?.id == "call_\(StableHash.hexadecimal(of: "r"))_0")
    }

    @Test(arguments: [
        #"{"content":"Hi","reasoning_content":"hm"}"#, #"{"content":"Hi","reasoning":"hm"}"#,
        #"{"content":"Hi","reasoning_content":"hm","reasoning":"hm"}"#,
        #"{"content":"Hi","reasoning_content":null,"reasoning":"hm"}"#,
        #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Hi"}]}"#,
    ])
    func readsReasoningUnderEveryName(_ message: String) throws {
        let reply = try decoded(message: message)
        #expect(reply.candidates[0].parts == [.reasoning(ReasoningPart(text: "hm")), .text("Hi")])
    }

    @Test func tellsReasoningOfOthers() {
        let thought = ReasoningPart(text: "hm", signature: Signature(origin: .anthropic, value: "s"))
        let reply = ChatReply(candidates: [Candidate(parts: [.reasoning(thought), .text("Hi")], stop: .endOfTurn)])
        let message = JSONValue.object(codec.encodeReply(reply, for: echo))["choices"]?[0]?["message"]
        #expect(message?["reasoning_content"] == "hm")
        #expect(message?["content"] == "Hi")
    }

    @Test func carriesImagesTheModelDrew() throws {
        let message =
            #"{"content":"","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}"#
        let reply = try decoded(message: message)
        let image = MediaPart(kind: .image, source: .base64("AA=="), mediaType: "image/png")
        #expect(reply.candidates[0].parts == [.media(image)])
        let written = JSONValue.object(codec.encodeReply(reply, for: echo))["choices"]?[0]?["message"]
        #expect(written?["images"]?[0]?["image_url"]?["url"] == "data:image/png;base64,AA==")
    }

    @Test func tellsARefusalByItsWords() throws {
        let reply = try decoded(message: #"{"content":null,"refusal":"No."}"#)
        #expect(reply.stop == .refusal)
        let withoutWords = ChatReply(candidates: [Candidate(parts: [.text("No.")], stop: .refusal)])
        let body = JSONValue.object(codec.encodeReply(withoutWords, for: echo))
        #expect(body["choices"]?[0]?["finish_reason"] == "content_filter")
    }

    @Test("PITFALLS 8: every reason, both ways")
    func mapsEveryStopReason() {
        let words: [(StopReason, String)] = [
            (.endOfTurn, "stop"), (.stopSequence("x"), "stop"), (.maxTokens, "length"),
            (.contextWindowExceeded, "length"), (.contentFilter, "content_filter"), (.pause, "stop"),
            (.malformed, "stop"), (.unknown(Foreign(origin: .gemini, value: "NEW")), "stop"),
            (.unknown(Foreign(origin: .openAI, value: "eos")), "eos"),
        ]
        for (reason, word) in words {
            #expect(OpenAICodec.finishReason(reason, StopContext()) == word)
        }
    }

    @Test func refusesWhatIsNoReply() {
        #expect(throws: ConversionError.self) { try codec.decodeReply(["error": ["message": "x"]]) }
        #expect(throws: ConversionError.self) { try codec.decodeReply(["choices": [["index": 0]]]) }
    }
}
