extension CompletionsCodec {
    /// The prompt becomes the one message of a user. Several prompts, and prompts given as tokens, mean something to this
    /// format only: they throw.
    package func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        var fields = FieldReader(body)
        let named = try fields.optionalString("model")
        guard let model = model ?? named else { throw fields.missing("model") }
        var request = ChatRequest(model: model, messages: [.user(try decodePrompt(&fields))])
        request.repeatsPrompt = try fields.optionalBool("echo") ?? false
        request.maxOutputTokens = try fields.optionalInt("max_tokens")
        request.sampling = try decodeSampling(&fields)
        request.stopSequences = try chat.decodeStop(&fields)
        request.endUser = try fields.optionalString("user")
        request.isStreaming = try fields.optionalBool("stream") ?? false
        var streamOptions = try fields.optionalReader("stream_options")
        request.wantsStreamUsage = try streamOptions?.optionalBool("include_usage") ?? false
        request.extras = fields.rest(origin: format)
        request.extras.nest(streamOptions?.rest(origin: format), under: "stream_options")
        return request
    }

    private func decodePrompt(_ fields: inout FieldReader) throws(ConversionError) -> String {
        let pointer = fields.pointer(to: "prompt")
        guard let prompt = fields.value("prompt") else { throw fields.missing("prompt") }
        switch prompt {
        case .string(let text): return text
        case .array(let elements):
            if elements.contains(where: { $0.string == nil }) {
                throw ConversionError(
                    pointer, "is given as tokens, which only the model's own provider can read: send text")
            }
            guard elements.count == 1, let text = elements[0].string else {
                throw ConversionError(
                    pointer,
                    "holds \(elements.count) prompts; this model is reached through an API that takes one: "
                        + "send a request for each")
            }
            return text
        case .null, .bool, .number, .object: throw fields.mismatch("prompt", prompt, "a string")
        }
    }

    /// `logprobs` is the number of alternatives for each token; 0 asks for the chosen tokens' own.
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
        sampling.topLogprobs = try fields.optionalInt("logprobs")
        sampling.wantsLogprobs = sampling.topLogprobs == nil ? nil : true
        return sampling
    }
}
