extension AnthropicRequestEncoder {
    /// Which token comes next. What the API lacks is noted unless it has the value that changes nothing.
    mutating func encodeSampling(isThinking: Bool, into body: inout JSONObject) {
        noteUnsupportedSampling()
        let sampling = request.sampling
        guard traits.sampling else {
            noteRefused(sampling.temperature, "/temperature")
            noteRefused(sampling.topP, "/top_p")
            noteRefused(sampling.topK, "/top_k")
            return
        }
        if let temperature = encodeTemperature(isThinking: isThinking) {
            body.append("temperature", .number(temperature))
        }
        if let topP = encodeTopP(isThinking: isThinking) {
            body.append("top_p", .number(topP))
        }
        guard let topK = sampling.topK else { return }
        if isThinking {
            note(.dropped, "/top_k", "Anthropic takes no top_k while the model thinks.")
        } else {
            body.append("top_k", .number(wholeTopK(topK)))
        }
    }

    /// Gemini's top-k is a fraction by type; Anthropic wants an integer.
    private mutating func wholeTopK(_ topK: JSONNumber) -> JSONNumber {
        if let whole = topK.int { return JSONNumber(whole) }
        guard let value = topK.double, let rounded = Int(exactly: max(1, value.rounded())) else { return topK }
        note(.changed, "/top_k", "Anthropic's top_k is an integer; \(rounded) was written.")
        return JSONNumber(rounded)
    }

    private mutating func encodeTemperature(isThinking: Bool) -> JSONNumber? {
        guard let temperature = request.sampling.temperature, let value = temperature.double else { return nil }
        if isThinking, value != 1 {
            note(.dropped, "/temperature", "Anthropic takes no temperature but 1 while the model thinks.")
            return nil
        }
        if value > 1 {
            note(.clipped, "/temperature", "Anthropic's temperature ends at 1.")
            return JSONNumber(1)
        }
        if value < 0 {
            note(.clipped, "/temperature", "Anthropic's temperature starts at 0.")
            return JSONNumber(0)
        }
        return temperature
    }

    private mutating func encodeTopP(isThinking: Bool) -> JSONNumber? {
        guard let topP = request.sampling.topP, let value = topP.double else { return nil }
        if isThinking, value < 0.95 {
            note(.dropped, "/top_p", "Anthropic takes a top_p of at least 0.95 while the model thinks.")
            return nil
        }
        if traits.singleSamplingKnob, request.sampling.temperature != nil {
            note(.dropped, "/top_p", "This model takes temperature or top_p, not both.")
            return nil
        }
        return topP
    }

    private mutating func noteRefused(_ value: JSONNumber?, _ pointer: String) {
        guard value != nil else { return }
        note(.dropped, pointer, "This model takes no sampling parameters.")
    }

    private mutating func noteUnsupportedSampling() {
        let sampling = request.sampling
        let lost: [(isLost: Bool, pointer: String)] = [
            (sampling.frequencyPenalty.map { $0.double != 0 } ?? false, "/frequency_penalty"),
            (sampling.presencePenalty.map { $0.double != 0 } ?? false, "/presence_penalty"),
            (sampling.seed != nil, "/seed"),
            (sampling.logitBias.map { !$0.isEmpty } ?? false, "/logit_bias"),
            (sampling.wantsLogprobs == true, "/logprobs"),
            ((sampling.topLogprobs ?? 0) > 0, "/top_logprobs"),
        ]
        for field in lost where field.isLost {
            note(.dropped, field.pointer, "Anthropic has no such parameter.")
        }
        if let count = sampling.candidateCount, count > 1 {
            note(.dropped, "/n", "Anthropic answers once; \(count) were asked for.")
        }
    }
}
