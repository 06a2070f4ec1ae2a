/// `generationConfig`, but for thinking.
extension GeminiRequestWriter {
    mutating func encodeGenerationConfig(hasFunctions: Bool) -> JSONObject {
        var config = JSONObject()
        encodeSampling(into: &config)
        encodeLimits(into: &config)
        encodeResponseFormat(hasFunctions: hasFunctions, into: &config)
        if let thinking = encodeThinking() { config.append("thinkingConfig", .object(thinking)) }
        return config
    }

    // MARK: Sampling

    private mutating func encodeSampling(into config: inout JSONObject) {
        let sampling = request.sampling
        if traits.sampling {
            append("temperature", sampling.temperature, in: 0...2, at: "/temperature", to: &config)
            append("topP", sampling.topP, in: 0...1, at: "/top_p", to: &config)
            config.append("topK", ifPresent: sampling.topK.map { .number($0) })
        } else {
            noteRefused(sampling.temperature, "/temperature")
            noteRefused(sampling.topP, "/top_p")
            noteRefused(sampling.topK, "/top_k")
        }
        append("presencePenalty", sampling.presencePenalty, in: -2...2, at: "/presence_penalty", to: &config)
        append("frequencyPenalty", sampling.frequencyPenalty, in: -2...2, at: "/frequency_penalty", to: &config)
        encodeSeed(into: &config)
        encodeCandidateCount(into: &config)
        encodeLogprobs(into: &config)
        if sampling.logitBias?.isEmpty == false {
            note(.dropped, "/logit_bias", "Gemini takes no logit bias.")
        }
    }

    private mutating func append(
        _ key: String, _ number: JSONNumber?, in range: ClosedRange<Double>, at pointer: String,
        to config: inout JSONObject
    ) {
        guard let number, let value = number.double else { return }
        if range.contains(value) {
            config.append(key, .number(number))
            return
        }
        note(.clipped, pointer, "Gemini takes \(Int(range.lowerBound)) to \(Int(range.upperBound)).")
        let nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
        config.append(key, .number(JSONNumber(Int(nearest))))
    }

    private mutating func noteRefused(_ value: JSONNumber?, _ pointer: String) {
        if value != nil { note(.dropped, pointer, "This model takes no sampling parameters.") }
    }

    /// The API's seed has 32 bits; a longer one is cut, so that equal seeds stay equal.
    private mutating func encodeSeed(into config: inout JSONObject) {
        guard let seed = request.sampling.seed else { return }
        guard let value = seed.int, Int32(exactly: value) == nil else {
            config.append("seed", .number(seed))
            return
        }
        note(.changed, "/seed", "Gemini's seed has 32 bits; the low ones were written.", level: .info)
        config.append("seed", .number(JSONNumber(Int(Int32(truncatingIfNeeded: value)))))
    }

    private mutating func encodeCandidateCount(into config: inout JSONObject) {
        guard let count = request.sampling.candidateCount else { return }
        if count > 8 { note(.clipped, "/n", "Gemini gives at most 8 candidates.") }
        config.append("candidateCount", .number(JSONNumber(min(count, 8))))
    }

    private mutating func encodeLogprobs(into config: inout JSONObject) {
        let sampling = request.sampling
        config.append("responseLogprobs", ifPresent: sampling.wantsLogprobs.map { .bool($0) })
        guard let count = sampling.topLogprobs, sampling.wantsLogprobs == true else { return }
        if count > 20 { note(.clipped, "/top_logprobs", "Gemini gives at most 20 alternatives.") }
        config.append("logprobs", .number(JSONNumber(min(count, 20))))
    }

    // MARK: Limits

    private mutating func encodeLimits(into config: inout JSONObject) {
        if let limit = request.maxOutputTokens {
            if limit < 1 { note(.clipped, "/max_tokens", "Gemini wants at least one output token.") }
            config.append("maxOutputTokens", .number(JSONNumber(max(limit, 1))))
        }
        let stops = request.stopSequences.filter { !$0.isEmpty }
        if stops.count > 5 {
            note(.clipped, "/stop", "Gemini takes five stop sequences; the others are left out.")
        }
        if !stops.isEmpty { config.append("stopSequences", .array(stops.prefix(5).map { .string($0) })) }
    }

    // MARK: Form of the reply

    private mutating func encodeResponseFormat(hasFunctions: Bool, into config: inout JSONObject) {
        let isNative = request.extras.fields(for: .gemini)["generationConfig"]?["responseSchema"] != nil
        switch request.responseFormat {
        case nil:
            break
        case .text?:
            config.append("responseMimeType", "text/plain")
        case .jsonObject?:
            if hasFunctions, !traits.mixesJSONAndTools {
                instruct(FormInstruction.anyObject)
            } else {
                config.append("responseMimeType", "application/json")
            }
        case .jsonSchema(let schema)?:
            schema.noteNaming(for: .gemini, &notes)
            if hasFunctions, !traits.mixesJSONAndTools {
                return instruct(FormInstruction.matching(schema.schema))
            }
            config.append("responseMimeType", "application/json")
            if !traits.structuredOutputs { return instruct(FormInstruction.matching(schema.schema)) }
            guard !isNative else { break }
            let enforced = SchemaRules.gemini.rewrite(
                schema.schema, at: "/response_format/json_schema/schema", isEnforced: true, &notes)
            config.append("responseJsonSchema", enforced)
        }
    }

    private mutating func instruct(_ text: String) {
        note(.emulated, "/response_format", "\(target.model) gets the form of its reply as an instruction.")
        instructions.append(text)
    }
}
