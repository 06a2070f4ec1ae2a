/// Which requests a report is about.
public struct UsageQuery: Sendable, Equatable {
    /// Seconds since 1970; sums are kept by the hour, so the hour that this falls into counts whole.
    public var since: Double
    /// Exclusive; the hour that this falls into counts whole. Nil is now.
    public var until: Double?
    public var keyName: String?
    public var provider: String?
    public var model: String?
    /// Requests whose clients said that of them.
    public var metadata: MetadataFilter?

    /// A field of `x-gateway.metadata`, of any value or of that one.
    public struct MetadataFilter: Sendable, Equatable {
        public var field: String
        public var value: String?

        public init(field: String, value: String? = nil) {
            self.field = field
            self.value = value
        }
    }

    public init(since: Double, until: Double? = nil) {
        self.since = since
        self.until = until
    }
}

public enum UsageGrouping: String, Sendable, CaseIterable {
    case model, provider, key, hour, day
    /// By the values of the field that the query filters by.
    case metadata
}

/// Sums over requests.
public struct UsageTotals: Sendable, Equatable {
    public var requests = 0
    public var successes = 0
    public var failures = 0
    /// Requests that the gateway or a provider refused.
    public var businessErrors = 0
    public var timeouts = 0
    /// Requests whose client left first.
    public var cancelled = 0
    public var streams = 0
    /// Requests that more than one instance was asked for.
    public var retried = 0
    /// Requests whose conversion changed or dropped something.
    public var warned = 0

    /// Requests answered from the response cache, and those that could have been.
    public var cacheHits = 0
    public var cacheMisses = 0
    /// What those answers took when providers made them, and would have cost again: none of it is in the sums below.
    public var savedInputTokens = 0
    public var savedOutputTokens = 0
    /// In 10^-12 USD, of answers whose cost is known.
    public var savedCost: Int64 = 0

    /// Requests whose tokens are known; the tokens below are theirs.
    public var counted = 0
    /// All input, cached or not.
    public var inputTokens = 0
    public var outputTokens = 0
    /// The parts of the input that were written to and read from providers' caches.
    public var cacheWriteTokens = 0
    public var cacheReadTokens = 0
    /// The part of the output that was reasoning.
    public var reasoningTokens = 0

    /// Those of them whose tokens are estimated, since their answers broke off.
    public var estimated = 0

    /// Requests whose cost is known; the cost below is theirs.
    public var priced = 0
    /// In 10^-12 USD.
    public var cost: Int64 = 0

    /// Milliseconds; nil where nothing was measured. Percentiles are right within 6 %.
    public var meanDuration: Double?
    public var medianDuration: Double?
    public var slowDuration: Double?
    /// Until the first byte: median and 95th percentile, in milliseconds.
    public var medianFirstByte: Double?
    public var slowFirstByte: Double?

    public init() {}
}

extension UsageTotals {
    public var totalTokens: Int { inputTokens + outputTokens }

    /// 0...1; nil without requests.
    public var successRate: Double? { requests == 0 ? nil : Double(successes) / Double(requests) }

    /// The part of the input that came from providers' caches, 0...1; nil without input.
    public var cacheReadRate: Double? { inputTokens == 0 ? nil : Double(cacheReadTokens) / Double(inputTokens) }

    /// As the API and `stats --json` give it.
    package var json: JSONObject {
        var object: JSONObject = [
            "requests": number(requests), "successes": number(successes), "failures": number(failures),
            "business_errors": number(businessErrors), "timeouts": number(timeouts), "cancelled": number(cancelled),
            "streams": number(streams), "retried": number(retried), "warned": number(warned),
            "cache_hits": number(cacheHits), "cache_misses": number(cacheMisses),
            "saved_input_tokens": number(savedInputTokens), "saved_output_tokens": number(savedOutputTokens),
            "saved_cost_usd": RequestCost.usd(savedCost),
            "requests_with_usage": number(counted), "requests_with_estimate": number(estimated),
            "input_tokens": number(inputTokens),
            "output_tokens": number(outputTokens), "total_tokens": number(totalTokens),
            "cache_creation_input_tokens": number(cacheWriteTokens),
            "cache_read_input_tokens": number(cacheReadTokens), "reasoning_tokens": number(reasoningTokens),
            "requests_with_cost": number(priced),
        ]
        object["total_cost_usd"] = RequestCost.usd(priced == 0 ? nil : cost)
        for (name, value) in [
            ("duration_ms_mean", meanDuration), ("duration_ms_p50", medianDuration), ("duration_ms_p95", slowDuration),
            ("ttfb_ms_p50", medianFirstByte), ("ttfb_ms_p95", slowFirstByte),
        ] {
            object[name] = value.map { number(Int($0.rounded())) } ?? .null
        }
        return object
    }

    private func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
}
