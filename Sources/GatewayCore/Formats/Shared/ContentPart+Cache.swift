extension ContentPart {
    /// False for a part that has no room for a breakpoint, or has one already.
    mutating func mark(_ cache: CacheBreakpoint) -> Bool {
        switch self {
        case .text(var part):
            guard part.cache == nil else { return false }
            part.cache = cache
            self = .text(part)
        case .media(var part):
            guard part.cache == nil else { return false }
            part.cache = cache
            self = .media(part)
        case .toolCall(var call):
            guard call.cache == nil else { return false }
            call.cache = cache
            self = .toolCall(call)
        case .toolResult(var result):
            guard result.cache == nil else { return false }
            result.cache = cache
            self = .toolResult(result)
        case .reasoning, .refusal, .foreign:
            return false
        }
        return true
    }
}
