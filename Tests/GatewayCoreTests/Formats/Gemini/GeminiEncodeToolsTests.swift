import Testing

@testable import GatewayCore

struct GeminiEncodeToolsTests {
    private func encode(_ tools: [Tool], choice: ToolChoice? = nil) throws -> GeminiTest.Encoded {
        try GeminiTest.encode {
            $0.tools = tools
            $0.toolChoice = choice
        }
    }

    @Test("PITFALLS 24: schemas keep additionalProperties and references; strict is noted, not sent")
    func schemas() throws {
        let schema: JSONValue = [
            "type": "object", "properties": ["a": ["$ref": "#/$defs/b"]], "additionalProperties": false,
        ]
        let encoded = try encode([
            .function(FunctionTool(name: "f", description: "d", parameters: schema, isStrict: true))
        ])
        #expect(
            encoded.body["tools"] == [
                ["functionDeclarations": [["name": "f", "description": "d", "parametersJsonSchema": schema]]]
            ])
        #expect(encoded.has(.dropped, "/tools/0/strict"))
    }

    @Test func schemasAreObjects() throws {
        let encoded = try encode([
            .function(FunctionTool(name: "a", parameters: [:])), .function(FunctionTool(name: "b", parameters: true)),
            .function(FunctionTool(name: "c")),
        ])
        let declarations = encoded.body["tools"]?[0]?["functionDeclarations"]
        #expect(declarations?[0]?["parametersJsonSchema"] == ["type": "object"])
        #expect(declarations?[1]?["parametersJsonSchema"] == ["type": "object"])
        #expect(declarations?[2] == ["name": "c"])
    }

    @Test func functionsShareOneObjectAndOthersKeepTheirPlace() throws {
        let search = Tool.foreign(Foreign(origin: .gemini, value: ["googleSearch": [:]]))
        let encoded = try encode([
            search, .function(FunctionTool(name: "a")), .foreign(Foreign(origin: .openAI, value: [:])),
            .function(FunctionTool(name: "b")), .function(FunctionTool(name: "a")),
        ])
        #expect(
            encoded.body["tools"]
                == [["googleSearch": [:]], ["functionDeclarations": [["name": "a"], ["name": "b"]]]])
        #expect(encoded.has(.dropped, "/tools/2"))
        #expect(encoded.has(.dropped, "/tools/4"))
    }

    @Test("PITFALLS 17: names the API refuses are changed alike in tools, choice and history")
    func names() throws {
        let call = ToolCall(id: "a", name: "1 f", arguments: "{}")
        let encoded = try GeminiTest.encode {
            $0.messages = [
                .user("Hi"), Message(role: .assistant, parts: [.toolCall(call)]), .toolResult(callID: "a", text: "1"),
            ]
            $0.tools = [.function(FunctionTool(name: "1 f")), .function(FunctionTool(name: "mcp.x:y-z"))]
            $0.toolChoice = .named("1 f")
        }
        let name = try #require(encoded.body["tools"]?[0]?["functionDeclarations"]?[0]?["name"]?.string)
        #expect(GeminiCodec.toolNameRule.allows(name))
        #expect(encoded.body["tools"]?[0]?["functionDeclarations"]?[1]?["name"] == "mcp.x:y-z")
        #expect(
            encoded.body["toolConfig"]?["functionCallingConfig"]?["allowedFunctionNames"] == [.string(name)])
        #expect(encoded.body["contents"]?[1]?["parts"]?[0]?["functionCall"]?["name"]?.string == name)
        #expect(encoded.body["contents"]?[2]?["parts"]?[0]?["functionResponse"]?["name"]?.string == name)
    }

    @Test(arguments: [
        (ToolChoice.auto, #"{"mode":"AUTO"}"#), (ToolChoice.none, #"{"mode":"NONE"}"#),
        (.required, #"{"mode":"ANY"}"#), (.named("f"), #"{"mode":"ANY","allowedFunctionNames":["f"]}"#),
        (.allowed(["f", "x"], isRequired: true), #"{"mode":"ANY","allowedFunctionNames":["f"]}"#),
        (.allowed(["f"], isRequired: false), #"{"mode":"VALIDATED","allowedFunctionNames":["f"]}"#),
        (.allowed(["x"], isRequired: false), #"{"mode":"AUTO"}"#),
    ])
    func choices(_ choice: ToolChoice, _ expected: String) throws {
        let encoded = try encode([.function(FunctionTool(name: "f"))], choice: choice)
        #expect(encoded.body["toolConfig"]?["functionCallingConfig"]?.serializedString == expected)
    }

    @Test func aChoiceWithoutFunctionsIsLeftOut() throws {
        #expect(try encode([], choice: .auto).body["toolConfig"] == nil)
        let encoded = try encode([], choice: .required)
        #expect(encoded.body["toolConfig"] == nil)
        #expect(encoded.has(.dropped, "/tool_choice"))
    }
}
