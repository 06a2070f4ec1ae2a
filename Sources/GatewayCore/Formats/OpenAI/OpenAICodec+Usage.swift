/// The Chat row of WIRE_FORMATS 8b: cached and written tokens are inside `prompt_tokens`, reasoning inside
/// `completion_tokens`.
extension OpenAICodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        (body["usage"]?.object ?? body["x_groq"]?["usage"]?.object).map(decodeUsage)
    }

    /// Never fails: a count that is missing or no number is not reported.
    func decodeUsage(_ object: JSONObject) -> TokenUsage {
        var fields = FieldReader(object)
        let prompt = count("prompt_tokens", &fields)
        let completion = count("completion_tokens", &fields)
        let total = count("total_tokens", &fields)

        var promptDetails = FieldReader(fields.value("prompt_tokens_details")?.object ?? [:])
        var completionDetails = FieldReader(fields.value("completion_tokens_details")?.object ?? [:])
        var usage = TokenUsage()
        usage.cacheRead = count("cached_tokens", &promptDetails) ?? servicesCacheRead(fields)
        usage.cacheWrite5m = count("cache_write_tokens", &promptDetails)
        usage.freshInput = prompt.map { max(0, $0 - (usage.cacheRead ?? 0) - (usage.cacheWrite5m ?? 0)) }
        usage.reasoning = count("reasoning_tokens", &completionDetails)
        usage.output = completion
        if let prompt, let completion, let total, let reasoning = usage.reasoning, reasoning > 0,
            prompt + completion + reasoning == total
        {
            // xAI and Gemini's compatible API count reasoning beside the completion; the total tells.
            usage.output = completion + reasoning
        }
        usage.extras = fields.rest(origin: format)
        usage.extras.nest(promptDetails.rest(origin: format), under: "prompt_tokens_details")
        usage.extras.nest(completionDetails.rest(origin: format), under: "completion_tokens_details")
        return usage
    }

    /// DeepSeek and Moonshot report cached tokens beside the prompt's. The members stay among the extras.
    private func servicesCacheRead(_ fields: FieldReader) -> Int? {
        (fields.peek("prompt_cache_hit_tokens") ?? fields.peek("cached_tokens"))?.int.map { max(0, $0) }
    }

    /// Counts from 2^53 on are no counts: they would overflow sums.
    private func count(_ key: String, _ fields: inout FieldReader) -> Int? {
        guard let int = fields.value(key)?.int, int < 1 << 53 else { return nil }
        return max(0, int)
    }

    func encode(_ usage: TokenUsage) -> JSONObject {
        let output = usage.output ?? 0
        var object: JSONObject = [
            "prompt_tokens": .number(JSONNumber(usage.totalInput)),
            "completion_tokens": .number(JSONNumber(output)),
            "total_tokens": .number(JSONNumber(usage.totalInput + output)),
        ]
        var prompt = JSONObject()
        prompt.append("cached_tokens", ifPresent: usage.cacheRead.map { .number(JSONNumber($0)) })
        prompt.append("cache_write_tokens", ifPresent: usage.cacheWrite.map { .number(JSONNumber($0)) })
        if !prompt.isEmpty { object.append("prompt_tokens_details", .object(prompt)) }
        if let reasoning = usage.reasoning {
            object.append("completion_tokens_details", ["reasoning_tokens": .number(JSONNumber(reasoning))])
        }
        object.append(extras: usage.extras.fields(for: format))
        return object
    }
}
