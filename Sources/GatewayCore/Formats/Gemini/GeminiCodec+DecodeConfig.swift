/// `generationConfig`: sampling, limits, the form of the reply, thinking.
extension GeminiCodec {
    /// - Returns: the members the hub has no name for.
    static func decodeGenerationConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var config = try fields.geminiReader("generationConfig") else { return nil }
        request.sampling.temperature = try config.optionalNumber("temperature")
        request.sampling.topP = try config.optionalNumber("topP")
        request.sampling.topK = try config.optionalNumber("topK")
        request.sampling.presencePenalty = try config.optionalNumber("presencePenalty")
        request.sampling.frequencyPenalty = try config.optionalNumber("frequencyPenalty")
        request.sampling.seed = try config.optionalNumber("seed")
        request.sampling.candidateCount = try config.optionalInt("candidateCount")
        request.sampling.wantsLogprobs = try config.optionalBool("responseLogprobs")
        request.sampling.topLogprobs = try config.optionalInt("logprobs")
        request.maxOutputTokens = try config.optionalInt("maxOutputTokens")
        request.stopSequences = try config.optionalStrings("stopSequences") ?? []
        request.responseFormat = try decodeResponseFormat(&config)
        request.reasoning = try decodeThinking(&config)
        var rest = config.rest(origin: .gemini)
        if case .jsonSchema? = request.responseFormat { rest.markCopy(of: "responseSchema") }
        return rest
    }

    /// Other media types, such as that of a plain enumeration, stay with the extras together with their schema. The
    /// schema in the API's own dialect stays there, too, to be written back as it was.
    private static func decodeResponseFormat(_ config: inout FieldReader) throws(ConversionError) -> ResponseFormat? {
        switch try config.optionalString("responseMimeType") {
        case nil:
            return nil
        case "text/plain"?:
            return .text
        case "application/json"?:
            if let schema = config.value("responseJsonSchema") {
                return .jsonSchema(ResponseSchema(schema: schema))
            }
            guard let schema = config.peek("responseSchema")?.object else { return .jsonObject }
            return .jsonSchema(ResponseSchema(schema: GeminiSchema.jsonSchema(of: .object(schema))))
        case _?:
            config.unread("responseMimeType")
            return nil
        }
    }

    /// The extras, empty at first, say that the settings came in this format.
    private static func decodeThinking(_ config: inout FieldReader) throws(ConversionError) -> ReasoningSettings? {
        guard var thinking = try config.geminiReader("thinkingConfig") else { return nil }
        var reasoning = ReasoningSettings()
        switch try thinking.optionalInt("thinkingBudget") {
        case nil: break
        case 0?: reasoning.mode = .disabled
        case let budget?: reasoning.mode = budget < 0 ? .adaptive : .budget(budget)
        }
        if let word = try thinking.optionalString("thinkingLevel") {
            reasoning.effort = ReasoningEffort(geminiLevel: word)
            if reasoning.effort == nil { thinking.unread("thinkingLevel") }
        }
        reasoning.includesText = try thinking.optionalBool("includeThoughts")
        reasoning.extras = thinking.rest(origin: .gemini) ?? Extras(origin: .gemini)
        return reasoning
    }
}

extension ReasoningEffort {
    /// Nil for words beyond the API's levels, such as `THINKING_LEVEL_UNSPECIFIED`.
    init?(geminiLevel word: String) {
        let known: [ReasoningEffort] = [.minimal, .low, .medium, .high, .xhigh]
        guard let effort = known.first(where: { $0.rawValue.equalsIgnoringASCIICase(word) }) else { return nil }
        self = effort
    }

    var geminiLevel: String { rawValue.uppercased() }
}
