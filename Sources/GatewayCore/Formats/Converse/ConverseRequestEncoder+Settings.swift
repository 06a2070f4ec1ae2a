/// Limits, sampling, reasoning and the form of the reply. Claude's follow the same rules as with Anthropic itself.
extension ConverseRequestEncoder {
    struct Settings {
        var inference = JSONObject()
        /// What only the model's own API has a name for.
        var additional = JSONObject()
        var effort: ReasoningEffort?
    }

    mutating func encodeSettings(isToolForced: Bool, isMidToolUse: Bool) -> Settings {
        var settings = Settings()
        var maxTokens = request.maxOutputTokens
        if let limit = maxTokens, limit < 1 {
            note(.clipped, "/max_tokens", "Converse's smallest limit is 1.")
            maxTokens = 1
        }
        var sampling = JSONObject()
        if traits.family == .claude {
            var claude = AnthropicRequestEncoder(request, for: target)
            let reasoning = claude.encodeReasoning(
                isToolForced: isToolForced, isMidToolUse: isMidToolUse, maxTokens: maxTokens ?? target.defaultMaxTokens)
            claude.encodeSampling(isThinking: reasoning.isThinking, into: &sampling)
            notes += claude.notes
            if maxTokens != nil || reasoning.thinking?["budget_tokens"] != nil { maxTokens = reasoning.maxTokens }
            settings.additional.append("thinking", ifPresent: reasoning.thinking.map(JSONValue.object))
            settings.effort = capped(reasoning.effort, isThinking: reasoning.isThinking)
        } else {
            encodeReasoning(into: &settings, hasLimits: maxTokens != nil)
            encodeSampling(into: &sampling)
        }
        settings.inference.append("maxTokens", ifPresent: maxTokens.map { .number(JSONNumber($0)) })
        settings.inference.append("temperature", ifPresent: sampling["temperature"])
        settings.inference.append("topP", ifPresent: sampling["top_p"])
        let stops = request.stopSequences.filter { !$0.isBlank }
        if stops.count < request.stopSequences.count {
            note(.dropped, "/stop", "Bedrock refuses stop sequences of white space only.")
        }
        if !stops.isEmpty { settings.inference.append("stopSequences", .array(stops.map(JSONValue.string))) }
        if let topK = sampling["top_k"] { encode(topK: topK, into: &settings.additional) }
        return settings
    }

    /// `outputConfig` in the service model: without thinking the effort ends at `high`.
    private mutating func capped(_ effort: ReasoningEffort?, isThinking: Bool) -> ReasoningEffort? {
        guard let effort, !isThinking, effort == .xhigh || effort == .max else { return effort }
        note(.clipped, "/reasoning_effort", "Without thinking Bedrock's highest effort is `high`.")
        return .high
    }

    // MARK: Models other than Claude

    private mutating func encodeReasoning(into settings: inout Settings, hasLimits: Bool) {
        guard let wanted = request.reasoning else { return }
        let effort = wanted.effort ?? wanted.budgetedEffort
        guard traits.reasoning else {
            if effort != ReasoningEffort.none, wanted.mode != .disabled {
                note(.dropped, "/reasoning_effort", "This model's reasoning cannot be set through Bedrock.")
            }
            return
        }
        guard
            let level = (wanted.mode == .disabled ? ReasoningEffort.none : effort)?.nearest(
                in: [.none, .low, .medium, .high])
        else { return }
        switch traits.family {
        case .nova where level == .none:
            settings.additional.append("reasoningConfig", ["type": "disabled"])
        case .nova:
            // At the highest level Nova refuses limits and sampling ("Extended thinking" in the Nova 2 user guide).
            let isBound = hasLimits || request.sampling.temperature != nil || request.sampling.topP != nil
            let allowed = level == .high && isBound ? ReasoningEffort.medium : level
            if allowed != level {
                note(.changed, "/reasoning_effort", "Nova thinks as hard as that only without limits and sampling.")
            }
            settings.additional.append(
                "reasoningConfig", ["type": "enabled", "maxReasoningEffort": .string(allowed.rawValue)])
        case .claude, .llama, .mistral, .cohere, .deepSeek, .gptOSS, .other:
            let allowed = level == .none ? ReasoningEffort.low : level
            if allowed != wanted.effort {
                note(
                    .changed, "/reasoning_effort", "Written as `\(allowed.rawValue)`, the nearest level of the model.")
            }
            settings.additional.append("reasoning_effort", .string(allowed.rawValue))
        }
    }

    private mutating func encodeSampling(into body: inout JSONObject) {
        let sampling = request.sampling
        let lost: [(isLost: Bool, pointer: String)] = [
            (sampling.frequencyPenalty.map { $0.double != 0 } ?? false, "/frequency_penalty"),
            (sampling.presencePenalty.map { $0.double != 0 } ?? false, "/presence_penalty"),
            (sampling.seed != nil, "/seed"), (sampling.logitBias.map { !$0.isEmpty } ?? false, "/logit_bias"),
            (sampling.wantsLogprobs == true, "/logprobs"), ((sampling.topLogprobs ?? 0) > 0, "/top_logprobs"),
            ((sampling.candidateCount ?? 1) > 1, "/n"),
            (!traits.sampling && sampling.temperature != nil, "/temperature"),
            (!traits.sampling && sampling.topP != nil, "/top_p"), (!traits.sampling && sampling.topK != nil, "/top_k"),
        ]
        for field in lost where field.isLost {
            note(.dropped, field.pointer, "Converse has no such parameter for this model.")
        }
        guard traits.sampling else { return }
        if let temperature = sampling.temperature, let value = temperature.double {
            if !(0...1).contains(value) { note(.clipped, "/temperature", "Converse's temperature is 0 to 1.") }
            body.append("temperature", .number(value > 1 ? JSONNumber(1) : value < 0 ? JSONNumber(0) : temperature))
        }
        body.append("top_p", ifPresent: sampling.topP.map(JSONValue.number))
        body.append("top_k", ifPresent: sampling.topK.map { .number($0.int.map { JSONNumber($0) } ?? $0) })
    }

    /// Where each vendor's own API has it ("Inference request parameters" of the Bedrock user guide).
    private mutating func encode(topK: JSONValue, into additional: inout JSONObject) {
        switch traits.family {
        case .claude, .mistral: additional.append("top_k", topK)
        case .nova: additional.append("inferenceConfig", ["topK": topK])
        case .cohere: additional.append("k", topK)
        case .llama, .deepSeek, .gptOSS, .other:
            note(.dropped, "/top_k", "Converse has no such parameter for this model.")
        }
    }

    // MARK: The form of the reply

    /// The `outputConfig.textFormat`, or nil after an instruction took its place.
    mutating func encodeResponseFormat() -> JSONValue? {
        switch request.responseFormat {
        case nil, .text?:
            return nil
        case .jsonObject?:
            note(.emulated, "/response_format", "Converse has no JSON mode; an instruction asks for an object.")
            instructions.append(FormInstruction.anyObject)
            return nil
        case .jsonSchema(let schema)? where traits.structuredOutputs:
            let enforced = SchemaRules.bedrock.rewrite(
                schema.schema, at: "/response_format/json_schema/schema", isEnforced: true, &notes)
            var definition: JSONObject = ["schema": .string(enforced.serializedString)]
            definition.append("name", ifPresent: schema.name.map(JSONValue.string))
            definition.append("description", ifPresent: schema.description.map(JSONValue.string))
            return ["type": "json_schema", "structure": ["jsonSchema": .object(definition)]]
        case .jsonSchema(let schema)?:
            note(.emulated, "/response_format", "This model takes no schema; an instruction shows it the schema.")
            instructions.append(FormInstruction.matching(schema.schema))
            return nil
        }
    }
}

extension ReasoningSettings {
    /// The level that comes nearest to the mode.
    fileprivate var budgetedEffort: ReasoningEffort? {
        switch mode {
        case .budget(let budget)?: ReasoningEffort(budget: budget)
        case .adaptive?: .medium
        case .disabled?: ReasoningEffort.none
        case nil: nil
        }
    }
}
