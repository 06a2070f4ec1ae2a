import Testing

@testable import GatewayCore

struct ResponsesEncodeRequestTests {
    private let codec = ResponsesCodec()

    @Test func asksTheAPIToKeepNothingForOtherFormats() throws {
        let chat = ChatRequest(model: "m", messages: [.user("Hi")])
        #expect(try codec.encoded(chat).body["store"] == false)
        var stored = chat
        stored.extras = Extras(origin: .openAI, fields: ["store": true])
        #expect(try codec.encoded(stored).body["store"] == true)
        let own = try codec.decoded(#"{"model":"m","input":"Hi"}"#)
        #expect(try codec.encoded(own).body["store"] == nil)
    }

    @Test func takesOverWhatChatSpellsAlike() throws {
        let fields = #"""
            {"metadata":{"a":"b"},"prompt_cache_key":"k","safety_identifier":"s","verbosity":"low","web_search_options":{}}
            """#
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        request.extras = Extras(origin: .openAI, fields: try object(fields))
        let (body, notes) = try codec.encoded(request)
        #expect(body["metadata"] == ["a": "b"])
        #expect(body["prompt_cache_key"] == "k")
        #expect(body["safety_identifier"] == "s")
        #expect(body["text"] == ["verbosity": "low"])
        #expect(notes.map(\.pointer) == ["/web_search_options"])
    }

    @Test(
        "PITFALLS 14: thoughts that the client is shown by default are asked for",
        arguments: [
            (#"{"type":"enabled","budget_tokens":2048}"#, "auto"),
            (#"{"type":"enabled","budget_tokens":2048,"display":"omitted"}"#, nil),
            (#"{"type":"adaptive"}"#, nil),
        ])
    func asksForTheThoughtsThatAnthropicShows(thinking: String, summary: String?) throws {
        let body =
            #"{"model":"m","max_tokens":9000,"messages":[{"role":"user","content":"Hi"}],"thinking":\#(thinking)}"#
        let request = try AnthropicCodec().decodeRequest(try object(body), model: nil)
        #expect(try codec.encoded(request, for: "gpt-5").body["reasoning"]?["summary"]?.string == summary)
    }

    @Test func raisesTheSmallestLimit() throws {
        let (body, notes) = try codec.encoded(ChatRequest(model: "m", messages: [.user("Hi")], maxOutputTokens: 1))
        #expect(body["max_output_tokens"] == 16)
        #expect(notes.first?.action == .clipped)
    }

    @Test("PITFALLS 24: parameters the API does not have are left out and told")
    func leavesOutWhatTheAPIHasNot() throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        request.stopSequences = ["x"]
        request.sampling.seed = JSONNumber(1)
        request.sampling.topK = JSONNumber(4)
        request.sampling.candidateCount = 2
        request.sampling.presencePenalty = JSONNumber(1)
        request.sampling.frequencyPenalty = JSONNumber(0)
        let (body, notes) = try codec.encoded(request)
        #expect(body.object?.keys == ["model", "input", "store"])
        #expect(Set(notes.map(\.pointer)) == ["/stop", "/seed", "/top_k", "/n", "/presence_penalty"])
    }

    @Test("PITFALLS 24: a request of a system prompt alone has input")
    func writesALoneSystemPromptAsInput() throws {
        let (body, _) = try codec.encoded(ChatRequest(model: "m", messages: [.system("Say hi.")]))
        #expect(body["instructions"] == nil)
        #expect(body["input"]?.serializedString == #"[{"role":"developer","content":"Say hi."}]"#)
    }

    @Test("PITFALLS 7: results come before the text beside them, and keep their order")
    func writesResultsAsItems() throws {
        let turn = Message(
            role: .user,
            parts: [
                .text("And?"), .toolResult(ToolResult(callID: "b", content: [.text("B")])),
                .toolResult(ToolResult(callID: "a", content: [])),
            ])
        let calls = ["a", "b"].map { ContentPart.toolCall(ToolCall(id: $0, name: "f", arguments: "")) }
        let items = try codec.encodedItems([Message(role: .assistant, parts: calls), turn])
        #expect(
            items == #"[{"type":"function_call","call_id":"a","name":"f","arguments":"{}"},"#
                + #"{"type":"function_call","call_id":"b","name":"f","arguments":"{}"},"#
                + #"{"type":"function_call_output","call_id":"b","output":"B"},"#
                + #"{"type":"function_call_output","call_id":"a","output":""},{"role":"user","content":"And?"}]"#)
    }

    @Test("PITFALLS 6: a call without arguments has an empty object, other text is never changed")
    func writesArgumentsAsTheyAre() throws {
        for (arguments, written) in [("", "{}"), ("{\"a\": 1.0}", "{\"a\": 1.0}"), ("{}{}", "{}{}"), ("no", "no")] {
            let call = Message(role: .assistant, parts: [.toolCall(ToolCall(id: "a", name: "f", arguments: arguments))])
            let (body, _) = try codec.encoded(ChatRequest(model: "m", messages: [call]))
            #expect(body["input"]?[0]?["arguments"] == .string(written))
        }
    }

    @Test("PITFALLS 14: reasoning of others is left out with a note")
    func leavesOutForeignReasoning() throws {
        let thought = ReasoningPart(text: "Hm.", signature: Signature(origin: .anthropic, value: "s"))
        let turn = Message(role: .assistant, parts: [.reasoning(thought), .text("Hi")])
        let (body, notes) = try codec.encoded(ChatRequest(model: "m", messages: [turn]))
        #expect(body["input"]?.serializedString == #"[{"role":"assistant","content":"Hi"}]"#)
        #expect(notes.map(\.pointer) == ["/messages/0/content/0"])
    }

    @Test("PITFALLS 15: identifiers of reasoning lead nowhere when nothing is stored")
    func stripsIdentifiersOfReasoningUnlessStored() throws {
        let items = #"""
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},
            {"type":"reasoning","id":"rs_2","summary":[{"type":"summary_text","text":"Hm."}]},
            {"role":"assistant","content":"Hi"}
            """#
        func written(store: Bool) throws -> [JSONValue] {
            let request = try codec.decoded(#"{"model":"m","store":\#(store),"input":[\#(items)]}"#)
            return try codec.encoded(request).body["input"]?.array ?? []
        }
        #expect(try written(store: true).map { $0["id"] } == ["rs_1", "rs_2", nil])
        let unstored = try written(store: false)
        #expect(unstored.count == 2)
        #expect(unstored[0]["id"] == nil)
        #expect(unstored[0]["encrypted_content"] == "gAAA")
    }

    @Test("PITFALLS 17: tool names and call ids are made to fit")
    func fitsNamesAndIdentifiers() throws {
        let id = String(repeating: "x", count: 80)
        let messages = [
            Message(role: .assistant, parts: [.toolCall(ToolCall(id: id, name: "a b", arguments: "{}"))]),
            Message.toolResult(callID: id, text: "ok"),
        ]
        let request = ChatRequest(model: "m", messages: messages, tools: [.function(FunctionTool(name: "a b"))])
        let (body, _) = try codec.encoded(request)
        let call = body["input"]?[0]
        #expect(call?["name"] == "a_b")
        #expect(body["tools"]?[0]?["name"] == "a_b")
        #expect((call?["call_id"]?.string?.utf8.count ?? 99) <= 64)
        #expect(call?["call_id"] == body["input"]?[1]?["call_id"])
    }

    @Test func writesChatsCustomToolsFlat() throws {
        let chat = try OpenAICodec().decoded(
            #"""
            {"model":"m","messages":[{"role":"user","content":"Go"},{"role":"assistant","tool_calls":[{"id":"a","type":"custom",
            "custom":{"name":"sql","input":"SELECT 1"}}]},{"role":"tool","tool_call_id":"a","content":"1"}],
            "tools":[{"type":"custom","custom":{"name":"sql","format":{"type":"grammar","grammar":{"syntax":"regex",
            "definition":"S.*"}}}}],"tool_choice":{"type":"custom","custom":{"name":"sql"}}}
            """#)
        let (body, notes) = try codec.encoded(chat)
        #expect(notes.isEmpty)
        #expect(
            body["tools"]?[0] == [
                "type": "custom", "name": "sql",
                "format": ["type": "grammar", "syntax": "regex", "definition": "S.*"],
            ])
        #expect(body["tool_choice"] == ["type": "custom", "name": "sql"])
        #expect(
            body["input"]?[1] == ["type": "custom_tool_call", "call_id": "a", "name": "sql", "input": "SELECT 1"])
        #expect(body["input"]?[2]?["type"] == "custom_tool_call_output")
    }

    @Test func asksForSummariesWhereTheClientWantsToRead() throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        request.reasoning = ReasoningSettings(effort: .high, includesText: true)
        #expect(try codec.encoded(request, for: "gpt-5").body["reasoning"] == ["effort": "high", "summary": "auto"])
        let (body, notes) = try codec.encoded(request, for: "gpt-4.1")
        #expect(body["reasoning"] == nil)
        #expect(notes.map(\.pointer) == ["/reasoning"])
    }
}
