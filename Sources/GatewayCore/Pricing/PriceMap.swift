/// Reads the price list that LiteLLM publishes and many others follow: a JSON object with an entry for each model, USD for
/// each token.
///
/// Lenient in what it does not need, strict in what it takes: an entry whose numbers make no sense is left out and counted.
package struct PriceMap: Sendable {
    /// What is wrong with a list as a whole.
    package enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        case notJSON(String)
        /// Fewer prices than any real list has.
        case tooFew(Int)

        package var description: String {
            switch self {
            case .notJSON(let reason): "it is no JSON object: \(reason)"
            case .tooFew(let count): "it holds \(count) usable prices, too few for a price list"
            }
        }
    }

    package private(set) var prices: [ModelPrice] = []
    /// Entries of models that talk, without usable prices.
    package private(set) var leftOut = 0

    /// - Parameters:
    ///   - source: the list's address, for the prices' origin.
    ///   - day: when it was read, for the same.
    package init(
        _ bytes: [UInt8], source: String, day: Int, fewest: Int = 20
    ) throws(Failure) {
        let list: JSONPeek
        do {
            list = try JSONPeek(bytes)
        } catch {
            throw .notJSON("\(error)")
        }
        guard list.root.kind == .object else { throw .notJSON("it is another kind of value") }
        for member in list.members {
            guard let entry = list.tree(of: member.value).object, Self.isTalk(entry) else { continue }
            guard var price = Self.price(of: list.key(of: member), entry) else {
                leftOut += 1
                continue
            }
            (price.source, price.checked) = (source, Timestamp.date(day: day))
            prices.append(price)
        }
        guard prices.count >= fewest else { throw .tooFew(prices.count) }
    }

    private static let modes: Set<String> = ["chat", "completion", "responses", "embedding"]

    private static func isTalk(_ entry: JSONObject) -> Bool {
        entry["mode"]?.string.map(modes.contains) ?? false
    }

    /// The list's names of providers, by the gateway's.
    private static let providers: [String: String] = [
        "openai": "openai", "text-completion-openai": "openai", "anthropic": "anthropic", "gemini": "gemini",
        "vertex_ai-language-models": "vertex", "vertex_ai-anthropic_models": "vertex", "azure": "azure_openai",
        "bedrock": "bedrock", "bedrock_converse": "bedrock", "groq": "groq", "together_ai": "together",
        "mistral": "mistral", "deepseek": "deepseek", "xai": "xai", "cohere": "cohere", "cohere_chat": "cohere",
        "fireworks_ai": "fireworks", "perplexity": "perplexity", "cerebras": "cerebras", "openrouter": "openrouter",
    ]

    private static func price(of key: String, _ entry: JSONObject) -> ModelPrice? {
        guard let service = entry["litellm_provider"]?.string, let provider = providers[service],
            let standard = rates(entry, suffix: "")
        else { return nil }
        var price = ModelPrice(
            provider: provider, model: model(key, of: service), bands: [ModelPrice.Band(standard)], origin: .refreshed)
        let tiers: [(ServiceTier, String)] = [
            (.standard, ""), (.flex, "_flex"), (.priority, "_priority"), (.batch, "_batches"),
        ]
        let steps = Set(entry.compactMap { inputAbove($0.key) }).sorted { $0.tokens < $1.tokens }
        for (tier, word) in tiers {
            if tier != .standard, let rates = rates(entry, suffix: word) {
                price.bands.append(ModelPrice.Band(rates, tier: tier))
            }
            for step in steps {
                guard let rates = rates(entry, suffix: step.suffix + word) else { continue }
                price.bands.append(ModelPrice.Band(rates, tier: tier, inputAbove: step.tokens))
            }
        }
        for factor in entry["provider_specific_entry"]?.object ?? [:] {
            guard case .number(let number) = factor.value, let times = PriceFactor(number.text) else { continue }
            if factor.key == "fast" {
                guard let rates = standard.times(times) else { continue }
                price.bands.append(ModelPrice.Band(rates, tier: .fast))
            } else {
                price.regions[factor.key] = times
            }
        }
        return price
    }

    /// `groq/openai/gpt-oss-120b` without the service; a Bedrock name keeps its geography.
    private static func model(_ key: String, of service: String) -> String {
        for prefix in [service + "/", "vertex_ai/", "bedrock/", "cohere/"] where key.hasPrefix(prefix) {
            return String(key.dropFirst(prefix.count))
        }
        return key
    }

    private struct Step: Hashable {
        var tokens: Int
        var suffix: String
    }

    /// `input_cost_per_token_above_200k_tokens` is a step at 200,000 tokens.
    private static func inputAbove(_ key: String) -> Step? {
        let prefix = "input_cost_per_token_above_"
        guard key.hasPrefix(prefix), key.hasSuffix("k_tokens") else { return nil }
        let thousands = key.dropFirst(prefix.count).dropLast("k_tokens".count)
        guard let count = Int(thousands), (1...1_000_000).contains(count) else { return nil }
        return Step(tokens: count * 1000, suffix: "_above_\(count)k_tokens")
    }

    /// Nil without a price for input, and where a number is no price.
    private static func rates(_ entry: JSONObject, suffix: String) -> TokenRates? {
        var isWrong = false
        func price(_ name: String) -> TokenPrice? {
            guard case .number(let number)? = entry[name + suffix] else { return nil }
            // Some lists are written by programs that count in binary: 3.3000000000000002e-07.
            guard let pico = PicoUSD.rounded(number.text, scale: 12), let price = TokenPrice(pico: pico) else {
                isWrong = true
                return nil
            }
            return price
        }
        guard let input = price("input_cost_per_token") else { return nil }
        var rates = TokenRates(input: input, output: price("output_cost_per_token"))
        rates.cacheRead = price("cache_read_input_token_cost")
        rates.cacheWrite = price("cache_creation_input_token_cost")
        rates.cacheWriteLong =
            suffix.isEmpty
            ? price("cache_creation_input_token_cost_above_1hr") ?? price("cache_creation_input_token_cost_above_12hr")
            : nil
        rates.reasoning = price("output_cost_per_reasoning_token")
        rates.audioInput = price("input_cost_per_audio_token")
        rates.audioOutput = price("output_cost_per_audio_token")
        rates.imageOutput = price("output_cost_per_image_token")
        if suffix.isEmpty,
            case .number(let number)? = entry["search_context_cost_per_query"]?["search_context_size_medium"]
        {
            rates.webSearch = PicoUSD.rounded(number.text, scale: 12)
        }
        let isFree = input.pico == 0 && rates.output?.pico ?? 0 == 0
        return isWrong || isFree ? nil : rates
    }
}
