import Testing

@testable import GatewayCore

@Suite struct AnthropicReplyTests {
    private func encode(_ parts: [ContentPart], stop: StopReason? = .endOfTurn) -> JSONValue {
        let reply = ChatReply(id: "chatcmpl-1", model: "m", candidates: [Candidate(parts: parts, stop: stop)])
        return .object(AnthropicTest.codec.encodeReply(reply, for: AnthropicTest.echo))
    }

    @Test func aReplyKeepsWhatItHas() throws {
        let text =
            #"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi","citations":[{"type":"char_location","cited_text":"x"}]},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1.0},"caller":{"type":"direct"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":5,"service_tier":"standard","inference_geo":"eu"},"container":null,"stop_details":null,"diagnostics":{"x":1}}"#
        let reply = try AnthropicTest.codec.decodeReply(try AnthropicTest.object(text))
        #expect(reply.stop == .toolUse)
        #expect(reply.serviceTier == "standard")
        #expect(reply.toolCalls.map(\.arguments) == [#"{"a":1.0}"#])
        let written = AnthropicTest.codec.encodeReply(reply, for: AnthropicTest.echo)
        let expected = try AnthropicTest.object(text)
        #expect(Set(written.members) == Set(expected.members))
    }

    @Test func requiredMembersAreThereInTheUsualOrder() {
        let body = encode([.text("Hi")])
        #expect(
            body.serializedString
                == #"{"id":"msg_chatcmpl-1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}"#
        )
    }

    @Test func aReplyWithoutIdentityGetsTheGateways() {
        let body = AnthropicTest.codec.encodeReply(ChatReply(candidates: [Candidate()]), for: AnthropicTest.echo)
        #expect(body["id"] == "msg_req-1")
        #expect(body["model"] == "model-a")
        #expect(body["content"] == [])
        #expect(body["stop_reason"] == "end_turn")
    }

    @Test func aReplyWithoutCandidatesIsARefusedPrompt() {
        let body = AnthropicTest.codec.encodeReply(ChatReply(), for: AnthropicTest.echo)
        #expect(body["stop_reason"] == "refusal")
    }

    @Test("PITFALLS 14: thinking of other providers has an empty signature, never an invented one")
    func foreignThinking() {
        let theirs = ReasoningPart(text: "hm", signature: Signature(origin: .gemini, value: "g"))
        let own = ReasoningPart(text: "", signature: Signature(origin: .anthropic, value: "s"))
        let redacted = ReasoningPart(text: "", redacted: Signature(origin: .openAI, value: "r"))
        let empty = ReasoningPart(text: "")
        let body = encode([.reasoning(theirs), .reasoning(own), .reasoning(redacted), .reasoning(empty)])
        #expect(
            body["content"]?.serializedString
                == #"[{"type":"thinking","thinking":"hm","signature":""},{"type":"thinking","thinking":"","signature":"s"}]"#
        )
    }

    @Test("PITFALLS 8: a reply with calls ends in tool_use")
    func callsEndInToolUse() {
        let call = ToolCall(id: "call 1", name: "f", arguments: "")
        let body = encode([.toolCall(call)])
        #expect(body["stop_reason"] == "tool_use")
        #expect(body["content"]?[0] == ["type": "tool_use", "id": "call_1", "name": "f", "input": [:]])
    }

    @Test func stringsThatStoppedTheModelAreNamed() {
        let body = encode([.text("a")], stop: .stopSequence("END"))
        #expect(body["stop_reason"] == "stop_sequence")
        #expect(body["stop_sequence"] == "END")
    }

    @Test func emptyTextAndPartsOfOthersAreLeftOut() {
        let body = encode([
            .text(""), .refusal(""), .refusal("No."), .foreign(Foreign(origin: .gemini, value: ["x": 1])),
            .media(MediaPart(kind: .image, source: .base64("iVBORw0KGgo="))),
        ])
        #expect(
            body["content"]?.serializedString
                == #"[{"type":"text","text":"No."},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]"#
        )
    }

    @Test(arguments: [#"{"type":"error","content":[]}"#, #"{"id":"msg_1"}"#, #"{"content":[{"type":7}]}"#])
    func whatIsNoReplyIsRefused(body: String) {
        #expect(throws: ConversionError.self) {
            try AnthropicTest.codec.decodeReply(try AnthropicTest.object(body))
        }
    }
}
