/// Anthropic's column of the stop reasons (WIRE_FORMATS section 8a).
extension AnthropicCodec {
    /// - Parameters:
    ///   - sequence: the reply's `stop_sequence`.
    ///   - callsTools: whether the reply calls a client's tool; such a reply never just ends.
    static func decodeStopReason(_ word: String, sequence: String?, callsTools: Bool) -> StopReason {
        switch word {
        case "end_turn": callsTools ? .toolUse : .endOfTurn
        case "stop_sequence": .stopSequence(sequence)
        case "max_tokens": .maxTokens
        case "model_context_window_exceeded": .contextWindowExceeded
        case "tool_use": .toolUse
        case "refusal": .refusal
        case "pause_turn": .pause
        default: .unknown(Foreign(origin: .anthropic, value: .string(word)))
        }
    }

    /// The word is never null: Anthropic's replies always say why they ended.
    static func encodeStopReason(_ stop: StopReason?, callsTools: Bool) -> (reason: String, sequence: String?) {
        let natural = callsTools ? "tool_use" : "end_turn"
        guard let stop else { return (natural, nil) }
        switch stop {
        case .endOfTurn, .malformed: return (natural, nil)
        case .stopSequence(let sequence): return ("stop_sequence", sequence)
        case .maxTokens: return ("max_tokens", nil)
        case .contextWindowExceeded: return ("model_context_window_exceeded", nil)
        case .toolUse: return ("tool_use", nil)
        case .refusal, .contentFilter: return ("refusal", nil)
        case .pause: return ("pause_turn", nil)
        case .unknown(let foreign):
            guard foreign.origin == .anthropic, let word = foreign.value.string else { return (natural, nil) }
            return (word, nil)
        }
    }
}
