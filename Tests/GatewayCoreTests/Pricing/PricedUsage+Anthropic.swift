import GatewayCore

extension PricedUsage {
    /// Page: platform.claude.com/docs/en/about-claude/pricing.
    /// The figures follow genai-prices 0.2.3 and LiteLLM 1.109.1.
    static let ofAnthropic: [PricedUsage] = [
        // 1000 x 4 + 2000 x 0.2 + 3000 x 5 + 4000 x 8 + 500 x 20
        PricedUsage(
            "anthropic", "claude-opus-5-5",
            TokenUsage(freshInput: 1000, cacheRead: 2000, cacheWrite5m: 3000, cacheWrite1h: 4000, output: 500), "0.0614"
        ),
        // 1000 x 10 + 2000 x 1 + 500 x 50
        PricedUsage(
            "anthropic", "claude-opus-5", TokenUsage(freshInput: 1000, cacheRead: 2000, output: 500), "0.037",
            tier: .fast),
        // (1000 x 5 + 500 x 25) x 1.1
        PricedUsage(
            "anthropic", "claude-opus-4-8", TokenUsage(freshInput: 1000, output: 500), "0.01925",
            details: { $0.region = "us" }),
        // 200001 x 10 + 100 x 37.5
        PricedUsage(
            "anthropic", "claude-opus-4-6", TokenUsage(freshInput: 200001, output: 100), "2.00376", day: "2026-03-12"),
        // 200001 x 5 + 100 x 25
        PricedUsage(
            "anthropic", "claude-opus-4-6", TokenUsage(freshInput: 200001, output: 100), "1.002505", day: "2026-03-13"),
        // 3 x 5 + 7 x 25
        PricedUsage("anthropic", "claude-opus-4-5-20251101", TokenUsage(freshInput: 3, output: 7), "0.00019"),
        // 10 x 15 + 100 x 1.5 + 1000 x 18.75 + 10 x 75
        PricedUsage(
            "anthropic", "claude-opus-4-1-20250805",
            TokenUsage(freshInput: 10, cacheRead: 100, cacheWrite5m: 1000, output: 10), "0.0198"),
        // 1000 x 2 + 10000 x 0.1 + 500 x 2.5 + 200 x 10
        PricedUsage(
            "anthropic", "claude-sonnet-5-5",
            TokenUsage(freshInput: 1000, cacheRead: 10000, cacheWrite5m: 500, output: 200), "0.00625"),
        // 1000 x 3 + 500 x 15
        PricedUsage("anthropic", "claude-sonnet-4-5", TokenUsage(freshInput: 1000, output: 500), "0.0105"),
        // 1000 x 3.75 + 1 x 15
        PricedUsage(
            "anthropic", "claude-sonnet-4-5-20250929", TokenUsage(freshInput: 0, cacheWrite5m: 1000, output: 1),
            "0.003765"),
        // 1000 x 6 + 1 x 15
        PricedUsage(
            "anthropic", "claude-sonnet-4-5-20250929", TokenUsage(freshInput: 0, cacheWrite1h: 1000, output: 1),
            "0.006015"),
        // 100000 x 6 + 60000 x 0.6 + 40001 x 7.5 + 10 x 22.5
        PricedUsage(
            "anthropic", "claude-sonnet-4-5",
            TokenUsage(freshInput: 100000, cacheRead: 60000, cacheWrite5m: 40001, output: 10), "0.9362325"),
        // 500000 x 3 + 10 x 15
        PricedUsage("anthropic", "claude-sonnet-4-6", TokenUsage(freshInput: 500000, output: 10), "1.50015"),
        // 100000 x 0.1 + 10 x 0.5
        PricedUsage("anthropic", "claude-haiku-5-5", TokenUsage(freshInput: 100000, output: 10), "0.010005"),
        // 50000 x 0.5 + 50001 x 0.05 + 10 x 2.5
        PricedUsage(
            "anthropic", "claude-haiku-5-5", TokenUsage(freshInput: 50000, cacheRead: 50001, output: 10), "0.02752505"),
        // 999 x 1 + 99 x 0.1 + 9 x 1.25 + 9 x 5
        PricedUsage(
            "anthropic", "claude-haiku-4-5", TokenUsage(freshInput: 999, cacheRead: 99, cacheWrite5m: 9, output: 9),
            "0.00106515"),
        // 1000 x 0.5 + 1000 x 1 + 100 x 2.5
        PricedUsage(
            "anthropic", "claude-haiku-4-5", TokenUsage(freshInput: 1000, cacheWrite1h: 1000, output: 100), "0.00175",
            tier: .batch),
        // 1000 x 2 + 100 x 10 + 0.03 USD
        PricedUsage(
            "anthropic", "claude-sonnet-5", TokenUsage(freshInput: 1000, output: 100), "0.033",
            details: { $0.webSearches = 3 }),
        // 1000 x 8 + 1000 x 0.2 + 100 x 40
        PricedUsage(
            "anthropic", "claude-fable-5-2", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.0122"),
    ]
}
