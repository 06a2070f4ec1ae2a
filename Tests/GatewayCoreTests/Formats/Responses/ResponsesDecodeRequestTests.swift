import Testing

@testable import GatewayCore

struct ResponsesDecodeRequestTests {
    private let codec = ResponsesCodec()

    @Test func takesAStringForAMessageOfTheUser() throws {
        let request = try codec.decoded(#"{"model":"m","instructions":"Be brief.","input":"Hi"}"#)
        #expect(request.messages == [.system("Be brief."), .user("Hi")])
    }

    @Test(
        "PITFALLS 7: what the model said in one go is one turn, and so are the results",
        arguments: [
            #"{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}"#,
            #"{"role":"assistant","content":"I look."}"#,
        ])
    func gathersItemsIntoTurns(first: String) throws {
        let request = try codec.decoded(
            items: """
                {"role":"user","content":"Go."},\(first),
                {"type":"function_call","call_id":"b","name":"g","arguments":"{\\"x\\":1}"},
                {"type":"function_call_output","call_id":"b","output":"B"},
                {"type":"function_call_output","call_id":"a","output":"A"},
                {"role":"user","content":"And?"}
                """)
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .user])
        #expect(request.messages[1].parts.count == 2)
        #expect(request.messages[1].parts.toolCalls.last == ToolCall(id: "b", name: "g", arguments: "{\"x\":1}"))
        let results = request.messages[2].parts.compactMap {
            if case .toolResult(let result) = $0 { result } else { nil }
        }
        #expect(results.map(\.callID) == ["b", "a"])
        #expect(results.map(\.content) == [[.text("B")], [.text("A")]])
    }

    @Test func givesCustomToolsOneProperty() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","input":[{"type":"custom_tool_call","call_id":"a","name":"patch","input":"a \"b\"\n"},
            {"type":"custom_tool_call_output","call_id":"a","output":"ok"}],
            "tools":[{"type":"custom","name":"patch","format":{"type":"text"}}],
            "tool_choice":{"type":"custom","name":"patch"}}
            """#)
        guard case .function(let tool)? = request.tools.first else {
            Issue.record("a function was expected")
            return
        }
        #expect(tool.parameters?["required"] == ["input"])
        #expect(request.messages[0].parts.toolCalls.first?.arguments == #"{"input":"a \"b\"\n"}"#)
        #expect(request.toolChoice == .named("patch"))
    }

    @Test func makesAFunctionOfTheLocalShell() throws {
        let text = #"""
            {"model":"m","input":[{"role":"user","content":"Hi"},
            {"type":"local_shell_call","call_id":"a","action":{"type":"exec","command":["ls"],"env":{}},"id":"lsh_1","status":"completed"},
            {"type":"local_shell_call_output","output":"x","id":"a"},
            {"type":"local_shell_call","call_id":"b","action":{"type":"exec","command":["pwd"],"env":{}},"id":"lsh_2","status":"completed"},
            {"type":"local_shell_call_output","call_id":"b","output":"y"}],"tools":[{"type":"local_shell"}]}
            """#
        let request = try codec.decoded(text)
        guard case .function(let tool)? = request.tools.first else {
            Issue.record("a function was expected")
            return
        }
        #expect(tool.name == "local_shell")
        #expect(tool.parameters?["required"] == ["command"])
        let call = try #require(request.messages[1].parts.toolCalls.first)
        #expect(call.id == "a")
        #expect(call.arguments == #"{"command":["ls"]}"#)
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .assistant, .tool])
        let (anthropic, notes) = try encodedForAnthropic(request)
        #expect(anthropic["messages"]?[2]?["content"]?[0]?["tool_use_id"] == "a")
        #expect(notes.allSatisfy { $0.level == .info })
        let again = try codec.encoded(request).body
        let original = JSONValue.object(try object(text))
        #expect(again["input"] == original["input"])
        #expect(again["tools"] == original["tools"])
    }

    private func encodedForAnthropic(_ request: ChatRequest) throws -> (JSONValue, [ConversionNote]) {
        var notes: [ConversionNote] = []
        let target = ConversionTarget(model: "claude-sonnet-4-5", traits: ModelTraits())
        return (.object(try AnthropicCodec().encodeRequest(request, for: target, notes: &notes)), notes)
    }

    @Test(
        "PITFALLS 16: what only OpenAI's storage has is refused, never left out",
        arguments: [
            (#""previous_response_id":"resp_1""#, "/previous_response_id"),
            (#""conversation":"conv_1""#, "/conversation"),
            (#""conversation":{"id":"conv_1"}"#, "/conversation"), (#""prompt":{"id":"pmpt_1"}"#, "/prompt"),
            (#""background":true"#, "/background"),
        ])
    func refusesStoredState(member: String, pointer: String) throws {
        let error = #expect(throws: ConversionError.self) {
            try codec.decoded(#"{"model":"m","input":"Hi",\#(member)}"#)
        }
        #expect(error?.pointer == pointer)
    }

    @Test func refusesReferencesToItems() throws {
        for item in [#"{"type":"item_reference","id":"msg_1"}"#, #"{"id":"msg_1"}"#] {
            let error = #expect(throws: ConversionError.self) { try codec.decoded(items: item) }
            #expect(error?.pointer == "/input/0")
        }
    }

    @Test func refusesRequestsWithoutInput() throws {
        for text in [#"{"model":"m"}"#, #"{"model":"m","input":[]}"#, #"{"model":"m","instructions":"a"}"#] {
            #expect(throws: ConversionError.self) { try codec.decoded(text) }
        }
    }

    @Test func understandsBackgroundFalseAndNullsAsNothing() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","input":"Hi","background":false,"previous_response_id":null,"conversation":null,"prompt":null,
            "max_output_tokens":null,"temperature":null,"reasoning":null,"text":null,"tools":[],"tool_choice":null}
            """#)
        #expect(request.maxOutputTokens == nil)
        #expect(request.reasoning == nil)
    }

    @Test func tellsOthersOnlyWhatTheyMiss() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","input":[{"type":"message","id":"msg_1","role":"assistant","status":"completed",
            "content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]},{"role":"user","content":"Go"}],
            "store":true,"truncation":"disabled","background":false,"include":["reasoning.encrypted_content"],
            "stream_options":{"include_obfuscation":false},"max_tool_calls":2,
            "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":null}]}
            """#)
        var notes: [ConversionNote] = []
        _ = try OpenAICodec().encodeRequest(request, for: ConversionTarget(model: "gpt-4o"), notes: &notes)
        #expect(notes.map(\.pointer) == ["/max_tool_calls"])
    }

    @Test func tellsWhatEveryOtherIncludeWouldHaveGiven() throws {
        let request = try codec.decoded(
            #"{"model":"m","input":"Hi","include":["reasoning.encrypted_content","file_search_call.results"]}"#)
        var notes: [ConversionNote] = []
        _ = try OpenAICodec().encodeRequest(request, for: ConversionTarget(model: "gpt-4o"), notes: &notes)
        #expect(notes.map(\.pointer) == ["/include"])
    }
}
