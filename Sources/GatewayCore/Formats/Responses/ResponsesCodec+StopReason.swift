/// The Responses column of WIRE_FORMATS 8a. There is no word for tool calls: the items tell.
extension ResponsesCodec {
    /// How a response ended, as its members say it.
    struct Ending: Sendable, Hashable {
        var status: String
        /// `incomplete_details.reason`.
        var reason: String?

        static let completed = Ending(status: "completed")
    }

    /// Nil while the response is not over.
    func stopReason(_ ending: Ending, _ context: StopContext) -> StopReason? {
        switch ending.status {
        case "completed":
            if context.hasToolCall { return .toolUse }
            return context.hasRefusal ? .refusal : .endOfTurn
        case "incomplete":
            switch ending.reason {
            case "max_output_tokens"?: return .maxTokens
            case "content_filter"?: return .contentFilter
            case let reason: return .unknown(Foreign(origin: format, value: .string(reason ?? "incomplete")))
            }
        case "in_progress", "queued": return nil
        case let status: return .unknown(Foreign(origin: format, value: .string(status)))
        }
    }

    static func ending(_ reason: StopReason?, _ context: StopContext) -> Ending {
        switch reason {
        case nil, .endOfTurn?, .stopSequence?, .toolUse?, .pause?: .completed
        case .maxTokens?, .contextWindowExceeded?: Ending(status: "incomplete", reason: "max_output_tokens")
        case .contentFilter?: Ending(status: "incomplete", reason: "content_filter")
        case .refusal?: context.hasRefusal ? .completed : Ending(status: "incomplete", reason: "content_filter")
        case .malformed?: Ending(status: "failed")
        case .unknown(let foreign)?:
            if foreign.origin == .responses, let word = foreign.value.string {
                Ending(status: "incomplete", reason: word)
            } else {
                .completed
            }
        }
    }
}
