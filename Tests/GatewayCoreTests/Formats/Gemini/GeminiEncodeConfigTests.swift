import Testing

@testable import GatewayCore

struct GeminiEncodeConfigTests {
    @Test func samplingIsWrittenWithItsText() throws {
        let encoded = try GeminiTest.encode {
            $0.sampling.temperature = JSONNumber(validText: "0.70")
            $0.sampling.topK = JSONNumber(40)
            $0.sampling.candidateCount = 2
        }
        #expect(encoded.config.serializedString == #"{"temperature":0.70,"topK":40,"candidateCount":2}"#)
        #expect(encoded.notes.isEmpty)
    }

    @Test("PITFALLS 24: what is beyond the API's ranges is clipped")
    func clipping() throws {
        let encoded = try GeminiTest.encode {
            $0.sampling.temperature = JSONNumber(3)
            $0.sampling.presencePenalty = JSONNumber(-5)
            $0.sampling.candidateCount = 20
            $0.sampling.wantsLogprobs = true
            $0.sampling.topLogprobs = 30
            $0.stopSequences = ["", "a", "b", "c", "d", "e", "f"]
            $0.maxOutputTokens = 0
        }
        #expect(encoded.config["temperature"] == 2)
        #expect(encoded.config["presencePenalty"] == -2)
        #expect(encoded.config["candidateCount"] == 8)
        #expect(encoded.config["logprobs"] == 20)
        #expect(encoded.config["stopSequences"] == ["a", "b", "c", "d", "e"])
        #expect(encoded.config["maxOutputTokens"] == 1)
        let clipped = encoded.notes.filter { $0.action == .clipped }.map(\.pointer)
        #expect(
            Set(clipped) == ["/temperature", "/presence_penalty", "/n", "/top_logprobs", "/stop", "/max_tokens"])
    }

    @Test func seedsBeyondThirtyTwoBitsAreCut() throws {
        let encoded = try GeminiTest.encode { $0.sampling.seed = JSONNumber(1 << 40 | 7) }
        #expect(encoded.config["seed"] == 7)
        #expect(encoded.has(.changed, "/seed"))
        #expect(try GeminiTest.encode { $0.sampling.seed = JSONNumber(-1) }.config["seed"] == -1)
    }

    @Test func alternativesNeedLogprobs() throws {
        #expect(try GeminiTest.encode { $0.sampling.topLogprobs = 3 }.config == [:])
    }

    @Test("PITFALLS 24: what the API has no field for is noted")
    func withoutAPlace() throws {
        let encoded = try GeminiTest.encode {
            $0.sampling.logitBias = ["1": 2]
            $0.parallelToolCalls = false
            $0.endUser = "ann"
            $0.extras = Extras(origin: .openAI, fields: ["metadata": [:]])
        }
        #expect(encoded.notes.map(\.pointer).sorted() == ["/logit_bias", "/metadata", "/parallel_tool_calls", "/user"])
        #expect(encoded.notes.allSatisfy { $0.action == .dropped })
        #expect(encoded.body.object?.keys == ["contents"])
    }

    @Test("PITFALLS 24: schemas go as JSON Schema, with additionalProperties and references")
    func responseSchema() throws {
        let schema: JSONValue = ["type": "object", "additionalProperties": false, "$defs": ["a": ["$ref": "#"]]]
        let encoded = try GeminiTest.encode {
            $0.responseFormat = .jsonSchema(ResponseSchema(name: "x", schema: schema, isStrict: true))
        }
        #expect(encoded.config == ["responseMimeType": "application/json", "responseJsonSchema": schema])
    }

    @Test func olderModelsGetTheFormAsAnInstructionBesideTools() throws {
        for model in ["gemini-2.5-flash", "gemini-3-flash"] {
            let encoded = try GeminiTest.encode(model: model) {
                $0.tools = [.function(FunctionTool(name: "f"))]
                $0.responseFormat = .jsonSchema(ResponseSchema(schema: ["type": "object"]))
            }
            let isOld = model == "gemini-2.5-flash"
            #expect((encoded.config["responseMimeType"] == nil) == isOld)
            #expect((encoded.body["systemInstruction"] != nil) == isOld)
            #expect(encoded.has(.emulated, "/response_format") == isOld)
        }
    }

    @Test(arguments: [
        ("default", "standard"), ("standard_only", "standard"), ("flex", "flex"), ("fast", "priority"), ("auto", nil),
        ("scale", nil),
    ])
    func serviceTiers(_ tier: String, _ expected: String?) throws {
        let encoded = try GeminiTest.encode { $0.serviceTier = tier }
        #expect(encoded.body["serviceTier"]?.string == expected)
        #expect(encoded.has(.dropped, "/service_tier") == (tier == "scale"))
    }
}
