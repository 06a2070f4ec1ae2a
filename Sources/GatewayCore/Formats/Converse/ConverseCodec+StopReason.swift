/// Converse's column of the stop reasons (WIRE_FORMATS section 8a).
extension ConverseCodec {
    /// - Parameters:
    ///   - sequence: the one that matched, where the request asked Bedrock to tell it.
    ///   - callsTools: whether the reply calls a client's tool; such a reply never just ends.
    static func decodeStopReason(_ word: String, sequence: String?, callsTools: Bool) -> StopReason {
        switch word {
        case "end_turn": callsTools ? .toolUse : .endOfTurn
        case "stop_sequence": .stopSequence(sequence)
        case "max_tokens": .maxTokens
        case "model_context_window_exceeded": .contextWindowExceeded
        case "tool_use": .toolUse
        case "content_filtered", "guardrail_intervened": .contentFilter
        case "malformed_model_output", "malformed_tool_use": .malformed
        default: .unknown(Foreign(origin: .converse, value: .string(word)))
        }
    }

    /// - Parameter told: the word of a reply that came in this format, where several mean the same to the hub.
    static func encodeStopReason(_ stop: StopReason?, told: String?, callsTools: Bool) -> String {
        let natural = callsTools ? "tool_use" : "end_turn"
        guard let stop else { return natural }
        switch stop {
        case .endOfTurn, .pause: return natural
        case .stopSequence: return "stop_sequence"
        case .maxTokens: return "max_tokens"
        case .contextWindowExceeded: return "model_context_window_exceeded"
        case .toolUse: return "tool_use"
        case .refusal, .contentFilter: return told ?? "content_filtered"
        case .malformed: return told ?? "malformed_model_output"
        case .unknown(let foreign):
            guard foreign.origin == .converse, let word = foreign.value.string else { return natural }
            return word
        }
    }
}
