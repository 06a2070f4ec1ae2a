/// Token counts. Anthropic's `input_tokens` excludes what caches held or took (WIRE_FORMATS section 8b), as the hub does.
extension AnthropicCodec {
    /// Replies and `message_delta` hold it themselves, `message_start` inside its message.
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        let usage = body["usage"]?.object ?? body["message"]?["usage"]?.object
        return usage.map { Self.decodeUsage($0).usage }
    }

    package func countUsage(in body: JSONPeek) -> TokenUsage? {
        let usage = body["usage"] ?? body["message"].flatMap { body["usage", in: $0] }
        guard let usage, case .object(let object) = body.tree(of: usage) else { return nil }
        return Self.decodeUsage(object).usage
    }

    /// - Parameter usage: of a reply, of `message_start` or of `message_delta`.
    /// - Returns: the counts, and the tier that the reply's head carries in the hub.
    static func decodeUsage(_ usage: JSONObject) -> (usage: TokenUsage, serviceTier: String?) {
        var fields = FieldReader(usage)
        var counts = TokenUsage()
        counts.freshInput = fields.count("input_tokens")
        counts.cacheRead = fields.count("cache_read_input_tokens")
        counts.output = fields.count("output_tokens")

        let written = fields.count("cache_creation_input_tokens")
        if var split = fields.objectReader("cache_creation") {
            counts.cacheWrite1h = split.count("ephemeral_1h_input_tokens")
            counts.cacheWrite5m = split.count("ephemeral_5m_input_tokens")
        }
        // The total is what is billed: what the split does not explain counts as the cheaper, shorter kind.
        if let written { counts.cacheWrite5m = max(0, written - (counts.cacheWrite1h ?? 0)) }

        if var details = fields.objectReader("output_tokens_details") {
            counts.reasoning = details.count("thinking_tokens")
        }
        counts.details = details(fields)
        let tier = fields.word("service_tier")
        counts.serviceTier = pricedTier(tier, speed: fields.peek("speed")?.string)
        counts.extras = fields.rest(origin: .anthropic)
        return (counts, tier)
    }

    /// The priority tier is capacity that was committed to; fast mode is a price of its own.
    private static func pricedTier(_ tier: String?, speed: String?) -> ServiceTier? {
        switch (tier, speed) {
        case ("priority"?, _): .reserved
        case (_, "fast"?): .fast
        case (let tier, _): tier.map(ServiceTier.init(word:))
        }
    }

    /// What else decides the price. It stays among the extras, too.
    private static func details(_ usage: FieldReader) -> UsageDetails? {
        var details = UsageDetails()
        details.webSearches = usage.peek("server_tool_use")?.object?.some("web_search_requests")
        if let region = usage.peek("inference_geo")?.string, region != "global", region != "not_available" {
            details.region = region
        }
        return details.ifAny
    }

    /// `input_tokens` and `output_tokens` are always there; the other counts where they are known.
    static func encodeUsage(_ usage: TokenUsage?, serviceTier: String?) -> JSONObject {
        var object: JSONObject = ["input_tokens": count(usage?.freshInput ?? 0)]
        object.append("cache_creation_input_tokens", ifPresent: (usage?.cacheWrite).map(count))
        object.append("cache_read_input_tokens", ifPresent: (usage?.cacheRead).map(count))
        if let oneHour = usage?.cacheWrite1h {
            object.append(
                "cache_creation",
                [
                    "ephemeral_5m_input_tokens": count(usage?.cacheWrite5m ?? 0),
                    "ephemeral_1h_input_tokens": count(oneHour),
                ])
        }
        object.append("output_tokens", count(usage?.output ?? 0))
        if let reasoning = usage?.reasoning {
            object.append("output_tokens_details", ["thinking_tokens": count(reasoning)])
        }
        object.append("service_tier", ifPresent: replyTier(serviceTier).map(JSONValue.string))
        object.merge((usage?.extras).fields(for: .anthropic))
        return object
    }

    private static func count(_ value: Int) -> JSONValue { .number(JSONNumber(max(0, value))) }

    /// The words a reply's `service_tier` may be; other providers' tiers without a counterpart are left out.
    private static func replyTier(_ tier: String?) -> String? {
        switch tier {
        case "standard"?, "priority"?, "batch"?: tier
        case "default"?: "standard"
        case "fast"?: "priority"
        case nil, _?: nil
        }
    }
}

extension FieldReader {
    /// A count a provider reports; one that is no count, or so large that sums could overflow, is kept with the rest
    /// rather than breaking the reply.
    fileprivate mutating func count(_ key: String) -> Int? {
        guard let value = value(key) else { return nil }
        if let int = value.int, (0...1 << 48).contains(int) { return int }
        unread(key)
        return nil
    }

    fileprivate mutating func word(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        if case .string(let word) = value { return word }
        unread(key)
        return nil
    }

    fileprivate mutating func objectReader(_ key: String) -> FieldReader? {
        guard let object = peek(key)?.object else { return nil }
        skip(key)
        return FieldReader(object, at: pointer(to: key))
    }
}
