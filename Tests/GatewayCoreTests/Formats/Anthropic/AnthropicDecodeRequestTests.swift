import Testing

@testable import GatewayCore

@Suite struct AnthropicDecodeRequestTests {
    @Test func stringAndBlocksAreTheSameContent() throws {
        let short = try AnthropicTest.decode(
            #"{"model":"m","max_tokens":1,"system":"S","messages":[{"role":"user","content":"Hi"}]}"#)
        let long = try AnthropicTest.decode(
            #"{"model":"m","max_tokens":1,"system":[{"type":"text","text":"S"}],"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}"#
        )
        #expect(short == long)
        #expect(short.messages == [.system("S"), .user("Hi")])
    }

    @Test func systemMessagesInTheMiddleKeepTheirPlace() throws {
        let request = try AnthropicTest.decode(
            #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"system","content":"b"},{"role":"assistant","content":"c"}]}"#
        )
        #expect(request.messages.map(\.role) == [.user, .system, .assistant])
    }

    @Test("PITFALLS 7: a turn of results is the tool's, results beside text stay the user's")
    func resultsDecideTheRole() throws {
        let result = #"{"type":"tool_result","tool_use_id":"c1","content":"ok"}"#
        let request = try AnthropicTest.decode(
            """
            {"model":"m","messages":[{"role":"user","content":[\(result)]},
            {"role":"user","content":[\(result),{"type":"text","text":"and now?"}]}]}
            """)
        #expect(request.messages.map(\.role) == [.tool, .user])
        #expect(request.messages[0].parts == Message.toolResult(callID: "c1", text: "ok").parts)
        #expect(request.messages[1].text == "and now?")
    }

    @Test("PITFALLS 6: a call's input becomes compact text, order and numbers kept")
    func inputBecomesText() throws {
        let parts = try AnthropicTest.decodeParts(
            #"[{"type":"tool_use","id":"c1","name":"f","input":{ "b": 1.0, "a": 12345678901234567890 }}]"#)
        #expect(parts == [.toolCall(ToolCall(id: "c1", name: "f", arguments: #"{"b":1.0,"a":12345678901234567890}"#))])
    }

    @Test func resultsKeepErrorsAndImages() throws {
        let parts = try AnthropicTest.decodeParts(
            #"[{"type":"tool_result","tool_use_id":"c","is_error":true,"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]}]"#
        )
        guard case .toolResult(let result) = try #require(parts.first) else { return #expect(Bool(false)) }
        #expect(result.isError)
        #expect(result.content == [.media(MediaPart(kind: .image, source: .base64("AA=="), mediaType: "image/png"))])
    }

    @Test("PITFALLS 14: thinking, its signature and redacted thinking keep their bytes")
    func thinkingIsKept() throws {
        let parts = try AnthropicTest.decodeParts(
            #"[{"type":"thinking","thinking":"hm","signature":"sig=="},{"type":"redacted_thinking","data":"xyz"}]"#)
        let expected: [ContentPart] = [
            .reasoning(ReasoningPart(text: "hm", signature: Signature(origin: .anthropic, value: "sig=="))),
            .reasoning(ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "xyz"))),
        ]
        #expect(parts == expected)
    }

    @Test func anEmptySignatureIsNone() throws {
        let parts = try AnthropicTest.decodeParts(#"[{"type":"thinking","thinking":"hm","signature":""}]"#)
        #expect(parts == [.reasoning(ReasoningPart(text: "hm"))])
    }

    @Test func blocksOfTheProviderAreKeptWhole() throws {
        let block = #"{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}}"#
        let parts = try AnthropicTest.decodeParts("[\(block)]")
        #expect(parts == [.foreign(Foreign(origin: .anthropic, value: try JSONValue(parsing: block)))])
    }

    @Test func aDocumentOfBlocksIsKeptWhole() throws {
        let block = #"{"type":"document","source":{"type":"content","content":"text"},"title":"T"}"#
        let parts = try AnthropicTest.decodeParts("[\(block)]")
        #expect(parts == [.foreign(Foreign(origin: .anthropic, value: try JSONValue(parsing: block)))])
    }

    @Test(arguments: [
        (#"{"type":"enabled","budget_tokens":2048}"#, ReasoningSettings.Mode.budget(2048)),
        (#"{"type":"adaptive"}"#, .adaptive),
        (#"{"type":"disabled"}"#, .disabled),
    ])
    func thinkingModes(thinking: String, mode: ReasoningSettings.Mode) throws {
        let request = try AnthropicTest.decode(#"{"model":"m","messages":[],"thinking":\#(thinking)}"#)
        #expect(request.reasoning?.mode == mode)
    }

    @Test func anUnknownKindOfThinkingIsKeptWhole() throws {
        let text = #"{"model":"m","messages":[],"thinking":{"type":"between_tools"}}"#
        let request = try AnthropicTest.decode(text)
        #expect(request.reasoning == nil)
        #expect(request.extras?.fields["thinking"] == ["type": "between_tools"])
    }

    @Test(arguments: [
        (#"{"type":"auto"}"#, ToolChoice.auto), (#"{"type":"any"}"#, .required), (#"{"type":"none"}"#, ToolChoice.none),
        (#"{"type":"tool","name":"f"}"#, .named("f")),
    ])
    func toolChoices(choice: String, expected: ToolChoice) throws {
        let request = try AnthropicTest.decode(#"{"model":"m","messages":[],"tool_choice":\#(choice)}"#)
        #expect(request.toolChoice == expected)
        #expect(request.parallelToolCalls == nil)
    }

    @Test func parallelCallsCanBeForbidden() throws {
        let request = try AnthropicTest.decode(
            #"{"model":"m","messages":[],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"#)
        #expect(request.toolChoice == .required)
        #expect(request.parallelToolCalls == false)
    }

    @Test func providersToolsAreForeignAndCustomOnesFunctions() throws {
        let request = try AnthropicTest.decode(
            #"{"model":"m","messages":[],"tools":[{"type":"web_search_20250305","name":"web_search"},{"type":"custom","name":"f","input_schema":{"type":"object"}}]}"#
        )
        #expect(request.tools.count == 2)
        guard case .foreign = request.tools[0], case .function(let function) = request.tools[1] else {
            return #expect(Bool(false))
        }
        #expect(function == FunctionTool(name: "f", parameters: ["type": "object"]))
    }

    @Test("PITFALLS 18: cache breakpoints are read with their lifetime, odd ones kept as they are")
    func cacheBreakpoints() throws {
        let parts = try AnthropicTest.decodeParts(
            #"[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"b","cache_control":{"type":"ephemeral","ttl":"9h"}}]"#
        )
        guard case .text(let first) = parts[0], case .text(let second) = parts[1] else { return #expect(Bool(false)) }
        #expect(first.cache == CacheBreakpoint(lifetime: .oneHour))
        #expect(second.cache == nil)
        #expect(second.extras?.fields["cache_control"] != nil)
    }

    @Test func theAddressMayNameTheModel() throws {
        let body = try AnthropicTest.object(#"{"messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(try AnthropicTest.codec.decodeRequest(body, model: "from-address").model == "from-address")
    }

    @Test(arguments: [
        (#"{"messages":[]}"#, "/model"),
        (#"{"model":"m"}"#, "/messages"),
        (#"{"model":"m","messages":[{"role":"robot","content":"x"}]}"#, "/messages/0/role"),
        (#"{"model":"m","messages":[{"role":"user","content":7}]}"#, "/messages/0/content"),
        (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "/messages/0/content/0/text"),
        (#"{"model":"m","messages":[],"tool_choice":"auto"}"#, "/tool_choice"),
        (#"{"model":"m","messages":[],"thinking":{"type":"enabled"}}"#, "/thinking/budget_tokens"),
        (#"{"model":"m","messages":[],"tools":[{"name":1}]}"#, "/tools/0/name"),
    ])
    func errorsPointAtTheFault(body: String, pointer: String) throws {
        #expect {
            try AnthropicTest.decode(body)
        } throws: { error in
            (error as? ConversionError)?.pointer == pointer
        }
    }
}
