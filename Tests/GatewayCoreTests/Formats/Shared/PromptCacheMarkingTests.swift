import Testing

@testable import GatewayCore

/// What the gateway marks by itself in bodies of the formats that have marks.
struct PromptCacheMarkingTests {
    private static let both = PromptCacheConfiguration(marksSystem: true, minSystemTokens: 2, marksTools: true)
    private static let prompt = "You are kind."

    private func marked(
        _ text: String, _ settings: PromptCacheConfiguration = both, _ codec: any PromptCacheMarking = AnthropicCodec(),
        model: String = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    ) throws -> String {
        var body = try JSONValue(parsing: text)
        try body.apply(
            codec.cacheMarks(on: try #require(body.object), by: settings, for: ConversionTarget(model: model)))
        return body.serializedString
    }

    @Test func marksTheLastToolAndTheSystemPrompt() throws {
        #expect(
            try marked(#"{"system":"\#(Self.prompt)","tools":[{"name":"a"},{"name":"b","x":1}],"messages":[]}"#)
                == #"{"system":[{"type":"text","text":"\#(Self.prompt)","cache_control":{"type":"ephemeral"}}],"#
                + #""tools":[{"name":"a"},{"name":"b","x":1,"cache_control":{"type":"ephemeral"}}],"messages":[]}"#)
    }

    @Test func marksTheLastBlockThatHasText() throws {
        let blocks = #"{"type":"text","text":"\#(Self.prompt)"},{"type":"text","text":"Be brief."}"#
        #expect(
            try marked(#"{"system":[\#(blocks),{"type":"text","text":""}]}"#)
                == #"{"system":[{"type":"text","text":"\#(Self.prompt)"},"#
                + #"{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}},{"type":"text","text":""}]}"#
        )
    }

    @Test(arguments: [
        (8, "12345678", true), (9, "12345678", true), (12, "12345678901", false), (0, "", false), (0, "a", true),
    ])
    func countsFourBytesAToken(_ tokensTimesFour: Int, _ system: String, _ isMarked: Bool) throws {
        let settings = PromptCacheConfiguration(marksSystem: true, minSystemTokens: tokensTimesFour / 4)
        #expect(try marked(#"{"system":"\#(system)"}"#, settings).contains("cache_control") == isMarked)
    }

    @Test func countsAllBlocksOfTheSystemPrompt() throws {
        let settings = PromptCacheConfiguration(marksSystem: true, minSystemTokens: 4)
        let half = #"{"type":"text","text":"12345678"}"#
        #expect(try !marked(#"{"system":[\#(half)]}"#, settings).contains("cache_control"))
        #expect(try marked(#"{"system":[\#(half),\#(half)]}"#, settings).contains("cache_control"))
    }

    @Test func marksOnlyWhatIsAskedFor() throws {
        let body = #"{"system":"\#(Self.prompt)","tools":[{"name":"a"}]}"#
        #expect(try marked(body, PromptCacheConfiguration()) == body)
        let tools = try JSONValue(parsing: marked(body, PromptCacheConfiguration(marksTools: true)))
        #expect(tools["system"]?.string == Self.prompt)
        #expect(tools["tools"]?[0]?["cache_control"] != nil)
    }

    @Test(
        "PITFALLS 18: the client's own breakpoints win, wherever they stand",
        arguments: [
            #""cache_control":{"type":"ephemeral"},"messages":[]"#,
            #""messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}]"#,
            #""messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","cache_control":{}}]}]}]"#,
            #""tools":[{"name":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},{"name":"b"}]"#,
        ])
    func leavesTheClientsMarks(_ members: String) throws {
        let body = #"{"system":"\#(Self.prompt)",\#(members)}"#
        #expect(try marked(body) == body)
    }

    @Test func takesNoMarkForNull() throws {
        let body = #"{"cache_control":null,"tools":[{"name":"a","cache_control":null}]}"#
        #expect(
            try marked(body)
                == #"{"cache_control":null,"tools":[{"name":"a","cache_control":{"type":"ephemeral"}}]}"#)
    }

    @Test func passesOverToolsThatAreLoadedLater() throws {
        let later = #"{"name":"b","defer_loading":true}"#
        #expect(
            try marked(#"{"tools":[{"name":"a"},\#(later)]}"#)
                == #"{"tools":[{"name":"a","cache_control":{"type":"ephemeral"}},\#(later)]}"#)
        #expect(try marked(#"{"tools":[\#(later)]}"#) == #"{"tools":[\#(later)]}"#)
    }

    @Test(arguments: ["{}", #"{"system":7,"tools":{}}"#, #"{"system":[1,{"type":"text"}],"tools":["a",null]}"#])
    func leavesWhatItDoesNotUnderstand(_ body: String) throws {
        #expect(try marked(body) == body)
    }

    // MARK: Converse

    private static let converse =
        #"{"system":[{"text":"\#(prompt)"}],"toolConfig":{"tools":[{"toolSpec":{"name":"a"}}]},"messages":[]}"#

    @Test func setsCachePointsForBedrock() throws {
        let point = #"{"cachePoint":{"type":"default"}}"#
        #expect(
            try marked(Self.converse, Self.both, ConverseCodec())
                == #"{"system":[{"text":"\#(Self.prompt)"},\#(point)],"#
                + #""toolConfig":{"tools":[{"toolSpec":{"name":"a"}},\#(point)]},"messages":[]}"#)
    }

    @Test func setsOnlyTheCachePointsThatTheModelTakes() throws {
        let nova = try marked(Self.converse, Self.both, ConverseCodec(), model: "amazon.nova-pro-v1:0")
        #expect(try JSONValue(parsing: nova)["toolConfig"]?["tools"]?.array?.count == 1)
        #expect(nova.contains("cachePoint"))
        let llama = try marked(Self.converse, Self.both, ConverseCodec(), model: "meta.llama3-3-70b-instruct-v1:0")
        #expect(llama == Self.converse)
    }

    @Test("PITFALLS 18: a Converse client's own cache points win")
    func leavesTheClientsCachePoints() throws {
        let messages = #""messages":[{"role":"user","content":[{"text":"a"},{"cachePoint":{"type":"default"}}]}]"#
        let body = #"{"system":[{"text":"\#(Self.prompt)"}],\#(messages)}"#
        #expect(try marked(body, Self.both, ConverseCodec()) == body)
    }
}
