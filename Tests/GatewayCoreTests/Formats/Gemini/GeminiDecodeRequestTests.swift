import Testing

@testable import GatewayCore

struct GeminiDecodeRequestTests {
    @Test func snakeCaseIsReadWhereNamesAreKnown() throws {
        let request = try GeminiTest.decode(
            #"""
            {"system_instruction":{"parts":{"text":"Be brief."}},
             "contents":[{"parts":[{"text":"Hi"},{"inline_data":{"mime_type":"image/png","data":"AAAA"}}]}],
             "generation_config":{"max_output_tokens":7,"top_k":3,"stop_sequences":["a"],"x_y":1},
             "tools":[{"function_declarations":[{"name":"f","parameters_json_schema":{"max_items":1}}]}],
             "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},
             "safety_settings":[]}
            """#)
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.messages[0].text == "Be brief.")
        #expect(
            request.messages[1].parts[1]
                == .media(MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png")))
        #expect(request.maxOutputTokens == 7)
        #expect(request.sampling.topK?.int == 3)
        #expect(request.stopSequences == ["a"])
        #expect(request.toolChoice == .named("f"))
        guard case .function(let tool) = request.tools[0] else { return #expect(Bool(false)) }
        #expect(tool.parameters == ["max_items": 1], "a schema's own members are left alone")
        #expect(request.extras?.fields["safetySettings"] == [])
        #expect(request.extras?.fields["generationConfig"] == ["x_y": 1])
    }

    @Test func aSingleObjectStandsForAList() throws {
        let request = try GeminiTest.decode(#"{"contents":{"parts":{"text":"Hi"}}}"#)
        #expect(request.messages == [.user("Hi")])
    }

    @Test func theRoleDefaultsToUserAndOthersAreRefused() throws {
        #expect(try GeminiTest.decodeContents(#"{"parts":[{"text":"Hi"}]}"#)[0].role == .user)
        #expect(throws: ConversionError("/contents/0/role", "must be user or model")) {
            try GeminiTest.decodeContents(#"{"role":"assistant","parts":[]}"#)
        }
    }

    @Test func contentsAreRequired() {
        #expect(throws: ConversionError("/contents", "is required")) { try GeminiTest.decode("{}") }
    }

    @Test func theModelOfTheAddressCounts() throws {
        let body = try GeminiTest.object(#"{"model":"models/x","contents":[]}"#)
        #expect(try GeminiTest.codec.decodeRequest(body, model: "y").model == "y")
        #expect(try GeminiTest.codec.decodeRequest(body, model: nil).model == "models/x")
    }

    @Test func configurationGoesBothWays() throws {
        let text =
            #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"temperature":1.50,"topP":0.9,"topK":40.0,"presencePenalty":1,"frequencyPenalty":-1,"seed":7,"candidateCount":2,"responseLogprobs":true,"logprobs":3,"maxOutputTokens":9,"stopSequences":["x"],"responseMimeType":"text/plain","thinkingConfig":{"includeThoughts":false,"thinkingBudget":-1,"x":1},"mediaResolution":"MEDIA_RESOLUTION_LOW"},"serviceTier":"flex","cachedContent":"cachedContents/1"}"#
        let encoded = try GeminiTest.rewritten(text)
        #expect(WireComparison.canonical(encoded.body) == WireComparison.canonical(try JSONValue(parsing: text)))
        #expect(encoded.notes.isEmpty)
    }

    @Test func schemasOfTheOwnDialectComeBackAsTheyWere() throws {
        let text =
            #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}}},"response":{"type":"STRING"}}]},{"googleSearch":{}}],"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"},"retrievalConfig":{"languageCode":"de"}},"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"type":"INTEGER"}}}}"#
        let request = try GeminiTest.decode(text)
        guard case .function(let tool) = request.tools[0] else { return #expect(Bool(false)) }
        #expect(tool.parameters == ["type": "object", "properties": ["a": ["type": ["string", "null"]]]])
        #expect(
            request.responseFormat
                == .jsonSchema(ResponseSchema(schema: ["type": "array", "items": ["type": "integer"]])))
        #expect(request.tools[1] == .foreign(Foreign(origin: .gemini, value: ["googleSearch": [:]])))

        let encoded = try GeminiTest.encode(request)
        #expect(WireComparison.canonical(encoded.body) == WireComparison.canonical(try JSONValue(parsing: text)))
    }

    @Test(arguments: [
        (#"{"thinkingBudget":0}"#, ReasoningSettings(mode: .disabled)),
        (#"{"thinkingBudget":-1}"#, ReasoningSettings(mode: .adaptive)),
        (#"{"thinkingBudget":99,"includeThoughts":true}"#, ReasoningSettings(mode: .budget(99), includesText: true)),
        (#"{"thinkingLevel":"HIGH"}"#, ReasoningSettings(effort: .high)),
        (#"{"thinkingLevel":"low"}"#, ReasoningSettings(effort: .low)),
    ])
    func thinkingIsRead(_ config: String, _ expected: ReasoningSettings) throws {
        let request = try GeminiTest.decode(#"{"contents":[],"generationConfig":{"thinkingConfig":\#(config)}}"#)
        var reasoning = try #require(request.reasoning)
        #expect(reasoning.extras == Extras(origin: .gemini))
        reasoning.extras = nil
        #expect(reasoning == expected)
    }

    @Test(arguments: [
        (#"{"mode":"AUTO"}"#, ToolChoice.auto), (#"{"mode":"NONE"}"#, ToolChoice.none),
        (#"{"mode":"ANY"}"#, ToolChoice.required), (#"{"mode":"ANY","allowedFunctionNames":["f"]}"#, .named("f")),
        (#"{"mode":"ANY","allowedFunctionNames":["f","g"]}"#, .allowed(["f", "g"], isRequired: true)),
        (#"{"mode":"VALIDATED","allowedFunctionNames":["f"]}"#, .allowed(["f"], isRequired: false)),
        (#"{"mode":"VALIDATED"}"#, nil), (#"{"mode":"MODE_UNSPECIFIED"}"#, nil),
    ])
    func theChoiceOfToolsIsRead(_ config: String, _ expected: ToolChoice?) throws {
        let request = try GeminiTest.decode(#"{"contents":[],"toolConfig":{"functionCallingConfig":\#(config)}}"#)
        #expect(request.toolChoice == expected)
    }

    @Test func wrongTypesAreRefusedWithTheirPlace() {
        #expect(throws: ConversionError("/generationConfig/topP", "must be a number, not a string")) {
            try GeminiTest.decode(#"{"contents":[],"generationConfig":{"topP":"x"}}"#)
        }
        #expect(throws: ConversionError("/contents/0/parts/0", "must be an object, not a string")) {
            try GeminiTest.decodeParts(#""Hi""#)
        }
    }
}
