/// The members of an object of counts, read from a tree or straight from the text.
protocol UsageFields {
    /// An integer of 0 to 2^53; nil for everything else, since larger ones would overflow sums. Counts below zero are zero.
    func count(_ key: String) -> Int?
    /// A number as it is written; nil for everything else.
    func number(_ key: String) -> String?
    /// The object under that key.
    func fields(_ key: String) -> Self?
}

extension UsageFields {
    /// A count above zero: most details are there to say that there was none.
    func some(_ key: String) -> Int? {
        count(key).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension JSONObject: UsageFields {
    func count(_ key: String) -> Int? {
        guard let int = self[key]?.int, int < 1 << 53 else { return nil }
        return Swift.max(0, int)
    }

    func number(_ key: String) -> String? {
        if case .number(let number)? = self[key] { number.text } else { nil }
    }

    func fields(_ key: String) -> JSONObject? { self[key]?.object }
}

extension UsageDetails {
    /// What services with OpenAI's formats say they charge, and their searches; nil when they say nothing.
    ///
    /// OpenRouter: `cost` in credits of a dollar. Perplexity: `cost.total_cost` in USD. xAI: `cost_in_usd_ticks` of 10^-10 USD
    /// (docs.x.ai/developers/cost-tracking).
    static func billed<Fields: UsageFields>(_ fields: Fields) -> UsageDetails? {
        var details = UsageDetails()
        details.webSearches = fields.some("num_search_queries")
        if let ticks = fields.number("cost_in_usd_ticks") {
            details.reportedCost = PicoUSD.exact(ticks, scale: 2)
        } else if let dollars = fields.number("cost") ?? fields.fields("cost")?.number("total_cost") {
            details.reportedCost = PicoUSD.rounded(dollars, scale: 12)
        }
        return details.ifAny
    }
}
