import GatewayCore

extension PricedUsage {
    /// Pages: developers.openai.com/api/docs/pricing, azure.microsoft.com (OpenAI service).
    /// The figures follow genai-prices 0.2.3 and LiteLLM 1.109.1.
    static let ofOpenAI: [PricedUsage] = [
        // 1000 x 10 + 500 x 50
        PricedUsage("openai", "gpt-6-astra", TokenUsage(freshInput: 1000, output: 500), "0.035"),
        // 1000 x 10 + 9000 x 1 + 2000 x 12.5 + 300 x 25 + 500 x 50
        PricedUsage(
            "openai", "gpt-6-astra",
            TokenUsage(freshInput: 1000, cacheRead: 9000, cacheWrite5m: 2000, cacheWrite1h: 300, output: 500), "0.0765"),
        // 272000 x 10 + 1 x 50
        PricedUsage("openai", "gpt-6-astra", TokenUsage(freshInput: 272000, output: 1), "2.72005"),
        // 272001 x 20 + 1 x 75
        PricedUsage("openai", "gpt-6-astra", TokenUsage(freshInput: 272001, output: 1), "5.440095"),
        // 12345 x 2 + 678 x 0.2 + 90 x 10
        PricedUsage("openai", "gpt-6-sol", TokenUsage(freshInput: 12345, cacheRead: 678, output: 90), "0.0257256"),
        // 1000 x 1 + 1000 x 5
        PricedUsage("openai", "gpt-6-sol", TokenUsage(freshInput: 1000, output: 1000), "0.006", tier: .flex),
        // 1000 x 4 + 1000 x 20
        PricedUsage("openai", "gpt-6-sol", TokenUsage(freshInput: 1000, output: 1000), "0.024", tier: .priority),
        // 1 x 0.1 + 1 x 0.5
        PricedUsage("openai", "gpt-6-luna", TokenUsage(freshInput: 1, output: 1), "0.0000006"),
        // 200000 x 4 + 100000 x 0.2 + 10 x 15
        PricedUsage("openai", "gpt-6.1-sol", TokenUsage(freshInput: 200000, cacheRead: 100000, output: 10), "0.82015"),
        // 1000 x 5 + 1000 x 30
        PricedUsage("openai", "gpt-5.6-sol", TokenUsage(freshInput: 1000, output: 1000), "0.035", day: "2026-08-20"),
        // 1000 x 4 + 1000 x 20
        PricedUsage("openai", "gpt-5.6-sol", TokenUsage(freshInput: 1000, output: 1000), "0.024", day: "2026-08-21"),
        // 1000 x 2 + 1000 x 12
        PricedUsage("openai", "gpt-5.6-terra-2026-07-09", TokenUsage(freshInput: 1000, output: 1000), "0.014"),
        // 1000 x 12.5 + 1000 x 1.25 + 100 x 75
        PricedUsage(
            "openai", "gpt-5.5", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.02125", tier: .priority),
        // 1000 x 1.25 + 1000 x 0.13 + 100 x 7.5
        PricedUsage(
            "openai", "gpt-5.4", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.00213", tier: .flex),
        // 1000 x 1.75 + 1000 x 0.175 + 100 x 14
        PricedUsage("openai", "gpt-5.2", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.003325"),
        // 1000 x 0.25 + 1000 x 0.025 + 100 x 2
        PricedUsage(
            "openai", "gpt-5.1-codex-mini", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.000475"),
        // 1500 x 1.25 + 500 x 0.125 + 300 x 10
        PricedUsage(
            "openai", "gpt-5-2025-08-07", TokenUsage(freshInput: 1500, cacheRead: 500, output: 300, reasoning: 250),
            "0.0049375"),
        // 1000 x 0.45 + 1000 x 0.045 + 100 x 3.6
        PricedUsage(
            "openai", "gpt-5-mini", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.000855",
            tier: .priority),
        // 7 x 0.05 + 11 x 0.005 + 13 x 0.4
        PricedUsage("openai", "gpt-5-nano", TokenUsage(freshInput: 7, cacheRead: 11, output: 13), "0.000005605"),
        // 1000 x 3.5 + 1000 x 0.875 + 100 x 14
        PricedUsage(
            "openai", "gpt-4.1", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.005775", tier: .priority
        ),
        // 1000 x 0.4 + 1000 x 0.1 + 100 x 1.6
        PricedUsage("openai", "gpt-4.1-mini", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.00066"),
        // 1000 x 4.25 + 1000 x 2.125 + 100 x 17
        PricedUsage(
            "openai", "gpt-4o", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.008075", tier: .priority),
        // 1000 x 5 + 100 x 15
        PricedUsage("openai", "gpt-4o-2024-05-13", TokenUsage(freshInput: 1000, output: 100), "0.0065"),
        // 1000 x 0.15 + 1000 x 0.075 + 100 x 0.6
        PricedUsage("openai", "gpt-4o-mini", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.000285"),
        // 1000 x 0.075 + 1000 x 0.0375 + 100 x 0.3
        PricedUsage(
            "openai", "gpt-4o-mini", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.0001425",
            tier: .batch),
        // 1000 x 1 + 1000 x 0.25 + 100 x 4
        PricedUsage("openai", "o3", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.00165", tier: .flex),
        // 1000 x 0.55 + 1000 x 0.138 + 100 x 2.2
        PricedUsage(
            "openai", "o4-mini", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.000908", tier: .flex),
        // 1000000 x 150 + 1000000 x 600
        PricedUsage("openai", "o1-pro", TokenUsage(freshInput: 1_000_000, output: 1_000_000), "750"),
        // 400 x 2.5 + 600 x 32 + 50 x 10 + 150 x 64
        PricedUsage(
            "openai", "gpt-audio", TokenUsage(freshInput: 1000, output: 200), "0.0303",
            details: {
                $0.audioInput = 600
                $0.audioOutput = 150
            }),
        // 1000 x 0.3 + 100 x 0.15 + 100 x 1.2
        PricedUsage(
            "openai", "ft:gpt-4o-mini-2024-07-18:acme::abc123",
            TokenUsage(freshInput: 1000, cacheRead: 100, output: 100), "0.000435"),
        // 8191 x 0.02
        PricedUsage("openai", "text-embedding-3-small", TokenUsage(freshInput: 8191), "0.00016382"),
        // 1000 x 2 + 1000 x 0.5 + 100 x 8
        PricedUsage("azure_openai", "gpt-4.1", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.0033"),
        // 10 x 1.25 + 10 x 10
        PricedUsage("openai_responses", "gpt-5", TokenUsage(freshInput: 10, output: 10), "0.0001125"),
    ]
}
