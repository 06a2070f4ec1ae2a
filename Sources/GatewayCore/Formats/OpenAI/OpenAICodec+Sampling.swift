extension OpenAIRequestWriter {
    /// Returns what was written.
    mutating func writeReasoning(_ body: inout JSONObject) -> ReasoningEffort? {
        guard let settings = request.reasoning else { return nil }
        _ = settings.extras.fields(for: .openAI, at: "/thinking", notes: &notes)
        if settings.includesText != nil {
            note(.dropped, "/thinking/display", "OpenAI Chat shows no reasoning.", level: .info)
        }
        let effort = fittingEffort(settings)
        body.append("reasoning_effort", ifPresent: effort.map { .string($0.rawValue) })
        return effort
    }

    mutating func writeSampling(_ body: inout JSONObject, effort: ReasoningEffort) {
        let sampling = request.sampling
        let isFree = traits.sampling.isAllowed(at: effort)
        write("temperature", sampling.temperature, 0...2, unless: isFree ? nil : 1, &body)
        write("top_p", sampling.topP, 0...1, unless: isFree ? nil : 1, &body)
        write("presence_penalty", sampling.presencePenalty, -2...2, unless: isFree ? nil : 0, &body)
        write("frequency_penalty", sampling.frequencyPenalty, -2...2, unless: isFree ? nil : 0, &body)
        if sampling.topK != nil {
            note(.dropped, "/top_k", "OpenAI Chat has no top_k.")
        }
        body.append("seed", ifPresent: sampling.seed.map { .number($0) })
        body.append("n", ifPresent: sampling.candidateCount.map { .number(JSONNumber($0)) })
        if isFree {
            body.append("logit_bias", ifPresent: sampling.logitBias.map { .object($0) })
            body.append("logprobs", ifPresent: sampling.wantsLogprobs.map { .bool($0) })
            writeTopLogprobs(&body)
            return
        }
        if sampling.logitBias?.isEmpty == false {
            note(.dropped, "/logit_bias", "\(target.model) takes no logit bias.")
        }
        if sampling.wantsLogprobs == true || sampling.topLogprobs != nil {
            note(.dropped, "/logprobs", "\(target.model) gives no log probabilities.")
        }
    }

    private mutating func writeTopLogprobs(_ body: inout JSONObject) {
        guard let count = request.sampling.topLogprobs, request.sampling.wantsLogprobs == true else { return }
        if count > 20 { note(.clipped, "/top_logprobs", "OpenAI Chat gives at most 20 alternatives.") }
        body.append("top_logprobs", .number(JSONNumber(min(count, 20))))
    }
}
