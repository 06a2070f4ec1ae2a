import Testing

@testable import GatewayCore

struct ReasoningExchangeTests {
    private static let thinking = #"{"type":"thinking","thinking":"Hm.","signature":"c2ln"}"#

    private static let reply =
        #"{"id":"m","type":"message","role":"assistant","model":"a-1","content":[\#(thinking),"#
        + #"{"type":"tool_use","id":"toolu_1","name":"f","input":{}}],"stop_reason":"tool_use","stop_sequence":null,"#
        + #""usage":{"input_tokens":1,"output_tokens":1}}"#

    private static let stream = [
        #"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"a-1","content":[],"#
            + #""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":2}}"#,
        #"{"type":"message_stop"}"#,
    ].map { "data: \($0)\n\n" }

    private static let tools = #""tools":[{"type":"function","function":{"name":"f"}}]"#

    private static func question(_ model: String = "a-1", streaming: Bool = false) -> String {
        #"{"model":"\#(model)","stream":\#(streaming),"reasoning_effort":"low",\#(tools),"#
            + #""messages":[{"role":"user","content":"Hi"}]}"#
    }

    private static func answered(_ model: String = "a-1") -> String {
        #"{"model":"\#(model)","reasoning_effort":"low",\#(tools),"messages":[{"role":"user","content":"Hi"},"#
            + #"{"role":"assistant","content":null,"tool_calls":[{"id":"toolu_1","type":"function","#
            + #""function":{"name":"f","arguments":"{}"}}]},"#
            + #"{"role":"tool","tool_call_id":"toolu_1","content":"ok"}]}"#
    }

    private func bench(_ first: String..., adjust: (inout GatewayConfiguration) -> Void = { _ in }) throws
        -> GatewayBench
    {
        let steps = [first, [Self.reply], [Self.reply]].map { ScriptedTransport.Step.reply(status: 200, body: $0) }
        return try GatewayBench(ScriptedTransport(steps: steps)) { configuration in
            // The model's name says nothing, so its ways are told.
            for index in configuration.providers.indices {
                configuration.providers[index].instances[0].capabilities.reasoning = true
                configuration.providers[index].instances[0].capabilities.reasoningByEffort = false
            }
            adjust(&configuration)
        }
    }

    private func sent(_ bench: GatewayBench, _ place: Int) throws -> JSONValue {
        try JSONValue(parsing: bench.transport.requests[place].body)
    }

    @Test("PITFALLS 14: a Chat client's next turn has the thoughts of the last, signed", arguments: [false, true])
    func carriesThoughtsAcrossTurns(isStreaming: Bool) async throws {
        let bench =
            if isStreaming { try bench(Self.stream.joined()) } else { try bench(Self.reply) }
        _ = await bench.answer(.openAI, Self.question(streaming: isStreaming)).text
        _ = await bench.answer(.openAI, Self.answered())
        let turn = try sent(bench, 1)["messages"]?[1]
        #expect(turn?["role"] == "assistant")
        #expect(try turn?["content"]?[0] == JSONValue(parsing: Self.thinking))
        #expect(turn?["content"]?[1]?["id"] == "toolu_1")
        #expect(try sent(bench, 1)["thinking"]?["type"] == "enabled")
    }

    @Test("PITFALLS 14: another model gets no thoughts")
    func leavesThemOutElsewhere() async throws {
        let bench = try bench(Self.reply)
        _ = await bench.answer(.openAI, Self.question())
        _ = await bench.answer(.openAI, Self.answered("a-2"))
        #expect(try sent(bench, 1)["messages"]?[1]?["content"]?[0]?["type"] == "tool_use")
    }

    @Test("PITFALLS 14: another client gets no thoughts")
    func leavesThemOutForOthers() async throws {
        let bench = try bench(Self.reply)
        _ = await bench.answer(.openAI, Self.question())
        let call = InboundCall(
            id: "req-2", format: .openAI, body: Array(Self.answered().utf8),
            client: ClientIdentity(keyName: "somebody else"))
        _ = await bench.clock.run { [gateway = bench.gateway] in await gateway.answer(call) }
        #expect(try sent(bench, 1)["messages"]?[1]?["content"]?[0]?["type"] == "tool_use")
    }

    @Test func canBeSwitchedOff() async throws {
        let bench = try bench(Self.reply) { $0.reasoning.isEnabled = false }
        _ = await bench.answer(.openAI, Self.question())
        _ = await bench.answer(.openAI, Self.answered())
        #expect(try sent(bench, 1)["messages"]?[1]?["content"]?[0]?["type"] == "tool_use")
    }

    @Test func worksForProgramsToo() async throws {
        let bench = try bench(Self.reply)
        var request = ChatRequest(model: "a-1", messages: [.user("Hi")], tools: [.function(FunctionTool(name: "f"))])
        request.reasoning = ReasoningSettings(effort: .low)
        _ = try await chat(request, bench)
        // A program that keeps of the reply what most formats show.
        let call = ContentPart.toolCall(ToolCall(id: "toolu_1", name: "f", arguments: "{}"))
        request.messages += [
            Message(role: .assistant, parts: [call]), .toolResult(callID: "toolu_1", text: "ok"),
        ]
        _ = try await chat(request, bench)
        #expect(try sent(bench, 1)["messages"]?[1]?["content"]?[0] == JSONValue(parsing: Self.thinking))
    }

    private func chat(_ request: ChatRequest, _ bench: GatewayBench) async throws -> ChatReply {
        try await bench.clock.run { [gateway = bench.gateway] in
            do { return Result<ChatReply, any Error>.success(try await gateway.chat(request)) } catch {
                return .failure(error)
            }
        }.get()
    }

    @Test("PITFALLS 14: thoughts of another provider's model do not get to Anthropic, whose own do")
    func leavesUnsignedThoughtsOut() async throws {
        let history =
            #"{"model":"a-1","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":["#
            + #"{"type":"thinking","thinking":"Ho.","signature" : ""},{"type":"text","text":"Hello"}]},"#
            + #"{"role":"user","content":"And?"},{"role":"assistant","content":[\#(Self.thinking),"#
            + #"{"type":"text","text":"So."}]},{"role":"user","content":"Go on"}]}"#
        let bench = try bench(Self.reply)
        let answer = await bench.answer(.anthropic, history)
        #expect(try sent(bench, 0)["messages"]?[1]?["content"] == "Hello")
        #expect(try sent(bench, 0)["messages"]?[3]?["content"]?[0] == JSONValue(parsing: Self.thinking))
        #expect(answer.headers["x-llm-gateway-warnings"]?.contains("/messages/1/content/0") == true)
    }

    @Test(arguments: [
        (#"{"a":"\"signature\":\"\""}"#, false), (#"{"signature":"x"}"#, false), (#"{"signature":"#, false),
        (#"{"signature":"x","b":[{"signature":""}]}"#, true), ("{\"signature\" :\n \"\"}", true),
        (#"{"signature":""#, false),
    ])
    func findsThoughtsWithoutSignature(body: String, isFound: Bool) {
        #expect(AnthropicCodec.holdsUnsignedThought(Array(body.utf8)) == isFound)
    }

    @Test("PITFALLS 15: Gemini's signatures come back to their calls from a Chat client")
    func carriesGeminisSignatures() async throws {
        let first =
            #"{"candidates":[{"index":0,"content":{"role":"model","parts":[{"functionCall":{"id":"toolu_1","name":"f","#
            + #""args":{}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"responseId":"r"}"#
        let bench = try bench(first)
        _ = await bench.answer(.openAI, Self.question("g-1"))
        _ = await bench.answer(.openAI, Self.answered("g-1"))
        let part = try sent(bench, 1)["contents"]?[1]?["parts"]?[0]
        #expect(part?["functionCall"]?["name"] == "f")
        #expect(part?["thoughtSignature"] == "c2ln")
    }
}
