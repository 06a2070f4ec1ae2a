/// Cache points: blocks of their own behind what they mark, at most four in a request, and those of an hour before those of
/// five minutes ("Prompt caching" of the Bedrock user guide).
extension ConverseRequestEncoder {
    private static let mostPoints = 4

    mutating func cachePoint(_ cache: CacheBreakpoint?, at place: PartPlace) -> JSONValue? {
        guard let cache else { return nil }
        guard traits.caching else {
            note(.dropped, "\(place)/cache_control", "This model has no prompt cache.", level: .info)
            return nil
        }
        return Self.cachePoint(cache)
    }

    static func cachePoint(_ cache: CacheBreakpoint) -> JSONValue {
        var point: JSONObject = ["type": "default"]
        point.append("ttl", ifPresent: cache.lifetime.map { .string($0.rawValue) })
        return ["cachePoint": .object(point)]
    }

    /// Keeps the last four, in the order the API counts them: tools, system, messages.
    mutating func limitCachePoints(in body: inout JSONObject) {
        var lists: [[JSONValue]] = [
            body["toolConfig"]?["tools"]?.array ?? [], body["system"]?.array ?? [],
        ]
        lists += (body["messages"]?.array ?? []).map { $0["content"]?.array ?? [] }
        let lifetimes = lists.flatMap { $0.compactMap { $0["cachePoint"] } }.map { $0["ttl"]?.string }
        let excess = max(0, lifetimes.count - Self.mostPoints)
        let firstShort = lifetimes.dropFirst(excess).firstIndex { $0 != "1h" } ?? lifetimes.endIndex
        let late = lifetimes.indices.filter { $0 > firstShort && lifetimes[$0] == "1h" }
        guard excess > 0 || !late.isEmpty else { return }
        if excess > 0 {
            note(.dropped, "/cache_control", "Bedrock takes 4 cache points; the first \(excess) were left out.")
        }
        if !late.isEmpty {
            note(.changed, "/cache_control", "A cache point of an hour after one of five minutes was made as short.")
        }
        var rewrite = CachePointRewrite(removed: excess, shortened: Set(late))
        if case .object(var config)? = body["toolConfig"] {
            config["tools"] = .array(rewrite.apply(to: lists[0]))
            body["toolConfig"] = .object(config)
        }
        if body["system"] != nil { body["system"] = .array(rewrite.apply(to: lists[1])) }
        let messages = zip(body["messages"]?.array ?? [], lists.dropFirst(2)).map { message, blocks -> JSONValue in
            guard case .object(var object) = message else { return message }
            object["content"] = .array(rewrite.apply(to: blocks))
            return .object(object)
        }
        body["messages"] = .array(messages)
    }
}

private struct CachePointRewrite {
    var removed: Int
    var shortened: Set<Int>
    private var seen = 0

    init(removed: Int, shortened: Set<Int>) {
        self.removed = removed
        self.shortened = shortened
    }

    mutating func apply(to blocks: [JSONValue]) -> [JSONValue] {
        var kept: [JSONValue] = []
        for block in blocks {
            guard block["cachePoint"] != nil else {
                kept.append(block)
                continue
            }
            defer { seen += 1 }
            if seen < removed { continue }
            kept.append(
                shortened.contains(seen)
                    ? ConverseRequestEncoder.cachePoint(CacheBreakpoint(lifetime: .fiveMinutes)) : block)
        }
        return kept
    }
}
