import Testing

@testable import GatewayCore

@Suite struct AnthropicEncodeToolsTests {
    private let function = FunctionTool(name: "f", description: "D", parameters: ["type": "object", "properties": [:]])

    private func encode(
        _ tools: [Tool], model: String = "model-a", change: (inout ChatRequest) -> Void = { _ in }
    ) throws -> AnthropicTest.Encoded {
        var request = ChatRequest(model: "m", messages: [.user("Hi")], tools: tools, maxOutputTokens: 9000)
        change(&request)
        return try AnthropicTest.encode(request, model: model)
    }

    @Test func definitionsAreWritten() throws {
        let encoded = try encode([.function(function)])
        #expect(
            encoded.body["tools"]?.serializedString
                == #"[{"name":"f","description":"D","input_schema":{"type":"object","properties":{}}}]"#)
        #expect(encoded.body["tool_choice"] == nil && encoded.notes.isEmpty)
    }

    @Test func aSchemaIsAlwaysThere() throws {
        let encoded = try encode([
            .function(FunctionTool(name: "a")), .function(FunctionTool(name: "b", parameters: [:])),
            .function(FunctionTool(name: "c", parameters: ["properties": [:]])),
        ])
        for tool in try #require(encoded.body["tools"]?.array) {
            #expect(tool["input_schema"] == ["type": "object", "properties": [:]])
        }
    }

    @Test("PITFALLS 18: the order of a schema's members is the client's")
    func schemaOrderIsKept() throws {
        let text = #"{"type":"object","required":["z"],"properties":{"z":{"type":"string"},"a":{"maximum":1.50}}}"#
        let encoded = try encode([.function(FunctionTool(name: "f", parameters: try JSONValue(parsing: text)))])
        #expect(encoded.body["tools"]?[0]?["input_schema"]?.serializedString == text)
    }

    @Test("PITFALLS 24: strict tools have closed schemas, and only where the model checks them")
    func strictTools() throws {
        var strict = function
        strict.isStrict = true
        let encoded = try encode([.function(strict)])
        #expect(encoded.body["tools"]?[0]?["strict"] == true)
        #expect(encoded.body["tools"]?[0]?["input_schema"]?["additionalProperties"] == false)
        let old = try encode([.function(strict)], model: "claude-sonnet-4-0")
        #expect(old.body["tools"]?[0]?["strict"] == nil)
        #expect(old.warnings == ["/tools/0/strict"])
    }

    @Test("PITFALLS 17: names are made to fit in definitions, calls and choices alike")
    func namesFit() throws {
        let name = "namespace.tool/with spaces"
        let encoded = try encode([.function(FunctionTool(name: name))]) {
            $0.toolChoice = .named(name)
            let call = ToolCall(id: "c", name: name, arguments: "")
            $0.messages += [
                Message(role: .assistant, parts: [.toolCall(call)]), .toolResult(callID: "c", text: "x"),
            ]
        }
        let written = encoded.body["tools"]?[0]?["name"]
        #expect(written == "namespace_tool_with_spaces")
        #expect(encoded.body["tool_choice"]?["name"] == written)
        #expect(encoded.body["messages"]?[1]?["content"]?[0]?["name"] == written)
        #expect(encoded.infos == ["/tools/0/name"])
    }

    @Test func foreignToolsAreDroppedWithAWarning() throws {
        let theirs = Tool.foreign(Foreign(origin: .openAI, value: ["type": "custom"]))
        let own = Tool.foreign(
            Foreign(origin: .anthropic, value: ["type": "web_search_20250305", "name": "web_search"]))
        let encoded = try encode([theirs, own])
        #expect(encoded.body["tools"]?.array?.count == 1)
        #expect(encoded.warnings == ["/tools/0"])
        let none = try encode([theirs]) { $0.toolChoice = .auto }
        #expect(none.body["tools"] == nil && none.body["tool_choice"] == nil)
    }

    @Test(arguments: [
        (ToolChoice.auto, #"{"type":"auto"}"#), (ToolChoice.none, #"{"type":"none"}"#), (.required, #"{"type":"any"}"#),
        (.named("f"), #"{"type":"tool","name":"f"}"#),
    ])
    func choices(choice: ToolChoice, written: String) throws {
        let encoded = try encode([.function(function)]) { $0.toolChoice = choice }
        #expect(encoded.body["tool_choice"]?.serializedString == written)
        #expect(encoded.notes.isEmpty)
    }

    @Test func forbiddingParallelCallsNeedsAChoice() throws {
        let encoded = try encode([.function(function)]) { $0.parallelToolCalls = false }
        #expect(encoded.body["tool_choice"] == ["type": "auto", "disable_parallel_tool_use": true])
        let none = try encode([.function(function)]) {
            $0.parallelToolCalls = false
            $0.toolChoice = ToolChoice.none
        }
        #expect(none.body["tool_choice"] == ["type": "none"])
    }

    @Test func onlyAllowedToolsAreWritten() throws {
        let encoded = try encode([.function(function), .function(FunctionTool(name: "g"))]) {
            $0.toolChoice = .allowed(["g"], isRequired: true)
        }
        #expect(encoded.body["tools"]?.array?.map { $0["name"] } == ["g"])
        #expect(encoded.body["tool_choice"] == ["type": "any"])
        #expect(encoded.infos == ["/tool_choice"])
    }

    @Test func theNewestModelsTakeNoForcedCalls() throws {
        let encoded = try encode([.function(function)], model: "claude-opus-5-5") { $0.toolChoice = .required }
        #expect(encoded.body["tool_choice"] == ["type": "auto"])
        #expect(encoded.warnings == ["/tool_choice"])
    }

    @Test func aForcedCallSwitchesThinkingOff() throws {
        let encoded = try encode([.function(function)]) {
            $0.toolChoice = .required
            $0.reasoning = ReasoningSettings(effort: .high)
        }
        #expect(encoded.body["thinking"] == nil)
        #expect(encoded.body["tool_choice"] == ["type": "any"])
        #expect(encoded.warnings == ["/reasoning"])
    }

    @Test("PITFALLS 24: calls in the history have definitions even where no tools are offered any more")
    func callsOfTheHistoryAreDefined() throws {
        let call = ToolCall(id: "c", name: "f", arguments: "")
        let encoded = try encode([]) {
            $0.messages += [
                Message(role: .assistant, parts: [.toolCall(call), .toolCall(call)]),
                .toolResult(callID: "c", text: "x"),
            ]
        }
        #expect(encoded.body["tools"]?.serializedString == #"[{"name":"f","input_schema":{"type":"object"}}]"#)
        #expect(encoded.body["tool_choice"] == ["type": "none"])
        #expect(encoded.infos == ["/tools"])
    }
}
