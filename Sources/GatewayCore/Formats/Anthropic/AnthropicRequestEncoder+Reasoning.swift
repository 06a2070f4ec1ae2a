/// Thinking, effort, and the token limit that thinking counts against (WIRE_FORMATS section 8e).
extension AnthropicRequestEncoder {
    struct Reasoning {
        var thinking: JSONObject?
        var effort: ReasoningEffort?
        var maxTokens: Int
        /// Whether sampling must keep to what thinking allows.
        var isThinking = false
    }

    private enum Plan {
        case unset, disabled, adaptive
        case budget(Int)
    }

    /// The smallest `budget_tokens` the API takes.
    private static let smallestBudget = 1024

    /// - Parameters:
    ///   - isToolForced: whether the choice of tool forces a call.
    ///   - isMidToolUse: whether results answer a turn that shows no thinking, as other providers' turns do.
    ///   - maxTokens: the limit on all output, the client's or the one chosen for it.
    mutating func encodeReasoning(isToolForced: Bool, isMidToolUse: Bool, maxTokens: Int) -> Reasoning {
        var result = Reasoning(maxTokens: maxTokens)
        guard let settings = request.reasoning else { return result }
        let extras = settings.extras.fields(for: .anthropic, at: "/thinking", notes: &notes)
        guard traits.reasoning else {
            if settings.asksForThinking { note(.dropped, "/reasoning", "This model does not think.") }
            return result
        }
        var plan = plan(for: settings, effort: &result.effort)
        fit(&plan, &result.effort)
        if case .budget(let budget) = plan { plan = limit(budget, settings, &result.maxTokens) }
        if isToolForced { yieldToForcedTool(&plan) }
        if isMidToolUse, case .budget = plan {
            note(
                .dropped, "/reasoning", "Anthropic does not think on from a tool call it made without thinking.")
            plan = .unset
        }

        switch plan {
        case .unset:
            if settings.includesText == true {
                note(.dropped, "/thinking/display", "Anthropic shows thoughts only where thinking is asked for.")
            }
            return result
        case .disabled: result.thinking = ["type": "disabled"]
        case .adaptive: result.thinking = ["type": "adaptive"]
        case .budget(let budget):
            result.thinking = ["type": "enabled", "budget_tokens": .number(JSONNumber(budget))]
        }
        if case .disabled = plan {
        } else {
            result.isThinking = true
            let display = settings.includesText.map { $0 ? "summarized" : "omitted" }
            result.thinking?.append("display", ifPresent: display.map(JSONValue.string))
        }
        result.thinking?.merge(extras)
        return result
    }

    mutating func encodeMaxTokens() -> Int {
        if let limit = request.maxOutputTokens { return limit }
        note(
            .changed, "/max_tokens", "Anthropic demands a limit; \(target.defaultMaxTokens) was written.",
            level: .info)
        return target.defaultMaxTokens
    }

    /// What the settings ask for, whatever the model takes.
    private mutating func plan(for settings: ReasoningSettings, effort: inout ReasoningEffort?) -> Plan {
        let isNative = settings.extras?.origin == .anthropic
        if let wanted = settings.effort, wanted != .none, settings.mode != .disabled || isNative {
            effort = encodeEffort(wanted)
        }
        switch settings.mode {
        case .disabled?: return .disabled
        case .adaptive?: return .adaptive
        case .budget(let budget)?: return budget > 0 ? .budget(budget) : .disabled
        case nil: break
        }
        guard let wanted = settings.effort else { return .unset }
        if wanted == .none { return .disabled }
        // Anthropic's own effort says how much to write, too, and does not switch thinking on.
        return isNative ? .unset : .adaptive
    }

    private mutating func encodeEffort(_ wanted: ReasoningEffort) -> ReasoningEffort? {
        guard traits.adaptiveThinking || request.reasoning?.extras?.origin == .anthropic else { return nil }
        guard let level = wanted.nearest(in: traits.effortLevels) else { return nil }
        if level != wanted {
            note(.changed, "/reasoning_effort", "Written as `\(level.rawValue)`, the nearest level of the model.")
        }
        return level
    }

    /// Says the plan in the way the model takes.
    private mutating func fit(_ plan: inout Plan, _ effort: inout ReasoningEffort?) {
        switch plan {
        case .unset:
            break
        case .disabled where traits.alwaysThinks:
            note(.changed, "/reasoning", "This model always thinks; the lowest effort was written.")
            effort = traits.effortLevels.first
            plan = .unset
        case .disabled:
            break
        case .adaptive where !traits.adaptiveThinking:
            plan = .budget(Self.budget(for: request.reasoning?.effort ?? .medium))
        case .adaptive:
            break
        case .budget(let budget) where !traits.budgetThinking:
            note(
                .changed, "/thinking/budget_tokens", "This model chooses its budget of \(budget) itself.", level: .info)
            effort = effort ?? ReasoningEffort(budget: budget).flatMap { $0.nearest(in: traits.effortLevels) }
            plan = .adaptive
        case .budget:
            break
        }
    }

    /// Keeps the budget between 1024 and the limit on all output. A limit the gateway chose is raised instead.
    private mutating func limit(_ wanted: Int, _ settings: ReasoningSettings, _ maxTokens: inout Int) -> Plan {
        // With interleaved thinking, a beta of the native API, the budget may exceed the limit.
        if settings.extras?.origin == .anthropic, request.maxOutputTokens != nil { return .budget(wanted) }
        var budget = wanted
        if budget < Self.smallestBudget {
            note(
                .clipped, "/thinking/budget_tokens", "Anthropic's smallest budget is \(Self.smallestBudget).",
                level: .info)
            budget = Self.smallestBudget
        }
        guard budget >= maxTokens else { return .budget(budget) }
        if request.maxOutputTokens == nil {
            let (sum, overflows) = maxTokens.addingReportingOverflow(budget)
            maxTokens = overflows ? .max : sum
            return .budget(budget)
        }
        guard maxTokens > Self.smallestBudget else {
            note(.dropped, "/reasoning", "Thinking needs more than \(Self.smallestBudget) max_tokens.")
            return .unset
        }
        note(.clipped, "/thinking/budget_tokens", "The thinking budget must be smaller than max_tokens.")
        return .budget(maxTokens - 1)
    }

    /// The API refuses a forced call while the model thinks by request; the call is what the client's program needs.
    private mutating func yieldToForcedTool(_ plan: inout Plan) {
        switch plan {
        case .unset, .disabled: return
        case .adaptive, .budget: break
        }
        note(.dropped, "/reasoning", "Anthropic does not think where a tool call is forced.")
        plan = .unset
    }

    /// WIRE_FORMATS section 8e, the suggested column.
    static func budget(for effort: ReasoningEffort) -> Int {
        switch effort {
        case .none: 0
        case .minimal: 1024
        case .low: 2048
        case .medium: 8192
        case .high: 16384
        case .xhigh: 32768
        case .max: 63999
        }
    }
}

extension ReasoningSettings {
    fileprivate var asksForThinking: Bool {
        switch mode {
        case .disabled?, .budget(0)?: false
        case .adaptive?, .budget?: true
        case nil: effort != nil && effort != ReasoningEffort.none
        }
    }
}
