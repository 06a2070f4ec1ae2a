import Testing

@testable import GatewayCore

struct PriceMapTests {
    private func read(_ text: String, fewest: Int = 1) throws(PriceMap.Failure) -> PriceMap {
        try PriceMap(Array(text.utf8), source: "https://prices.test/map.json", day: 20_778, fewest: fewest)
    }

    private static let map = #"""
        {
          "sample_spec": {"mode": "one of: chat, embedding", "input_cost_per_token": 0.0},
          "gpt-9": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5e-06,
            "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 2.5e-07,
            "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 2.25e-05,
            "input_cost_per_token_flex": 1.25e-06, "output_cost_per_token_flex": 7.5e-06,
            "input_cost_per_token_above_272k_tokens_flex": 2.5e-06, "output_cost_per_token_above_272k_tokens_flex": 1.125e-05,
            "search_context_cost_per_query": {"search_context_size_medium": 0.01}},
          "claude-9": {"litellm_provider": "anthropic", "mode": "chat", "input_cost_per_token": 3e-06,
            "output_cost_per_token": 1.5e-05, "cache_creation_input_token_cost": 3.75e-06,
            "cache_creation_input_token_cost_above_1hr": 6e-06, "provider_specific_entry": {"us": 1.1, "fast": 2.0}},
          "groq/openai/gpt-oss-120b": {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 1.5000000000000002e-07,
            "output_cost_per_token": 6e-07},
          "dall-e": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": 1},
          "unknown": {"litellm_provider": "some_new_service", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
          "free": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 0},
          "absurd": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.0, "output_cost_per_token": 1},
          "negative": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06},
          "odd": 7
        }
        """#

    @Test func readsPricesByTierLengthAndLifetime() throws {
        let map = try read(Self.map)
        #expect(map.prices.map(\.model) == ["gpt-9", "claude-9", "openai/gpt-oss-120b"])
        #expect(map.leftOut == 4)
        let gpt = map.prices[0]
        #expect(gpt.provider == "openai")
        #expect(gpt.origin == .refreshed)
        #expect(gpt.source == "https://prices.test/map.json")
        #expect(gpt.checked == "2026-11-21")
        #expect(try gpt.rates(.standard, totalInput: 272_000, minute: 0).input == TokenPrice(perMillion: "2.5"))
        #expect(try gpt.rates(.standard, totalInput: 272_001, minute: 0).output == TokenPrice(perMillion: "22.5"))
        #expect(try gpt.rates(.flex, totalInput: 272_001, minute: 0).output == TokenPrice(perMillion: "11.25"))
        #expect(try gpt.rates(.standard, totalInput: 1, minute: 0).webSearch == 10_000_000_000)
        let claude = map.prices[1]
        #expect(claude.regions == ["us": PriceFactor("1.1")!])
        #expect(try claude.rates(.standard, totalInput: 1, minute: 0).cacheWriteLong == TokenPrice(perMillion: "6"))
        #expect(try claude.rates(.fast, totalInput: 1, minute: 0).output == TokenPrice(perMillion: "30"))
        #expect(map.prices[2].bands[0].rates.input == TokenPrice(perMillion: "0.15"))
    }

    @Test(arguments: ["", "[]", "<html>", "{\"a\":", "null"])
    func refusesWhatIsNoList(text: String) {
        #expect(throws: PriceMap.Failure.self) { try self.read(text) }
    }

    @Test func refusesAListWithHardlyAnyPrices() {
        #expect(throws: PriceMap.Failure.tooFew(3)) { try self.read(Self.map, fewest: 20) }
        #expect(throws: PriceMap.Failure.tooFew(0)) { try self.read("{}") }
    }
}
