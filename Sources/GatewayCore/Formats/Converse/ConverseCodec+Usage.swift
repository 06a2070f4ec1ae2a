/// Token counts. `inputTokens` excludes what caches held or took, as the hub does; `totalTokens` includes it.
extension ConverseCodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        guard let usage = body["usage"]?.object else { return nil }
        var counts = Self.counts(of: usage, splits: usage["cacheDetails"]?.array?.compactMap(\.object) ?? [])
        let known = ["inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens", "cacheWriteInputTokens"]
        let rest = usage.members.filter { !known.contains($0.key) && $0.key != "cacheDetails" }
        if !rest.isEmpty { counts.extras = Extras(origin: .converse, fields: JSONObject(members: rest)) }
        return counts
    }

    package func countUsage(in body: JSONPeek) -> TokenUsage? {
        guard let value = body["usage"], let usage = PeekedUsage(body, value) else { return nil }
        let details = body["cacheDetails", in: value].flatMap { body.tree(of: $0).array } ?? []
        return Self.counts(of: usage, splits: details.compactMap(\.object))
    }

    /// - Parameter splits: `cacheDetails`, the writes by their lifetimes.
    private static func counts(of usage: some UsageFields, splits: [JSONObject]) -> TokenUsage {
        var counts = TokenUsage()
        counts.freshInput = usage.count("inputTokens")
        counts.output = usage.count("outputTokens")
        counts.cacheRead = usage.count("cacheReadInputTokens")
        let long = splits.filter { $0["ttl"]?.string == "1h" }.compactMap { $0.count("inputTokens") }
        if !long.isEmpty { counts.cacheWrite1h = long.reduce(0) { min($0 + $1, 1 << 53) } }
        // What the split does not explain counts as the cheaper, shorter kind.
        if let written = usage.count("cacheWriteInputTokens") {
            counts.cacheWrite5m = max(0, written - (counts.cacheWrite1h ?? 0))
        }
        return counts
    }

    /// The first three are always there, as the service model demands.
    static func encodeUsage(_ usage: TokenUsage?) -> JSONObject {
        let usage = usage ?? TokenUsage()
        var object: JSONObject = [
            "inputTokens": count(usage.freshInput ?? 0), "outputTokens": count(usage.output ?? 0),
            "totalTokens": count(usage.total),
        ]
        object.append("cacheReadInputTokens", ifPresent: usage.cacheRead.map(count))
        object.append("cacheWriteInputTokens", ifPresent: usage.cacheWrite.map(count))
        if let oneHour = usage.cacheWrite1h {
            var details: [JSONValue] = [["ttl": "1h", "inputTokens": count(oneHour)]]
            if let short = usage.cacheWrite5m, short > 0 {
                details.append(["ttl": "5m", "inputTokens": count(short)])
            }
            object.append("cacheDetails", .array(details))
        }
        object.append(extras: usage.extras.fields(for: .converse))
        return object
    }

    private static func count(_ value: Int) -> JSONValue { .number(JSONNumber(max(0, value))) }
}
