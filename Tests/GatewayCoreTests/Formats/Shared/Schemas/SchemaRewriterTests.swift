import Testing

@testable import GatewayCore

/// What becomes of each keyword of JSON Schema at each provider that holds models to schemas.
struct SchemaRewriterTests {
    private struct Rewritten {
        var schema: JSONValue
        var notes: [ConversionNote]
    }

    private func rewrite(_ text: String, _ rules: SchemaRules, isEnforced: Bool = true) throws -> Rewritten {
        var notes: [ConversionNote] = []
        let schema = rules.rewrite(try JSONValue(parsing: text), at: "/s", isEnforced: isEnforced, &notes)
        return Rewritten(schema: schema, notes: notes)
    }

    // MARK: Keyword by keyword

    private static let kept = ["Anthropic", "Gemini", "OpenAI"]

    /// A keyword with a value, and who takes it as it stands.
    private static let keywords: [(member: String, takers: [String])] = [
        (#""title":"T""#, kept), (#""enum":["a"]"#, kept), (#""anyOf":[{"type":"string"}]"#, kept),
        (#""items":{"type":"string"}"#, kept), (##""$ref":"#/$defs/a""##, kept), (#""$defs":{"a":{}}"#, kept),
        (#""required":["a"]"#, kept), (#""format":"date-time""#, kept), (#""minItems":1"#, kept),
        (#""const":"a""#, ["Anthropic", "OpenAI"]), (#""allOf":[{"type":"string"},{}]"#, ["Anthropic"]),
        (#""definitions":{"a":{}}"#, ["Anthropic", "OpenAI"]),
        (#""oneOf":[{"type":"string"}]"#, []), (#""not":{"type":"string"}"#, []),
        (#""if":{},"then":{}"#, []), (#""dependentRequired":{"a":["b"]}"#, []),
        (#""format":"regex""#, ["Gemini"]), (#""pattern":"^a""#, ["Anthropic", "OpenAI"]),
        (#""minLength":1"#, []), (#""maxLength":9"#, []),
        (#""minimum":1"#, ["Gemini", "OpenAI"]), (#""maximum":9"#, ["Gemini", "OpenAI"]),
        (#""exclusiveMinimum":1"#, ["OpenAI"]), (#""multipleOf":2"#, ["OpenAI"]),
        (#""prefixItems":[{"type":"string"}]"#, ["Gemini"]), (#""minItems":2"#, ["Gemini", "OpenAI"]),
        (#""maxItems":9"#, ["Gemini", "OpenAI"]), (#""uniqueItems":true"#, []), (#""contains":{}"#, []),
        (#""propertyOrdering":["a"]"#, ["Gemini"]), (#""minProperties":1"#, []),
        (#""patternProperties":{"a":{}}"#, []), (#""propertyNames":{}"#, []),
        (#""default":"a""#, ["Anthropic", "OpenAI"]), (#""examples":["a"]"#, ["Anthropic", "OpenAI"]),
        (#""$schema":"https://json-schema.org/draft/2020-12/schema""#, ["Anthropic", "OpenAI"]),
        (#""x-order":1"#, ["Anthropic", "OpenAI"]),
    ]

    @Test("PITFALLS 24: what a provider takes of a schema stays, what it does not is told", arguments: keywords.indices)
    func treatsEachKeyword(index: Int) throws {
        let (member, takers) = Self.keywords[index]
        let text = "{\(member)}"
        for rules in [SchemaRules.anthropic, .gemini, .openAI] {
            let rewritten = try rewrite(text, rules)
            if takers.contains(rules.provider) {
                #expect(rewritten.schema.serializedString == text, "\(rules.provider)")
                #expect(rewritten.notes.isEmpty, "\(rules.provider)")
            } else {
                #expect(rewritten.schema.serializedString != text, "\(rules.provider)")
                let isRenamed = ["oneOf", "const", "definitions"].contains { member.contains("\"\($0)\"") }
                #expect(rewritten.notes.isEmpty == isRenamed, "\(rules.provider)")
            }
        }
    }

    @Test("PITFALLS 24: a constraint that is not enforced stands in the description, and its note at its own place")
    func describesConstraints() throws {
        let rewritten = try rewrite(
            #"{"type":"object","properties":{"a/b":{"type":"string","minLength":2,"description":"Name","maxLength":9}}}"#,
            .gemini)
        #expect(
            rewritten.schema.serializedString
                == #"{"type":"object","properties":{"a/b":{"type":"string","description":"Name\n\n{minLength: 2, maxLength: 9}"}}}"#
        )
        #expect(
            rewritten.notes.map(\.pointer)
                == ["/s/properties/a~1b/minLength", "/s/properties/a~1b/maxLength"])
        #expect(rewritten.notes.allSatisfy { $0.action == .emulated && $0.level == .warning })
    }

    @Test func whatIsOnlyShownLosesNothing() throws {
        let rewritten = try rewrite(#"{"type":"string","pattern":"^a"}"#, .gemini, isEnforced: false)
        #expect(rewritten.notes.map(\.level) == [.info])
    }

    // MARK: The same in other words

    @Test(
        "PITFALLS 24: keywords with a counterpart are written as that",
        arguments: [
            (#"{"oneOf":[{"const":1},{"const":"a"}]}"#, #"{"anyOf":[{"enum":[1]},{"enum":["a"]}]}"#),
            (
                ##"{"properties":{"a":{"$ref":"#/definitions/x"}},"definitions":{"x":{"type":"string"}}}"##,
                ##"{"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"string"}}}"##
            ),
            (#"{"allOf":[{"type":"string"}],"title":"T"}"#, #"{"type":"string","title":"T"}"#),
            (
                ##"{"allOf":[{"$ref":"#/$defs/x"}],"description":"D"}"##,
                ##"{"description":"D","anyOf":[{"$ref":"#/$defs/x"}]}"##
            ),
            (
                ##"{"$ref":"#/$defs/x","description":"D"}"##, ##"{"description":"D","anyOf":[{"$ref":"#/$defs/x"}]}"##
            ),
        ])
    func saysTheSameInOtherWords(schema: String, expected: String) throws {
        let rewritten = try rewrite(schema, .gemini)
        #expect(rewritten.schema.serializedString == expected)
        #expect(rewritten.notes.isEmpty)
    }

    @Test func whatCannotBeSaidInOtherWordsIsDescribed() throws {
        for text in [#"{"const":true}"#, #"{"allOf":[{"type":"string"}],"type":"string"}"#, #"{"allOf":[{},{}]}"#] {
            let rewritten = try rewrite(text, .gemini)
            #expect(rewritten.schema["description"]?.string?.hasPrefix("{") == true)
            #expect(rewritten.notes.map(\.action) == [.emulated])
        }
    }

    // MARK: Objects

    @Test("PITFALLS 24: objects are closed where the provider wants them so", arguments: ["Anthropic", "OpenAI"])
    func closesObjects(provider: String) throws {
        let rules = provider == "OpenAI" ? SchemaRules.openAI : .anthropic
        let rewritten = try rewrite(
            #"{"type":["object","null"],"properties":{"a":{"properties":{},"additionalProperties":{"type":"string"}}}}"#,
            rules)
        #expect(rewritten.schema["additionalProperties"] == false)
        #expect(rewritten.schema["properties"]?["a"]?["additionalProperties"] == false)
        #expect(rewritten.notes.map(\.pointer) == ["/s/properties/a/additionalProperties", "/s"])
        #expect(rewritten.notes.map(\.level) == [.warning, .info])
    }

    @Test func geminiTakesOpenObjects() throws {
        let text = #"{"type":"object","additionalProperties":{"type":"string","minLength":1}}"#
        let rewritten = try rewrite(text, .gemini)
        #expect(rewritten.schema["additionalProperties"]?["type"] == "string")
        #expect(rewritten.notes.map(\.pointer) == ["/s/additionalProperties/minLength"])
    }

    @Test func seesWhetherEverythingIsRequired() throws {
        for (text, isComplete) in [
            (#"{"type":"object","properties":{"a":{}},"required":["a"]}"#, true),
            (#"{"type":"object","properties":{"a":{}}}"#, false),
            (#"{"type":"array","items":{"type":"object","properties":{"a":{}},"required":["b"]}}"#, false),
            (#"{"type":"object"}"#, true),
        ] {
            var rewriter = SchemaRewriter(.openAI, at: "", isEnforced: true)
            _ = rewriter.rewrite(try JSONValue(parsing: text))
            #expect(rewriter.requiresEverything == isComplete, "\(text)")
        }
    }

    @Test func whatIsNoSchemaStaysAsItIs() throws {
        for text in ["true", "[1]", #"{"properties":1,"items":true,"anyOf":"x","required":{}}"#] {
            #expect(try rewrite(text, .gemini).schema.serializedString == text)
        }
    }

    // MARK: Strict, by OpenAI's rules

    private static let optional: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]

    private func strictTool(_ parameters: JSONValue, from origin: WireFormat) throws -> (JSONValue, [ConversionNote]) {
        var request = ChatRequest(model: "gpt-4o", messages: [.user("Hi")])
        request.tools = [.function(FunctionTool(name: "f", parameters: parameters, isStrict: true))]
        request.extras = Extras(origin: origin)
        var notes: [ConversionNote] = []
        let body = try OpenAICodec().encodeRequest(request, for: ConversionTarget(model: "gpt-4o"), notes: &notes)
        return (body["tools"]?[0]?["function"] ?? .null, notes)
    }

    @Test("PITFALLS 24: a strict tool that OpenAI would refuse is not sent as strict")
    func isNotStrictWhereOpenAICouldNotBe() throws {
        let (tool, notes) = try strictTool(Self.optional, from: .anthropic)
        #expect(tool["strict"] == false)
        #expect(tool["parameters"] == Self.optional)
        #expect(notes.map(\.pointer) == ["/tools/0/strict"])
        #expect(notes.map(\.level) == [.warning])
    }

    @Test func staysStrictWhereItCan() throws {
        let (tool, notes) = try strictTool(
            ["type": "object", "properties": ["a": ["type": "string", "minLength": 1]], "required": ["a"]],
            from: .anthropic)
        #expect(tool["strict"] == true)
        #expect(tool["parameters"]?["additionalProperties"] == false)
        #expect(notes.map(\.pointer) == ["/tools/0/parameters/properties/a/minLength", "/tools/0/parameters"])
    }

    @Test func leavesToOpenAIsOwnClientsWhatTheyWrote() throws {
        let (tool, notes) = try strictTool(Self.optional, from: .responses)
        #expect(tool["strict"] == true)
        #expect(notes.isEmpty)
    }
}
