/// The Responses row of WIRE_FORMATS 8b: cached and written tokens are inside `input_tokens`, reasoning inside
/// `output_tokens`.
extension ResponsesCodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        (body["usage"]?.object ?? body["response"]?["usage"]?.object).map(decodeUsage)
    }

    package func countUsage(in body: JSONPeek) -> TokenUsage? {
        let usage =
            PeekedUsage(body, body["usage"])
            ?? body["response"].flatMap { PeekedUsage(body, body["usage", in: $0]) }
        return usage.map(counts)
    }

    /// Never fails: a count that is missing or no number is not reported.
    func decodeUsage(_ object: JSONObject) -> TokenUsage {
        var usage = counts(object)
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
    private func counts(_ fields: some UsageFields) -> TokenUsage {
        let input = fields.count("input_tokens")
        let inputDetails = fields.fields("input_tokens_details")
        var usage = TokenUsage()
        usage.cacheRead = inputDetails?.count("cached_tokens").flatMap { $0 == 0 ? nil : $0 }
        usage.cacheWrite5m = inputDetails?.count("cache_write_tokens").flatMap { $0 == 0 ? nil : $0 }
        usage.freshInput = input.map { max(0, $0 - (usage.cacheRead ?? 0) - (usage.cacheWrite5m ?? 0)) }
        usage.output = fields.count("output_tokens")
        usage.reasoning =
            fields.fields("output_tokens_details")?.count("reasoning_tokens").flatMap { $0 == 0 ? nil : $0 }
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
