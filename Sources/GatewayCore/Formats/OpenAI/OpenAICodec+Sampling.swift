extension OpenAIRequestWriter {
    /// The effort the client asks for, before it is fitted to the model; nil when it leaves the choice to the model.
    var wantedEffort: ReasoningEffort? {
        guard let settings = request.reasoning else { return nil }
        if case .disabled? = settings.mode { return ReasoningEffort.none }
        if let effort = settings.effort { return effort }
        guard case .budget(let tokens)? = settings.mode else { return nil }
        return ReasoningEffort(budget: tokens)
    }

    /// Returns what was written.
    mutating func writeReasoning(_ body: inout JSONObject) -> ReasoningEffort? {
        guard let settings = request.reasoning else { return nil }
        _ = settings.extras.fields(for: .openAI, at: "/reasoning", notes: &notes)
        guard let wanted = wantedEffort else { return nil }
        guard let effort = fitting(wanted, settings) else { return nil }
        if effort != wanted {
            note(
                .changed, "/reasoning_effort",
                "\(target.model) gets the reasoning effort \(effort.rawValue) for \(wanted.rawValue).")
        } else if case .budget(let tokens)? = settings.mode, settings.effort == nil {
            note(
                .changed, "/reasoning_effort",
                "A budget of \(tokens) tokens for reasoning is told as the effort \(effort.rawValue).", level: .info)
        }
        body.append("reasoning_effort", .string(effort.rawValue))
        return effort
    }

    /// The level the model takes; nil when none is to be sent.
    private mutating func fitting(_ wanted: ReasoningEffort, _ settings: ReasoningSettings) -> ReasoningEffort? {
        if let efforts = traits.efforts {
            if efforts.isEmpty, wanted != ReasoningEffort.none {
                note(.dropped, "/reasoning_effort", "\(target.model) does not reason.")
            }
            return wanted.nearest(in: efforts)
        }
        // Of a model that is not known, say only what the client said itself, or what every reasoning service takes.
        if settings.effort != nil { return wanted }
        return wanted == ReasoningEffort.none ? nil : wanted.nearest(in: [.low, .medium, .high])
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

    /// - Parameter only: the one value the model takes; nil when it takes all of the range.
    private mutating func write(
        _ key: String, _ number: JSONNumber?, _ range: ClosedRange<Double>, unless only: Double?,
        _ body: inout JSONObject
    ) {
        guard let number, let value = number.double else { return }
        if let only, value != only {
            return note(.dropped, "/\(key)", "\(target.model) does not take this parameter.")
        }
        guard !range.contains(value) else {
            body.append(key, .number(number))
            return
        }
        let nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
        note(.clipped, "/\(key)", "OpenAI Chat takes \(Int(range.lowerBound)) to \(Int(range.upperBound)).")
        body.append(key, .number(JSONNumber(Int(nearest))))
    }
}
