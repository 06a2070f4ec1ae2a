/// The Chat row of WIRE_FORMATS 8b: cached and written tokens are inside `prompt_tokens`, reasoning inside
/// `completion_tokens`.
extension OpenAICodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        guard let counts = body["usage"]?.object ?? body["x_groq"]?["usage"]?.object else { return nil }
        return decodeUsage(counts, serviceTier: body["service_tier"]?.string)
    }

    package func countUsage(in body: JSONPeek) -> TokenUsage? {
        let usage =
            PeekedUsage(body, body["usage"]) ?? body["x_groq"].flatMap { PeekedUsage(body, body["usage", in: $0]) }
        guard var counts = usage.map(counts) else { return nil }
        counts.serviceTier = body.string(body["service_tier"]).map(ServiceTier.init(word:))
        return counts
    }

    /// Never fails: a count that is missing or no number is not reported.
    ///
    /// - Parameter serviceTier: stands beside the usage in a reply, and in every chunk of a stream.
    func decodeUsage(_ object: JSONObject, serviceTier: String? = nil) -> TokenUsage {
        var usage = counts(object)
        usage.serviceTier = serviceTier.map(ServiceTier.init(word:))
        var fields = FieldReader(object)
        fields.skip("prompt_tokens", "completion_tokens", "total_tokens")
        var promptDetails = FieldReader(fields.value("prompt_tokens_details")?.object ?? [:])
        promptDetails.skip("cached_tokens", "cache_write_tokens")
        var completionDetails = FieldReader(fields.value("completion_tokens_details")?.object ?? [:])
        completionDetails.skip("reasoning_tokens")
        usage.extras = fields.rest(origin: format)
        usage.extras.nest(promptDetails.rest(origin: format), under: "prompt_tokens_details")
        usage.extras.nest(completionDetails.rest(origin: format), under: "completion_tokens_details")
        return usage
    }

    private func counts<Fields: UsageFields>(_ fields: Fields) -> TokenUsage {
        let prompt = fields.count("prompt_tokens")
        let completion = fields.count("completion_tokens")
        let promptDetails = fields.fields("prompt_tokens_details")
        let completionDetails = fields.fields("completion_tokens_details")
        var usage = TokenUsage()
        // DeepSeek and Moonshot report cached tokens beside the prompt's. The members stay among the extras.
        usage.cacheRead =
            promptDetails?.count("cached_tokens") ?? fields.count("prompt_cache_hit_tokens")
            ?? fields.count("cached_tokens")
        usage.cacheWrite5m = promptDetails?.count("cache_write_tokens")
        usage.freshInput = prompt.map { max(0, $0 - (usage.cacheRead ?? 0) - (usage.cacheWrite5m ?? 0)) }
        usage.reasoning = completionDetails?.count("reasoning_tokens")
        usage.output = completion
        if let prompt, let completion, let total = fields.count("total_tokens"), let reasoning = usage.reasoning,
            reasoning > 0, prompt + completion + reasoning == total
        {
            // xAI and Gemini's compatible API count reasoning beside the completion; the total tells.
            usage.output = completion + reasoning
        }
        usage.details = details(fields, promptDetails, completionDetails)
        return usage
    }

    private func details<Fields: UsageFields>(_ fields: Fields, _ prompt: Fields?, _ completion: Fields?)
        -> UsageDetails?
    {
        var details = UsageDetails.billed(fields) ?? UsageDetails()
        details.audioInput = prompt?.some("audio_tokens")
        details.audioOutput = completion?.some("audio_tokens")
        return details.ifAny
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
