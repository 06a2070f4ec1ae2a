/// Thinking: WIRE_FORMATS section 8e. Level and budget exclude each other; which of them depends on the model.
extension GeminiRequestWriter {
    private enum Plan {
        case unset, off, adaptive
        case budget(Int)
        case effort(ReasoningEffort)
    }

    mutating func encodeThinking() -> JSONObject? {
        guard let settings = request.reasoning else { return nil }
        var config = JSONObject()
        if traits.thinking == .unavailable {
            if settings.asksForThinking { note(.dropped, "/reasoning", "\(target.model) does not think.") }
            return nil
        }
        config.append("includeThoughts", ifPresent: settings.showsThoughts.map { .bool($0) })
        switch traits.thinking {
        case .unavailable: break
        case .budget(let range, let canBeOff): encodeBudget(settings, range, canBeOff: canBeOff, into: &config)
        case .level(let levels): encodeLevel(settings, levels, into: &config)
        case .either: encodeEither(settings, into: &config)
        }
        config.append(extras: settings.extras.fields(for: .gemini, at: "/thinking", notes: &notes))
        return config.isEmpty ? nil : config
    }

    private func plan(_ settings: ReasoningSettings, preferring isPreferred: (Plan) -> Bool) -> Plan {
        var plans: [Plan] = []
        switch settings.mode {
        case .disabled?, .budget(...0)?: return .off
        case .budget(let budget)?: plans.append(.budget(budget))
        case .adaptive?, nil: break
        }
        if let effort = settings.effort {
            if effort == .none { return .off }
            plans.append(.effort(effort))
        }
        return plans.first(where: isPreferred) ?? plans.first ?? (settings.mode == .adaptive ? .adaptive : .unset)
    }

    private mutating func encodeEither(_ settings: ReasoningSettings, into config: inout JSONObject) {
        let plan = plan(settings) { if case .budget = $0 { true } else { false } }
        switch plan {
        case .unset: break
        case .off: write(budget: 0, to: &config)
        case .adaptive: write(budget: -1, to: &config)
        case .budget(let budget): write(budget: budget, to: &config)
        case .effort(let effort): write(effort, of: [.minimal, .low, .medium, .high, .xhigh], to: &config)
        }
        // A client of this format that says both shall be told by the API itself.
        if case .budget = plan, settings.extras?.origin == .gemini, let effort = settings.effort {
            config.append("thinkingLevel", .string(effort.geminiLevel))
        }
    }

    private mutating func encodeLevel(
        _ settings: ReasoningSettings, _ levels: [ReasoningEffort], into config: inout JSONObject
    ) {
        switch plan(settings, preferring: { if case .effort = $0 { true } else { false } }) {
        case .unset, .adaptive:
            break
        case .off:
            guard let lowest = levels.first else { return }
            note(
                .changed, "/reasoning",
                "\(target.model) always thinks; its lowest level \(lowest.geminiLevel) was written.")
            config["includeThoughts"] = false
            config.append("thinkingLevel", .string(lowest.geminiLevel))
        case .budget(let budget):
            guard let effort = ReasoningEffort(budget: budget)?.nearest(in: levels) else { return }
            note(
                .changed, "/thinking/budget_tokens",
                "A budget of \(budget) tokens is told as the level \(effort.geminiLevel).", level: .info)
            config.append("thinkingLevel", .string(effort.geminiLevel))
        case .effort(let effort):
            write(effort, of: levels, to: &config)
        }
    }

    private mutating func encodeBudget(
        _ settings: ReasoningSettings, _ range: ClosedRange<Int>, canBeOff: Bool, into config: inout JSONObject
    ) {
        switch plan(settings, preferring: { if case .budget = $0 { true } else { false } }) {
        case .unset:
            break
        case .off where canBeOff:
            write(budget: 0, to: &config)
        case .off:
            note(
                .changed, "/reasoning",
                "\(target.model) always thinks; its smallest budget \(range.lowerBound) was written.")
            write(budget: range.lowerBound, to: &config)
        case .adaptive:
            write(budget: -1, to: &config)
        case .budget(let budget):
            let fitting = min(max(budget, range.lowerBound), range.upperBound)
            if fitting != budget {
                note(.clipped, "/thinking/budget_tokens", "\(target.model) takes a budget of up to \(fitting) tokens.")
            }
            write(budget: fitting, to: &config)
        case .effort(let effort):
            write(budget: min(max(Self.budget(for: effort), range.lowerBound), range.upperBound), to: &config)
        }
    }

    private func write(budget: Int, to config: inout JSONObject) {
        config.append("thinkingBudget", .number(JSONNumber(budget)))
    }

    private mutating func write(
        _ wanted: ReasoningEffort, of levels: [ReasoningEffort], to config: inout JSONObject
    ) {
        guard let effort = wanted.nearest(in: levels) else { return }
        if effort != wanted {
            note(
                .changed, "/reasoning_effort",
                "\(target.model) gets the thinking level \(effort.geminiLevel) for \(wanted.rawValue).")
        }
        config.append("thinkingLevel", .string(effort.geminiLevel))
    }

    /// WIRE_FORMATS section 8e, the column of Gemini's budgets.
    static func budget(for effort: ReasoningEffort) -> Int {
        switch effort {
        case .none: 0
        case .minimal: 512
        case .low: 1024
        case .medium: 8192
        case .high: 24_576
        case .xhigh, .max: 32_768
        }
    }
}

extension ReasoningSettings {
    fileprivate var asksForThinking: Bool {
        switch mode {
        case .disabled?, .budget(...0)?: false
        case .adaptive?, .budget?: true
        case nil: effort != nil && effort != ReasoningEffort.none
        }
    }
}
