/// Gemini's column of the stop reasons (WIRE_FORMATS sections 6.3 and 8a).
extension GeminiCodec {
    /// - Parameter callsTools: whether the candidate calls a client's tool; the API says `STOP` then, too.
    static func decodeStopReason(_ word: String, callsTools: Bool) -> StopReason {
        switch word {
        case "STOP": callsTools ? .toolUse : .endOfTurn
        case "MAX_TOKENS": .maxTokens
        case "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR",
            "ESCALATION", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE":
            .contentFilter
        case "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS",
            "MISSING_THOUGHT_SIGNATURE", "OTHER":
            .malformed
        case "CONTINUATION": .pause
        default: .unknown(Foreign(origin: .gemini, value: .string(word)))
        }
    }

    static func encodeStopReason(_ stop: StopReason) -> String {
        switch stop {
        case .endOfTurn, .stopSequence, .toolUse: "STOP"
        case .maxTokens, .contextWindowExceeded: "MAX_TOKENS"
        case .refusal, .contentFilter: "SAFETY"
        case .malformed: "MALFORMED_RESPONSE"
        case .pause: "CONTINUATION"
        case .unknown(let foreign): foreign.origin == .gemini ? foreign.value.string ?? "STOP" : "STOP"
        }
    }

    /// Several words mean one reason: where the reason would be written with another, the word is kept.
    static func keep(_ word: String, for stop: StopReason?, in extras: inout Extras?) {
        guard let stop, encodeStopReason(stop) != word else { return }
        var kept = extras ?? Extras(origin: .gemini)
        kept.fields["finishReason"] = .string(word)
        extras = kept
    }

    /// - Parameter extras: the candidate's, of this format.
    static func encodeStop(_ stop: StopReason?, _ extras: JSONObject) -> JSONValue? {
        extras["finishReason"] ?? stop.map { .string(encodeStopReason($0)) }
    }
}
