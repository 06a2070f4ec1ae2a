/// The Responses row of WIRE_FORMATS 8b: cached and written tokens are inside `input_tokens`, reasoning inside
/// `output_tokens`.
extension ResponsesCodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        let reply = body["response"]?.object ?? body
        return reply["usage"]?.object.map { decodeUsage($0, serviceTier: reply["service_tier"]?.string) }
    }

    package func countUsage(in body: JSONPeek) -> TokenUsage? {
        let reply = body["response"] ?? body.root
        guard let usage = PeekedUsage(body, body["usage", in: reply]) else { return nil }
        var counts = counts(usage)
        counts.serviceTier = body.string(body["service_tier", in: reply]).map(ServiceTier.init(word:))
        return counts
    }

    /// Never fails: a count that is missing or no number is not reported.
    ///
    /// - Parameter serviceTier: stands beside the usage in a reply.
    func decodeUsage(_ object: JSONObject, serviceTier: String?) -> TokenUsage {
        var usage = counts(object)
        usage.serviceTier = serviceTier.map(ServiceTier.init(word:))
        var fields = FieldReader(object)
        fields.skip("input_tokens", "output_tokens", "total_tokens")
        var inputDetails = FieldReader(fields.value("input_tokens_details")?.object ?? [:])
        inputDetails.skip("cached_tokens", "cache_write_tokens")
        var outputDetails = FieldReader(fields.value("output_tokens_details")?.object ?? [:])
        outputDetails.skip("reasoning_tokens")
        usage.extras = fields.rest(origin: format)
        usage.extras.nest(inputDetails.rest(origin: format), under: "input_tokens_details")
        usage.extras.nest(outputDetails.rest(origin: format), under: "output_tokens_details")
        return usage
    }

    /// The details are required: a zero there may also mean that nothing was counted, and is taken so.
    private func counts<Fields: UsageFields>(_ fields: Fields) -> TokenUsage {
        let input = fields.count("input_tokens")
        let inputDetails = fields.fields("input_tokens_details")
        var usage = TokenUsage()
        usage.cacheRead = inputDetails?.count("cached_tokens").flatMap { $0 == 0 ? nil : $0 }
        let written = inputDetails?.some("cache_write_tokens")
        usage.cacheWrite1h = inputDetails?.fields("cache_write_tokens_details")?.some("ttl_12h_tokens")
        usage.cacheWrite5m = written.map { max(0, $0 - (usage.cacheWrite1h ?? 0)) }
        usage.freshInput = input.map { max(0, $0 - (usage.cacheRead ?? 0) - (usage.cacheWrite ?? 0)) }
        usage.output = fields.count("output_tokens")
        usage.reasoning =
            fields.fields("output_tokens_details")?.count("reasoning_tokens").flatMap { $0 == 0 ? nil : $0 }
        usage.details = UsageDetails.billed(fields)
        return usage
    }

    func encode(_ usage: TokenUsage) -> JSONObject {
        let output = usage.output ?? 0
        var object: JSONObject = [
            "input_tokens": .number(JSONNumber(usage.totalInput)),
            "input_tokens_details": [
                "cached_tokens": .number(JSONNumber(usage.cacheRead ?? 0)),
                "cache_write_tokens": .number(JSONNumber(usage.cacheWrite ?? 0)),
            ],
            "output_tokens": .number(JSONNumber(output)),
            "output_tokens_details": ["reasoning_tokens": .number(JSONNumber(usage.reasoning ?? 0))],
            "total_tokens": .number(JSONNumber(usage.totalInput + output)),
        ]
        object.append(extras: usage.extras.fields(for: format))
        return object
    }
}
