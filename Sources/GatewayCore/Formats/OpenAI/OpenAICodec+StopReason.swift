/// What else a candidate holds, as far as it decides the meaning of its finish reason.
struct StopContext {
    var hasToolCall = false
    var hasRefusal = false

    init() {}

    init(_ parts: [ContentPart]) {
        for part in parts { take(part) }
    }

    mutating func take(_ part: ContentPart) {
        switch part {
        case .toolCall: hasToolCall = true
        case .foreign(let foreign): hasToolCall = hasToolCall || foreign.isOpenAIToolCall
        case .refusal: hasRefusal = true
        case .text, .media, .toolResult, .reasoning: break
        }
    }
}

/// The Chat column of WIRE_FORMATS 8a.
extension OpenAICodec {
    /// A refusal ends with `stop`, and some services say `stop` for tool calls, too.
    func stopReason(_ word: String, _ context: StopContext) -> StopReason {
        switch word {
        case "stop" where context.hasToolCall, "tool_calls", "function_call": .toolUse
        case "stop": context.hasRefusal ? .refusal : .endOfTurn
        case "length": .maxTokens
        case "content_filter": .contentFilter
        default: .unknown(Foreign(origin: format, value: .string(word)))
        }
    }

    /// Where there are calls to the client's tools, the client must run them: that is what it is told.
    static func finishReason(_ reason: StopReason, _ context: StopContext) -> String {
        switch reason {
        case .endOfTurn, .stopSequence, .toolUse, .pause, .malformed: context.hasToolCall ? "tool_calls" : "stop"
        case .maxTokens, .contextWindowExceeded: "length"
        case .refusal: context.hasRefusal ? "stop" : "content_filter"
        case .contentFilter: "content_filter"
        case .unknown(let foreign):
            if foreign.origin == .openAI, let word = foreign.value.string {
                word
            } else {
                context.hasToolCall ? "tool_calls" : "stop"
            }
        }
    }
}
