import Testing

@testable import GatewayCore

/// Turns and their blocks, as they are written for requests of other formats.
@Suite struct AnthropicEncodeMessagesTests {
    private let weather = ToolCall(id: "call_1", name: "get_weather", arguments: #"{"city":"Oslo","n":1.0}"#)

    private func callTurn(_ calls: ToolCall...) -> Message {
        Message(role: .assistant, parts: calls.map(ContentPart.toolCall))
    }

    @Test func leadingSystemMessagesBecomeTheSystemPrompt() throws {
        let one = try AnthropicTest.encode([.system("A"), .user("Hi")])
        #expect(one.body["system"] == "A")
        let developer = Message(role: .developer, parts: [.text("B")])
        let two = try AnthropicTest.encode([.system("A"), developer, .user("Hi")])
        #expect(two.body["system"]?.serializedString == #"[{"type":"text","text":"A"},{"type":"text","text":"B"}]"#)
        #expect(two.notes.isEmpty)
    }

    @Test("PITFALLS 24: a conversation of system messages only gets a user's turn")
    func systemOnly() throws {
        let encoded = try AnthropicTest.encode([.system("Say hi.")])
        #expect(encoded.messages == #"[{"role":"user","content":"Say hi."}]"#)
        #expect(encoded.body["system"] == nil)
        #expect(encoded.has(.changed, "/messages/0"))
    }

    @Test func systemMessagesInTheMiddleStandAfterAUsersTurn() throws {
        let between = [Message.user("a"), .system("S"), .assistant("b"), .user("c")]
        let encoded = try AnthropicTest.encode(between, model: "claude-opus-4-8")
        #expect(
            encoded.messages
                == #"[{"role":"user","content":"a"},{"role":"system","content":"S"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#
        )
        #expect(encoded.notes.isEmpty)

        let early = [Message.user("a"), .assistant("b"), .system("S"), .user("c")]
        #expect(
            try AnthropicTest.encode(early, model: "claude-opus-4-8").messages
                == #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"system","content":"S"}]"#
        )
        let late = [Message.user("a"), .assistant("b"), .system("S")]
        #expect(
            try AnthropicTest.encode(late, model: "claude-opus-4-8").messages
                == #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"S"}]"#)
    }

    @Test func olderModelsGetAllSystemMessagesAtTheStart() throws {
        let encoded = try AnthropicTest.encode(
            [.system("A"), .user("a"), .system("S"), .assistant("b"), .user("c")], model: "claude-sonnet-4-5")
        #expect(encoded.body["system"]?.serializedString == #"[{"type":"text","text":"A"},{"type":"text","text":"S"}]"#)
        #expect(encoded.warnings == ["/messages/2"])
    }

    @Test("PITFALLS 7: parallel results follow their calls in one turn, before the user's text")
    func resultsStandTogetherAndFirst() throws {
        let oslo = ToolCall(id: "call_2", name: "get_weather", arguments: "{}")
        let encoded = try AnthropicTest.encode([
            .user("Weather?"), callTurn(weather, oslo), .toolResult(callID: "call_1", text: "rain"),
            .user("Be quick."), .toolResult(callID: "call_2", text: "sun", isError: true),
        ])
        #expect(
            encoded.messages == """
                [{"role":"user","content":"Weather?"},{"role":"assistant","content":[\
                {"type":"tool_use","id":"call_1","name":"get_weather","input":{"city":"Oslo","n":1.0}},\
                {"type":"tool_use","id":"call_2","name":"get_weather","input":{}}]},\
                {"role":"user","content":[\
                {"type":"tool_result","tool_use_id":"call_1","content":"rain"},\
                {"type":"tool_result","tool_use_id":"call_2","content":"sun","is_error":true},\
                {"type":"text","text":"Be quick."}]}]
                """)
        #expect(encoded.warnings.isEmpty)
    }

    @Test("PITFALLS 6: no arguments are an empty object", arguments: ["", " ", "{}"])
    func noArguments(arguments: String) throws {
        let call = ToolCall(id: "c", name: "f", arguments: arguments)
        let encoded = try AnthropicTest.encode([.user("x"), callTurn(call), .toolResult(callID: "c", text: "y")])
        #expect(encoded.body["messages"]?[1]?["content"]?[0]?["input"] == .object([:]))
        #expect(encoded.warnings.isEmpty)
    }

    @Test(
        "PITFALLS 6: what is no JSON object is kept as text and told", arguments: ["{\"a\":", "{}{}", "[1]", "hello"])
    func invalidArguments(arguments: String) throws {
        let call = ToolCall(id: "c", name: "f", arguments: arguments)
        let encoded = try AnthropicTest.encode([.user("x"), callTurn(call), .toolResult(callID: "c", text: "y")])
        #expect(encoded.body["messages"]?[1]?["content"]?[0]?["input"] == ["_raw": .string(arguments)])
        #expect(encoded.warnings == ["/messages/1/content/0/arguments"])
    }

    @Test("PITFALLS 17: identifiers are made to fit, alike on both ends and apart from each other")
    func identifiersFit() throws {
        let first = ToolCall(id: "call:1", name: "f", arguments: "")
        let second = ToolCall(id: "call.1", name: "f", arguments: "")
        let encoded = try AnthropicTest.encode([
            .user("x"), callTurn(first, second), .toolResult(callID: "call:1", text: "a"),
            .toolResult(callID: "call.1", text: "b"),
        ])
        let calls = try #require(encoded.body["messages"]?[1]?["content"]?.array)
        let results = try #require(encoded.body["messages"]?[2]?["content"]?.array)
        #expect(calls[0]["id"] == "call_1")
        #expect(calls.map { $0["id"] } == results.map { $0["tool_use_id"] })
        #expect(calls[0]["id"] != calls[1]["id"])
    }

    @Test("PITFALLS 14: reasoning of others is dropped with a note, Anthropic's own is kept")
    func foreignReasoning() throws {
        let theirs = ReasoningPart(text: "hm", signature: Signature(origin: .gemini, value: "g"))
        let own = ReasoningPart(text: "hm", signature: Signature(origin: .anthropic, value: "s"))
        let turn = Message(role: .assistant, parts: [.reasoning(theirs), .reasoning(own), .text("ok")])
        let encoded = try AnthropicTest.encode([.user("x"), turn, .user("y")])
        #expect(
            encoded.body["messages"]?[1]?["content"]?.serializedString
                == #"[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"ok"}]"#)
        #expect(encoded.infos == ["/messages/1/content/0"])
    }

    @Test("PITFALLS 14: a turn that only thought disappears where its thinking cannot be sent")
    func thinkingOnlyTurn() throws {
        let turn = Message(role: .assistant, parts: [.reasoning(ReasoningPart(text: "hm"))])
        let encoded = try AnthropicTest.encode([.user("x"), turn, .user("y")])
        #expect(
            encoded.messages
                == #"[{"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}]"#)
    }

    @Test("PITFALLS 24: empty text is left out")
    func emptyText() throws {
        let encoded = try AnthropicTest.encode([.user([.text(""), .text("  \n"), .text("x")]), .assistant("")])
        #expect(encoded.messages == #"[{"role":"user","content":"x"}]"#)
    }

    @Test func theUserBegins() throws {
        let encoded = try AnthropicTest.encode([.assistant("Welcome."), .user("Hi")])
        #expect(encoded.body["messages"]?[0] == ["role": "user", "content": "Hello."])
        #expect(encoded.has(.changed, "/messages"))
    }

    @Test func aFinalAssistantTurnIsContinuedOnlyByOlderModels() throws {
        let messages = [Message.user("x"), .assistant("The answer is ")]
        let old = try AnthropicTest.encode(messages, model: "claude-sonnet-4-5")
        #expect(old.body["messages"]?[1] == ["role": "assistant", "content": "The answer is"])
        let new = try AnthropicTest.encode(messages, model: "claude-sonnet-4-6")
        #expect(new.body["messages"]?[2] == ["role": "user", "content": "Continue."])
        #expect(new.warnings == ["/messages"])
    }

    @Test func pausedToolsOfTheProviderGoOnInPlace() throws {
        let block = Foreign(origin: .anthropic, value: ["type": "server_tool_use", "id": "srvtoolu_1"])
        let turn = Message(role: .assistant, parts: [.text("a"), .foreign(block)])
        let encoded = try AnthropicTest.encode([.user("x"), turn], model: "claude-opus-4-8")
        #expect(encoded.body["messages"]?.array?.count == 2)
    }

    @Test func namesAndForeignPartsAreDroppedWithWarnings() throws {
        let part = ContentPart.foreign(Foreign(origin: .gemini, value: ["executableCode": [:]]))
        let encoded = try AnthropicTest.encode([Message(role: .user, parts: [.text("x"), part], name: "Ada")])
        #expect(encoded.warnings == ["/messages/0/name", "/messages/0/content/1"])
    }

    @Test func refusalsAreTextInAHistory() throws {
        let encoded = try AnthropicTest.encode([
            .user("x"), Message(role: .assistant, parts: [.refusal("I cannot.")]), .user("y"),
        ])
        #expect(encoded.body["messages"]?[1] == ["role": "assistant", "content": "I cannot."])
    }
}
