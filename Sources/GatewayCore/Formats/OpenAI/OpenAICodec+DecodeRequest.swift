extension OpenAICodec {
    package func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        var fields = FieldReader(body)
        let named = try fields.optionalString("model")
        guard let model = model ?? named else { throw fields.missing("model") }
        var request = ChatRequest(model: model, messages: try decodeMessages(&fields))
        try decodeTools(&fields, into: &request)
        request.sampling = try decodeSampling(&fields)
        let legacyLimit = try fields.optionalInt("max_tokens")
        request.maxOutputTokens = try fields.optionalInt("max_completion_tokens") ?? legacyLimit
        request.stopSequences = try decodeStop(&fields)
        request.reasoning = try decodeReasoning(&fields)
        request.endUser = try fields.optionalString("user")
        request.serviceTier = try fields.optionalString("service_tier")
        request.isStreaming = try fields.optionalBool("stream") ?? false

        var streamOptions = try fields.optionalReader("stream_options")
        request.wantsStreamUsage = try streamOptions?.optionalBool("include_usage") ?? false
        let formatRest = try decodeResponseFormat(&fields, into: &request)

        // Also when empty they say that the client knows OpenAI's rules.
        request.extras = fields.rest(origin: format) ?? Extras(origin: format)
        request.extras.nest(streamOptions?.rest(origin: format), under: "stream_options")
        request.extras.nest(formatRest, under: "response_format")
        return request
    }

    private func decodeMessages(_ fields: inout FieldReader) throws(ConversionError) -> [Message] {
        let readers = try fields.readers("messages")
        guard !readers.isEmpty else {
            throw ConversionError(fields.pointer(to: "messages"), "must hold at least one message")
        }
        var messages: [Message] = []
        messages.reserveCapacity(readers.count)
        var legacyCalls = LegacyFunctionCalls()
        for var reader in readers {
            messages.append(try decodeMessage(&reader, legacyCalls: &legacyCalls))
        }
        return messages
    }

    private func decodeSampling(_ fields: inout FieldReader) throws(ConversionError) -> Sampling {
        var sampling = Sampling()
        sampling.temperature = try fields.optionalNumber("temperature")
        sampling.topP = try fields.optionalNumber("top_p")
        sampling.topK = try fields.optionalNumber("top_k")
        sampling.frequencyPenalty = try fields.optionalNumber("frequency_penalty")
        sampling.presencePenalty = try fields.optionalNumber("presence_penalty")
        sampling.seed = try fields.optionalNumber("seed")
        sampling.logitBias = try fields.optionalObject("logit_bias")
        sampling.candidateCount = try fields.optionalInt("n")
        sampling.wantsLogprobs = try fields.optionalBool("logprobs")
        sampling.topLogprobs = try fields.optionalInt("top_logprobs")
        return sampling
    }

    /// One string or several.
    func decodeStop(_ fields: inout FieldReader) throws(ConversionError) -> [String] {
        guard case .string(let stop)? = fields.peek("stop") else { return try fields.optionalStrings("stop") ?? [] }
        fields.skip("stop")
        return [stop]
    }

    /// A level that is not known stays among the extras: only the provider can tell whether it is one.
    private func decodeReasoning(_ fields: inout FieldReader) throws(ConversionError) -> ReasoningSettings? {
        guard let word = try fields.optionalString("reasoning_effort") else { return nil }
        guard let effort = ReasoningEffort(rawValue: word) else {
            fields.unread("reasoning_effort")
            return nil
        }
        return ReasoningSettings(mode: effort == ReasoningEffort.none ? .disabled : nil, effort: effort)
    }

    /// Returns what is left of the object. A type that is not known stays among the extras whole.
    private func decodeResponseFormat(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var reader = try fields.optionalReader("response_format") else { return nil }
        switch try reader.string("type") {
        case "text":
            request.responseFormat = .text
        case "json_object":
            request.responseFormat = .jsonObject
        case "json_schema":
            var inner = try reader.reader("json_schema")
            let schema = ResponseSchema(
                name: try inner.optionalString("name"), description: try inner.optionalString("description"),
                schema: inner.value("schema") ?? [:], isStrict: try inner.optionalBool("strict"))
            request.responseFormat = .jsonSchema(schema)
            var rest = reader.rest(origin: format)
            rest.nest(inner.rest(origin: format), under: "json_schema")
            return rest
        default:
            fields.unread("response_format")
            return nil
        }
        return reader.rest(origin: format)
    }
}
