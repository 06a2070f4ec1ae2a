/// Cache points that the gateway sets by itself, for the models that take them.
extension ConverseCodec: PromptCacheMarking {
    package func cacheMarks(
        on body: JSONObject, by settings: PromptCacheConfiguration, for target: ConversionTarget
    ) -> [JSONEdit] {
        let traits = ConverseModelTraits(for: target)
        guard settings.isOn, traits.caching, !Self.holdsCachePoint(body) else { return [] }
        let point = ConverseRequestEncoder.cachePoint(CacheBreakpoint())
        var edits: [JSONEdit] = []
        if settings.marksTools, traits.toolCaching, body["toolConfig"]?["tools"]?.array?.isEmpty == false {
            edits.append(.insert("/toolConfig/tools/-", point))
        }
        let system = (body["system"]?.array ?? []).reduce(0) { $0 + ($1["text"]?.string?.utf8.count ?? 0) }
        if settings.marksSystem(ofBytes: system) { edits.append(.insert("/system/-", point)) }
        return edits
    }

    private static func holdsCachePoint(_ body: JSONObject) -> Bool {
        let lists =
            [body["toolConfig"]?["tools"], body["system"]] + (body["messages"]?.array ?? []).map { $0["content"] }
        return lists.contains { $0?.array?.contains { $0["cachePoint"] != nil } ?? false }
    }
}
