/// Breakpoints that the gateway sets by itself: behind the last tool and behind the system prompt.
///
/// Source: https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching (tools come first, then the system prompt; a
/// prompt below the model's minimum is not cached, and costs nothing more).
extension AnthropicCodec: PromptCacheMarking {
    private static let mark: JSONValue = ["type": "ephemeral"]

    package func cacheMarks(
        on body: JSONObject, by settings: PromptCacheConfiguration, for target: ConversionTarget
    ) -> [JSONEdit] {
        guard settings.isOn, !BreakpointWalk.findsAny(in: body) else { return [] }
        return [settings.marksTools ? toolMark(on: body) : nil, systemMark(on: body, by: settings)].compactMap { $0 }
    }

    /// Behind the last tool that stands in the prompt: those whose loading is deferred do not, and take no mark.
    private func toolMark(on body: JSONObject) -> JSONEdit? {
        guard
            let last = body["tools"]?.array?.lastIndex(where: { $0.object != nil && $0["defer_loading"]?.bool != true })
        else { return nil }
        return .set(JSONPointer(tokens: ["tools", String(last), "cache_control"]), Self.mark)
    }

    /// Behind the last block of text, or the string made such a block: marks are for blocks, and not for empty ones.
    private func systemMark(on body: JSONObject, by settings: PromptCacheConfiguration) -> JSONEdit? {
        switch body["system"] {
        case .string(let text)?:
            guard settings.marksSystem(ofBytes: text.utf8.count) else { return nil }
            return .set("/system", [["type": "text", "text": .string(text), "cache_control": Self.mark]])
        case .array(let blocks)?:
            let texts = blocks.map { $0["type"]?.string == "text" ? $0["text"]?.string?.utf8.count ?? 0 : 0 }
            guard settings.marksSystem(ofBytes: texts.reduce(0, +)), let last = texts.lastIndex(where: { $0 > 0 })
            else { return nil }
            return .set(JSONPointer(tokens: ["system", String(last), "cache_control"]), Self.mark)
        default: return nil
        }
    }
}
