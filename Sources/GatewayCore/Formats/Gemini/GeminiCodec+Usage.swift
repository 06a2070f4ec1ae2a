/// The Gemini row of WIRE_FORMATS 8b: cached tokens are inside `promptTokenCount`, the prompts of the provider's own tools
/// and the thoughts beside it and `candidatesTokenCount`. A count of zero is left out.
extension GeminiCodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        body["usageMetadata"]?.object.map(Self.decodeUsage)
    }

    /// Never fails: a count that is missing is zero, one that is no number is not reported.
    static func decodeUsage(_ object: JSONObject) -> TokenUsage {
        var fields = FieldReader(object)
        let prompt = count("promptTokenCount", &fields)
        let cached = count("cachedContentTokenCount", &fields)
        let candidates = count("candidatesTokenCount", &fields)
        let thoughts = count("thoughtsTokenCount", &fields)
        let total = count("totalTokenCount", &fields)
        // Stays with the extras, too: the hub counts it as fresh input.
        let tools = fields.peek("toolUsePromptTokenCount").flatMap(checked) ?? 0

        var usage = TokenUsage()
        usage.cacheRead = cached
        usage.reasoning = thoughts
        let sum = (prompt ?? 0) + (candidates ?? 0) + tools
        // Older replies count the thoughts among the candidates; the total tells.
        let thoughtsBeside = total == sum && (candidates ?? 0) >= (thoughts ?? 0) ? 0 : thoughts ?? 0
        if prompt != nil || total != nil {
            usage.freshInput = max(0, (prompt ?? 0) - (cached ?? 0)) + tools
            usage.output = (candidates ?? 0) + thoughtsBeside
        } else if candidates != nil || thoughts != nil {
            usage.output = (candidates ?? 0) + thoughtsBeside
        }
        usage.extras = fields.rest(origin: .gemini)
        return usage
    }

    /// Counts from 2^53 on are no counts: they would overflow sums.
    private static func count(_ key: String, _ fields: inout FieldReader) -> Int? {
        fields.value(key).flatMap(checked)
    }

    private static func checked(_ value: JSONValue) -> Int? {
        guard let int = value.int ?? value.string.flatMap({ Int($0) }), int < 1 << 53 else { return nil }
        return max(0, int)
    }

    static func encodeUsage(_ usage: TokenUsage) -> JSONObject {
        let extras = usage.extras.fields(for: .gemini)
        let tools = min(extras["toolUsePromptTokenCount"].flatMap(checked) ?? 0, usage.freshInput ?? 0)
        let reasoning = min(usage.reasoning ?? 0, usage.output ?? 0)
        var object = JSONObject()
        append("promptTokenCount", usage.totalInput - tools, to: &object)
        append("cachedContentTokenCount", usage.cacheRead ?? 0, to: &object)
        append("candidatesTokenCount", (usage.output ?? 0) - reasoning, to: &object)
        append("thoughtsTokenCount", reasoning, to: &object)
        append("totalTokenCount", usage.total, to: &object)
        object.append(extras: extras)
        return object
    }

    private static func append(_ key: String, _ count: Int, to object: inout JSONObject) {
        guard count > 0 else { return }
        object.append(key, .number(JSONNumber(count)))
    }
}
