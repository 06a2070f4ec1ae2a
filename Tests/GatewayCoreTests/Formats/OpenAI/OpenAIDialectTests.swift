import Testing

@testable import GatewayCore

/// What a service's quirks make of a request, and what is told of it.
@Suite struct OpenAIDialectTests {
    private func adapt(
        _ request: String, _ quirks: OpenAIQuirk..., refusals: [OpenAIDialect.Refusal] = [], model: String = "m"
    ) throws -> (request: JSONValue, notes: [String]) {
        var notes: [ConversionNote] = []
        let dialect = OpenAIDialect(Set(quirks), refusals: refusals)
        let bytes = try dialect.adapt(Array(request.utf8), model: model, notes: &notes)
        return (try JSONValue(parsing: bytes), notes.map { "\($0.action.rawValue) \($0.pointer)" })
    }

    @Test func leavesRequestsOfTheStandardAlone() throws {
        var notes: [ConversionNote] = []
        let request = Array(#" {"model" : "m", "seed":1.0 }"#.utf8)
        #expect(try OpenAIDialect.standard.adapt(request, model: "m", notes: &notes) == request)
        #expect(notes.isEmpty)
    }

    @Test func spellsTheLimitAsTheServiceDoes() throws {
        let (request, notes) = try adapt(#"{"max_completion_tokens":5,"x":1}"#, .maxTokens)
        #expect(request == ["x": 1, "max_tokens": 5])
        #expect(notes.isEmpty)
        #expect(try adapt(#"{"max_completion_tokens":null}"#, .maxTokens).request == [:])
        #expect(try adapt(#"{"max_tokens":5}"#, .maxTokens).request == ["max_tokens": 5])
        #expect(try adapt(#"{"seed":7}"#, .randomSeed).request == ["random_seed": 7])
    }

    @Test func sendsNoStreamOptions() throws {
        let (request, notes) = try adapt(#"{"stream":true,"stream_options":{"include_usage":true}}"#, .noStreamOptions)
        #expect(request == ["stream": true])
        #expect(notes.isEmpty)
    }

    @Test func tellsOfCandidatesThatAreNotGiven() throws {
        #expect(try adapt(#"{"n":2}"#, .oneCandidate).notes == ["dropped /n"])
        let (request, notes) = try adapt(#"{"n":1}"#, .oneCandidate)
        #expect(request == [:] && notes.isEmpty)
    }

    @Test func dropsWhatModelsRefuse() throws {
        let refusals = [OpenAIDialect.Refusal(["user"]), .init(["stop"], models: ["grok-4"])]
        let body = #"{"user":"u","stop":["a"],"top_p":1}"#
        let old = try adapt(body, refusals: refusals, model: "grok-3")
        #expect(old.request == ["stop": ["a"], "top_p": 1])
        #expect(old.notes == ["dropped /user"])
        let new = try adapt(body, refusals: refusals, model: "grok-4.3")
        #expect(new.request == ["top_p": 1])
        #expect(new.notes == ["dropped /user", "dropped /stop"])
        #expect(try adapt(#"{"user":null}"#, refusals: refusals).notes.isEmpty)
    }

    @Test func callsDevelopersSystem() throws {
        let (request, _) = try adapt(
            #"{"messages":[{"role":"developer","content":"a"},{"role":"user","content":"b"}]}"#, .systemRole)
        #expect(request["messages"]?[0]?["role"] == "system")
        #expect(request["messages"]?[1]?["role"] == "user")
    }

    @Test func leavesNamesOut() throws {
        let (request, notes) = try adapt(
            #"{"messages":[{"role":"user","name":"ann","content":"a"},{"role":"function","name":"f","content":"b"}]}"#,
            .noMessageNames)
        #expect(request["messages"]?[0]?["name"] == nil)
        #expect(request["messages"]?[1]?["name"] == "f")
        #expect(notes == ["dropped /messages/0/name"])
    }

    @Test func joinsTextParts() throws {
        let (request, _) = try adapt(
            #"""
            {"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
            {"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}}]}]}
            """#, .textContent)
        #expect(request["messages"]?[0]?["content"] == "a\nb")
        #expect(request["messages"]?[1]?["content"]?.array?.count == 2)
    }

    @Test func handlesReasoningAsTheServiceDoes() throws {
        let body = #"{"messages":[{"role":"assistant","content":"a","reasoning_content":"why"}]}"#
        let dropped = try adapt(body, .noReasoning)
        #expect(dropped.request["messages"]?[0] == ["role": "assistant", "content": "a"])
        #expect(dropped.notes == ["dropped /messages/0/reasoning_content"])
        let renamed = try adapt(body, .reasoningField)
        #expect(renamed.request["messages"]?[0] == ["role": "assistant", "content": "a", "reasoning": "why"])
        #expect(renamed.notes.isEmpty)
    }

    @Test("PITFALLS 17: identifiers of calls are narrowed the same way at both ends")
    func narrowsIdentifiersOfCalls() throws {
        let (request, _) = try adapt(
            #"""
            {"messages":[{"role":"assistant","tool_calls":[{"id":"call_abc","type":"function"},{"id":"Ab3dE6gH9"}]},
            {"role":"tool","tool_call_id":"call_abc","content":"x"},{"role":"tool","tool_call_id":"Ab3dE6gH9"}]}
            """#, .nineCharacterCallIDs)
        let calls = try #require(request["messages"]?[0]?["tool_calls"])
        let id = try #require(calls[0]?["id"]?.string)
        #expect(id.utf8.count == 9 && id.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit })
        #expect(request["messages"]?[1]?["tool_call_id"]?.string == id)
        #expect(calls[1]?["id"] == "Ab3dE6gH9")
        #expect(request["messages"]?[2]?["tool_call_id"] == "Ab3dE6gH9")
    }

    @Test func sendsFunctionsOnly() throws {
        let (request, notes) = try adapt(
            #"{"tools":[{"type":"custom","custom":{"name":"c"}},{"type":"function","function":{"name":"f"}}]}"#,
            .functionToolsOnly)
        #expect(request["tools"] == [["type": "function", "function": ["name": "f"]]])
        #expect(notes == ["dropped /tools/0"])
        let none = try adapt(
            #"{"tools":[{"type":"custom","custom":{"name":"c"}}],"tool_choice":"required"}"#, .functionToolsOnly)
        #expect(none.request == [:])
    }

    @Test func leavesStrictOut() throws {
        let (request, notes) = try adapt(
            #"{"tools":[{"type":"function","function":{"name":"f","strict":true}},{"type":"function","function":{"name":"g","strict":false}}]}"#,
            .noStrict)
        #expect(request["tools"]?[0]?["function"] == ["name": "f"])
        #expect(request["tools"]?[1]?["function"] == ["name": "g"])
        #expect(notes == ["dropped /tools/0/function/strict"])
    }

    @Test func sendsOnlyTheChosenToolsWhereTheyCannotBeNamed() throws {
        let tools =
            #""tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]"#
        let named = try adapt(
            "{\(tools),\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}}", .toolChoiceWords)
        #expect(named.request["tools"] == [["type": "function", "function": ["name": "g"]]])
        #expect(named.request["tool_choice"] == "required")
        #expect(named.notes == ["emulated /tool_choice"])
        let allowed = try adapt(
            "{\(tools),\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}}}",
            .toolChoiceWords)
        #expect(allowed.request["tool_choice"] == "auto")
        #expect(allowed.request["tools"]?.array?.count == 1)
        #expect(try adapt("{\(tools),\"tool_choice\":\"required\"}", .toolChoiceWords).notes.isEmpty)
    }

    @Test func asksForCallsThatCannotBeForced() throws {
        let (request, notes) = try adapt(
            #"{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}"#,
            .noForcedTools)
        #expect(request["tool_choice"] == nil)
        #expect(request["messages"]?[1] == ["role": "user", "content": "Answer by calling one of the tools."])
        #expect(notes == ["emulated /tool_choice"])
        let free = try adapt(#"{"tools":[{"type":"function"}],"tool_choice":"auto"}"#, .noForcedTools)
        #expect(free.request["tool_choice"] == "auto")
    }

    @Test func emulatesTheFormOfReplies() throws {
        let schema = try adapt(
            #"{"messages":[],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}"#,
            .noJSONSchema)
        #expect(schema.request["response_format"] == ["type": "json_object"])
        #expect(schema.request["messages"]?[0]?["content"]?.string?.contains(#"{"type":"object"}"#) == true)
        #expect(schema.notes == ["emulated /response_format"])
        let object = try adapt(#"{"response_format":{"type":"json_object"}}"#, .noJSONObject)
        #expect(object.request["response_format"]?["json_schema"]?["schema"] == ["type": "object"])
        #expect(try adapt(#"{"response_format":{"type":"json_object"}}"#, .noJSONSchema).notes.isEmpty)
    }

    @Test(
        "Requests of any shape pass; the service is the one to refuse them",
        arguments: [
            "{}", #"{"messages":5,"tools":"x","tool_choice":[],"n":"a","response_format":7,"seed":{}}"#,
            #"{"messages":[1,null,{"role":3,"content":[[],{"type":"text"}],"name":null,"tool_calls":{"id":1}}]}"#,
            #"{"tools":[1,{"type":"function","function":3}],"tool_choice":{"function":1,"allowed_tools":2}}"#,
            #"{"response_format":{"type":"json_schema"},"tools":[{"type":"function"}],"tool_choice":{}}"#,
        ])
    func trustsNothingInARequest(_ request: String) throws {
        var notes: [ConversionNote] = []
        let dialect = OpenAIDialect(Set(OpenAIQuirk.allCases), refusals: [.init(["user"])])
        let bytes = try dialect.adapt(Array(request.utf8), model: "m", notes: &notes)
        #expect(throws: Never.self) { try JSONValue(parsing: bytes) }
        let peek = try JSONPeek(Array(request.utf8))
        _ = dialect.needsTranslation(peek, model: "m")
    }

    @Test func completesNamesOfModels() {
        let dialect = OpenAIDialect(modelFolder: "accounts/fireworks/models/")
        #expect(dialect.name(of: "llama-v3") == "accounts/fireworks/models/llama-v3")
        #expect(dialect.name(of: "accounts/me/deployments/x") == "accounts/me/deployments/x")
        #expect(OpenAIDialect.standard.name(of: "m") == "m")
    }

    @Test func translatesWhatOnlyTheHubCanCarry() throws {
        let image = #"{"messages":[{"content":[{"type":"image_url","image_url":{"url":"https://a/b.png"}}]}]}"#
        let bytes = try JSONPeek(Array(image.utf8))
        #expect(OpenAIDialect([.mediaAsBytes]).needsTranslation(bytes, model: "m"))
        #expect(!OpenAIDialect.standard.needsTranslation(bytes, model: "m"))
        let data =
            #"{"messages":[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}"#
        #expect(!OpenAIDialect([.mediaAsBytes]).needsTranslation(try JSONPeek(Array(data.utf8)), model: "m"))
        #expect(OpenAIDialect([.contentPieces]).needsTranslation(try JSONPeek(Array("{}".utf8)), model: "magistral-x"))
    }
}
