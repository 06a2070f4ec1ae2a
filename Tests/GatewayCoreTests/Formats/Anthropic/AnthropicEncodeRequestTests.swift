import Testing

@testable import GatewayCore

/// Everything of a request but its messages.
@Suite struct AnthropicEncodeRequestTests {
    private func request(_ change: (inout ChatRequest) -> Void = { _ in }) -> ChatRequest {
        var request = ChatRequest(model: "client-name", messages: [.user("Hi")], maxOutputTokens: 1024)
        change(&request)
        return request
    }

    private func number(_ text: String) -> JSONNumber { JSONNumber(validText: text) }

    @Test func aLimitIsAlwaysThere() throws {
        let encoded = try AnthropicTest.encode(request { $0.maxOutputTokens = nil })
        #expect(encoded.body["max_tokens"] == 4096)
        #expect(encoded.infos == ["/max_tokens"])
        #expect(try AnthropicTest.encode(request { $0.maxOutputTokens = 0 }).body["max_tokens"] == 0)
    }

    @Test func theTargetNamesTheModel() throws {
        #expect(try AnthropicTest.encode(request(), model: "claude-x").body["model"] == "claude-x")
    }

    @Test("PITFALLS 24: temperature is brought into range, its text kept where it is in range")
    func temperatureIsClipped() throws {
        let hot = try AnthropicTest.encode(request { $0.sampling.temperature = number("1.5") })
        #expect(hot.body["temperature"] == 1)
        #expect(hot.has(.clipped, "/temperature"))
        let warm = try AnthropicTest.encode(request { $0.sampling.temperature = number("1.0") })
        #expect(warm.body["temperature"]?.serializedString == "1.0")
        #expect(warm.notes.isEmpty)
    }

    @Test("PITFALLS 24: models that refuse sampling get none")
    func samplingIsDroppedForNewModels() throws {
        let encoded = try AnthropicTest.encode(
            request {
                $0.sampling.temperature = number("0.5")
                $0.sampling.topP = number("0.9")
                $0.sampling.topK = number("40")
            }, model: "claude-opus-4-7")
        #expect(encoded.warnings == ["/temperature", "/top_p", "/top_k"])
        for key in ["temperature", "top_p", "top_k"] { #expect(encoded.body[key] == nil) }
    }

    @Test func someModelsTakeOneSamplingKnob() throws {
        let encoded = try AnthropicTest.encode(
            request {
                $0.sampling.temperature = number("0.5")
                $0.sampling.topP = number("0.9")
            }, model: "claude-sonnet-4-5")
        #expect(encoded.body["temperature"] != nil && encoded.body["top_p"] == nil)
        #expect(encoded.warnings == ["/top_p"])
    }

    @Test("PITFALLS 24: parameters without counterpart are dropped, each with a warning")
    func unsupportedParameters() throws {
        let encoded = try AnthropicTest.encode(
            request {
                $0.sampling.frequencyPenalty = number("0.5")
                $0.sampling.presencePenalty = number("0.5")
                $0.sampling.seed = number("7")
                $0.sampling.logitBias = ["50256": -100]
                $0.sampling.wantsLogprobs = true
                $0.sampling.topLogprobs = 2
                $0.sampling.candidateCount = 3
            })
        #expect(
            encoded.warnings == [
                "/frequency_penalty", "/presence_penalty", "/seed", "/logit_bias", "/logprobs", "/top_logprobs", "/n",
            ])
    }

    @Test func defaultsAreNoLoss() throws {
        let encoded = try AnthropicTest.encode(
            request {
                $0.sampling.frequencyPenalty = number("0")
                $0.sampling.presencePenalty = number("0.0")
                $0.sampling.wantsLogprobs = false
                $0.sampling.candidateCount = 1
                $0.responseFormat = .text
                $0.parallelToolCalls = true
            })
        #expect(encoded.notes.isEmpty)
    }

    @Test func smallMembersAreWritten() throws {
        let encoded = try AnthropicTest.encode(
            request {
                $0.stopSequences = ["END", " "]
                $0.endUser = "user-1"
                $0.serviceTier = "default"
                $0.isStreaming = true
            })
        #expect(encoded.body["stop_sequences"] == ["END"])
        #expect(encoded.body["metadata"] == ["user_id": "user-1"])
        #expect(encoded.body["service_tier"] == "standard_only")
        #expect(encoded.body["stream"] == true)
        #expect(encoded.warnings == ["/stop"])
        let flex = try AnthropicTest.encode(request { $0.serviceTier = "flex" })
        #expect(flex.body["service_tier"] == nil && flex.warnings == ["/service_tier"])
    }

    @Test("PITFALLS 19: members only another format knows stay out, each with a note")
    func foreignExtras() throws {
        let encoded = try AnthropicTest.encode(
            request { $0.extras = Extras(origin: .openAI, fields: ["store": true, "verbosity": "low"]) })
        #expect(encoded.body["store"] == nil)
        #expect(encoded.infos == ["/store"])
        #expect(encoded.warnings == ["/verbosity"])
    }

    // MARK: The form of the reply

    private func schema(_ text: String) throws -> ResponseFormat {
        .jsonSchema(ResponseSchema(name: "answer", schema: try JSONValue(parsing: text), isStrict: true))
    }

    @Test("PITFALLS 24: schemas are closed, and constraints move into descriptions")
    func schemasAreMadeEnforceable() throws {
        let format = try schema(
            #"{"type":"object","properties":{"n":{"type":"integer","minimum":1,"description":"How many"},"o":{"type":"object","properties":{},"additionalProperties":true}}}"#
        )
        let encoded = try AnthropicTest.encode(request { $0.responseFormat = format })
        #expect(
            encoded.body["output_config"]?["format"]?.serializedString
                == #"{"type":"json_schema","schema":{"type":"object","properties":{"n":{"type":"integer","description":"How many\n\n{minimum: 1}"},"o":{"type":"object","properties":{},"additionalProperties":false}},"additionalProperties":false}}"#
        )
        let pointer = "/response_format/json_schema/schema"
        #expect(encoded.infos == ["/response_format/json_schema/name", pointer])
        #expect(
            encoded.warnings == [
                "\(pointer)/properties/n/minimum", "\(pointer)/properties/o/additionalProperties",
            ])
    }

    @Test func aPropertyMayBeNamedLikeAKeyword() throws {
        let text =
            #"{"type":"object","properties":{"minimum":{"type":"string"},"items":{"type":"string"}},"additionalProperties":false}"#
        let format = try schema(text)
        let encoded = try AnthropicTest.encode(request { $0.responseFormat = format })
        #expect(encoded.body["output_config"]?["format"]?["schema"]?.serializedString == text)
        #expect(encoded.notes.map(\.pointer) == ["/response_format/json_schema/name"])
    }

    @Test func lackingModelsAreInstructed() throws {
        let format = try schema(#"{"type":"object"}"#)
        let encoded = try AnthropicTest.encode(request { $0.responseFormat = format }, model: "claude-3-5-haiku-latest")
        #expect(encoded.body["output_config"] == nil)
        #expect(encoded.body["system"]?.string?.contains(#"{"type":"object"}"#) == true)
        #expect(encoded.has(.emulated, "/response_format"))
    }

    @Test func jsonModeIsAnInstructionAfterTheSystemPrompt() throws {
        let encoded = try AnthropicTest.encode(
            request {
                $0.messages.insert(.system("Be kind."), at: 0)
                $0.responseFormat = .jsonObject
            })
        #expect(encoded.body["system"]?[0]?["text"] == "Be kind.")
        #expect(encoded.body["system"]?[1]?["text"]?.string?.contains("JSON object") == true)
        #expect(encoded.warnings == ["/response_format"])
    }
}
