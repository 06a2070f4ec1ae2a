import Testing

@testable import GatewayCore

struct CostTests {
    private static let noon = 1_795_262_400.0

    @Test(arguments: PricedUsage.ofOpenAI + PricedUsage.ofAnthropic + PricedUsage.ofOthers)
    func pitfall11_everyTierLifetimeAndLengthHasItsOwnPrice(row: PricedUsage) {
        let cost = PriceBook.builtIn.cost(of: row.usage, model: row.model, at: row.provider, instant: row.instant)
        #expect(cost.note == nil)
        #expect(cost.total.map(PicoUSD.decimalUSD) == row.dollars)
        #expect(cost.source == "built-in")
        let parts = [cost.input, cost.output, cost.cacheRead, cost.cacheWrite, cost.fees].compactMap { $0 }
        #expect(parts.reduce(0, +) == cost.total)
    }

    @Test func theTableOfPricesHasEnoughRows() {
        #expect((PricedUsage.ofOpenAI + PricedUsage.ofAnthropic + PricedUsage.ofOthers).count >= 60)
    }

    private func cost(
        _ usage: TokenUsage?, _ model: String = "gpt-5", at provider: String = "openai", instant: Double = noon
    ) -> RequestCost {
        PriceBook.builtIn.cost(of: usage, model: model, at: provider, instant: instant)
    }

    @Test(arguments: [
        ("no-such-model", "openai", "no price is known for no-such-model at openai"),
        ("gpt-5", "custom:unheard-of", "no price is known for gpt-5 at custom:unheard-of"),
        ("llama3.3", "ollama", "no price is known for llama3.3 at ollama"),
    ])
    func pitfall10_anUnknownPriceIsNoneWithAReasonAndNeverZero(model: String, provider: String, reason: String) {
        let cost = cost(TokenUsage(freshInput: 5, output: 5), model, at: provider)
        #expect(cost == RequestCost(note: reason))
    }

    @Test func pitfall10_aTierWithoutAPriceIsUnknown() {
        var usage = TokenUsage(freshInput: 5, output: 5)
        usage.serviceTier = .flex
        #expect(cost(usage, "gpt-4o").note == "no price is known for gpt-4o in the service tier flex")
        usage.serviceTier = .other
        #expect(cost(usage).total == nil)
        usage.serviceTier = .reserved
        #expect(cost(usage).note == "reserved capacity is not billed by the token")
        usage.serviceTier = .priority
        // Beyond 272,000 tokens gpt-5.5 is not sold with priority.
        usage.freshInput = 272_001
        #expect(cost(usage, "gpt-5.5").total == nil)
    }

    @Test func whatWasNotReportedIsUnknown() {
        #expect(cost(nil).note == "the provider reported no usage")
        let withoutOutput = cost(TokenUsage(freshInput: 1000))
        #expect(withoutOutput.input == 1_250_000_000)
        #expect(withoutOutput.total == nil)
        #expect(withoutOutput.note == "the provider reported no output tokens")
        #expect(cost(TokenUsage(output: 5)).note == "the provider reported no input tokens")
    }

    @Test func pitfall11_anHoursCacheWriteWithoutAPriceIsNotTakenForAShortOne() {
        let usage = TokenUsage(freshInput: 0, cacheWrite5m: 5, cacheWrite1h: 1, output: 0)
        let cost = cost(usage, "anthropic.claude-opus-4-1-20250805-v1:0", at: "bedrock")
        #expect(cost.total == nil)
        #expect(cost.note == "no price is known for cache writes that live an hour")
    }

    @Test func searchesWithoutAPriceMakeTheTotalUnknown() {
        var usage = TokenUsage(freshInput: 1, output: 1)
        usage.details = UsageDetails()
        usage.details?.webSearches = 2
        #expect(cost(usage, "gemini-2.5-pro", at: "gemini").note == "no price is known for web searches")
    }

    @Test func embeddingsCostTheirInputAlone() {
        let cost = cost(TokenUsage(freshInput: 1_000_000), "text-embedding-3-large")
        #expect(cost.total == 130_000_000_000)
        #expect(cost.output == nil)
    }

    @Test func theProvidersOwnAmountCountsUnlessTheOperatorHasAPrice() {
        var usage = TokenUsage(freshInput: 1, output: 1)
        usage.details = UsageDetails()
        usage.details?.reportedCost = 37_756_000_00
        #expect(cost(usage, "grok-4.7", at: "xai") == RequestCost(total: 3_775_600_000, source: "provider"))
        #expect(cost(usage, "any/model", at: "custom:openrouter").source == "provider")

        var own = ModelPrice(
            provider: "xai", model: "grok-4.7", bands: [], origin: .configuration)
        own.bands = [ModelPrice.Band(TokenRates(input: TokenPrice(pico: 7)!, output: TokenPrice(pico: 9)!))]
        let book = PriceBook(layers: [[own]])
        #expect(book.cost(of: usage, model: "grok-4.7", at: "xai", instant: Self.noon).total == 16)
    }

    @Test(arguments: [Int.max, 1 << 53, -1])
    func absurdCountsNeitherTrapNorWrap(count: Int) {
        let usage = TokenUsage(
            freshInput: count, cacheRead: 5, cacheWrite5m: 5, cacheWrite1h: 5, output: count, reasoning: count)
        for (model, provider) in [("o1-pro", "openai"), ("us.anthropic.claude-opus-5", "bedrock")] {
            let cost = cost(usage, model, at: provider)
            #expect(cost.total == nil || (cost.total ?? -1) >= 0)
        }
    }

    @Test func reasoningIsPartOfTheOutputAndNotAddedToIt() {
        let plain = cost(TokenUsage(freshInput: 1, output: 100))
        #expect(cost(TokenUsage(freshInput: 1, output: 100, reasoning: 90)) == plain)
        // A provider that reports more reasoning than output cannot make output negative.
        let odd = cost(TokenUsage(freshInput: 0, output: 10, reasoning: 500), "sonar-deep-research", at: "perplexity")
        #expect(odd.output == 30_000_000)
    }

    @Test(arguments: [
        ("2026-11-30T23:59:59", 2), ("2026-12-01T00:00:00", 4),
    ])
    func aNewPriceHoldsFromMidnightOn(text: String, dollarsPerMillion: Int64) throws {
        let day = try #require(Timestamp.day(text.prefix(10)))
        let instant = Double(day) * 86_400 + (text.hasSuffix("59") ? 86_399 : 0)
        let cost = cost(TokenUsage(freshInput: 1, output: 0), "gemini-4-argon", at: "gemini", instant: instant)
        #expect(cost.input == dollarsPerMillion * 1_000_000)
    }

    @Test func theCeilingIsNeverBelowTheCost() throws {
        for row in PricedUsage.ofOpenAI + PricedUsage.ofAnthropic + PricedUsage.ofOthers {
            guard row.usage.details?.webSearches == nil, row.usage.output != nil else { continue }
            let ceiling = try PriceBook.builtIn.ceiling(
                inputTokens: row.usage.totalInput, outputTokens: row.usage.output ?? 0,
                tier: row.usage.serviceTier ?? .standard, model: row.model, at: row.provider, instant: row.instant
            ).get()
            let cost = PriceBook.builtIn.cost(of: row.usage, model: row.model, at: row.provider, instant: row.instant)
            #expect(ceiling >= cost.total ?? .max, "\(row.testDescription)")
        }
        #expect(throws: UnknownCost.noPrice(provider: "openai", model: "x")) {
            try PriceBook.builtIn.ceiling(
                inputTokens: 1, outputTokens: 1, model: "x", at: "openai", instant: Self.noon
            ).get()
        }
    }
}
