import GatewayCore

extension PricedUsage {
    /// Pages: those that the built-in table names above each list.
    /// The figures follow genai-prices 0.2.3 and LiteLLM 1.109.1.
    static let ofOthers: [PricedUsage] = [
        // 200000 x 1.25 + 100 x 10
        PricedUsage("gemini", "gemini-2.5-pro", TokenUsage(freshInput: 200000, output: 100), "0.251"),
        // 150000 x 2.5 + 50001 x 0.25 + 100 x 15
        PricedUsage(
            "gemini", "gemini-2.5-pro", TokenUsage(freshInput: 150000, cacheRead: 50001, output: 100, reasoning: 80),
            "0.38900025"),
        // 1000 x 2.25 + 1000 x 0.225 + 100 x 18
        PricedUsage(
            "gemini", "gemini-2.5-pro", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.004275",
            tier: .priority),
        // 700 x 0.3 + 300 x 1 + 400 x 0.03 + 100 x 0.1 + 100 x 2.5
        PricedUsage(
            "gemini", "gemini-2.5-flash", TokenUsage(freshInput: 1000, cacheRead: 500, output: 100), "0.000782",
            details: {
                $0.audioInput = 300
                $0.audioCacheRead = 100
            }),
        // 1000 x 0.15 + 1000 x 0.03 + 100 x 1.25
        PricedUsage(
            "gemini", "gemini-2.5-flash", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.000305",
            tier: .flex),
        // 1000 x 0.1 + 100 x 0.4
        PricedUsage("gemini", "gemini-2.5-flash-lite", TokenUsage(freshInput: 1000, output: 100), "0.00014"),
        // 100 x 0.3 + 1290 x 30 + 20 x 2.5
        PricedUsage(
            "gemini", "gemini-2.5-flash-image", TokenUsage(freshInput: 100, output: 1310), "0.03878",
            details: { $0.imageOutput = 1290 }),
        // 200001 x 4 + 1000 x 18
        PricedUsage("gemini", "gemini-3.1-pro-preview", TokenUsage(freshInput: 200001, output: 1000), "0.818004"),
        // 1000 x 0.75 + 1000 x 0.075 + 100 x 3.75
        PricedUsage(
            "gemini", "gemini-3.8-flash", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.0012",
            day: "2026-12-31"),
        // 1000 x 1.5 + 1000 x 0.15 + 100 x 7.5
        PricedUsage(
            "gemini", "gemini-3.8-flash", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 100), "0.0024",
            day: "2027-01-01"),
        // 1000 x 3 + 500 x 15
        PricedUsage("vertex", "claude-sonnet-4-5@20250929", TokenUsage(freshInput: 1000, output: 500), "0.0105"),
        // 1000 x 0.3 + 500 x 2.5
        PricedUsage("vertex", "gemini-2.5-flash", TokenUsage(freshInput: 1000, output: 500), "0.00155"),
        // 1000 x 3 + 100 x 6 + 500 x 15
        PricedUsage(
            "bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            TokenUsage(freshInput: 1000, cacheWrite1h: 100, output: 500), "0.0111"),
        // 1000 x 3.3 + 1000 x 0.33 + 100 x 4.125 + 500 x 16.5
        PricedUsage(
            "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            TokenUsage(freshInput: 1000, cacheRead: 1000, cacheWrite5m: 100, output: 500), "0.0122925"),
        // 1000 x 0.25 + 500 x 1.25
        PricedUsage(
            "bedrock", "anthropic.claude-3-haiku-20240307-v1:0", TokenUsage(freshInput: 1000, output: 500), "0.000875"),
        // 1000 x 0.035 + 1000 x 0.00875 + 500 x 0.14
        PricedUsage(
            "bedrock", "amazon.nova-micro-v1:0", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 500),
            "0.00011375"),
        // 1000 x 0.72 + 500 x 0.72
        PricedUsage(
            "bedrock", "us.meta.llama3-3-70b-instruct-v1:0", TokenUsage(freshInput: 1000, output: 500), "0.00108"),
        // 1000 x 0.15 + 1000 x 0.075 + 500 x 0.6
        PricedUsage(
            "groq", "openai/gpt-oss-120b", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 500), "0.000525"),
        // 1000 x 0.59 + 500 x 0.79
        PricedUsage(
            "groq", "llama-3.3-70b-versatile", TokenUsage(freshInput: 1000, output: 500), "0.000985", tier: .flex),
        // 1 x 0.05 + 1 x 0.08
        PricedUsage("custom:groq", "llama-3.1-8b-instant", TokenUsage(freshInput: 1, output: 1), "0.00000013"),
        // 1000 x 3 + 1000 x 0.3 + 500 x 15
        PricedUsage(
            "together", "moonshotai/Kimi-K3", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 500), "0.0108"),
        // 1000 x 1.4 + 1000 x 0.26 + 500 x 4.4
        PricedUsage(
            "fireworks", "accounts/fireworks/models/glm-5p3",
            TokenUsage(freshInput: 1000, cacheRead: 1000, output: 500), "0.00386"),
        // 1000 x 0.5 + 1000 x 0.05 + 500 x 1.5
        PricedUsage(
            "mistral", "mistral-large-2512", TokenUsage(freshInput: 1000, cacheRead: 1000, output: 500), "0.0013"),
        // 1000 x 1.5 + 500 x 7.5
        PricedUsage("mistral", "mistral-medium-latest", TokenUsage(freshInput: 1000, output: 500), "0.00525"),
        // 1000 x 0.66 + 5000 x 0.022 + 500 x 1.98
        PricedUsage(
            "deepseek", "deepseek-v4-pro", TokenUsage(freshInput: 1000, cacheRead: 5000, output: 500), "0.00176",
            hour: 12),
        // 1000 x 1.32 + 5000 x 0.044 + 500 x 3.96
        PricedUsage(
            "deepseek", "deepseek-v4-pro", TokenUsage(freshInput: 1000, cacheRead: 5000, output: 500), "0.00352",
            hour: 2),
        // 1000 x 1.32 + 500 x 3.96
        PricedUsage("deepseek", "deepseek-v4-pro", TokenUsage(freshInput: 1000, output: 500), "0.0033", hour: 9),
        // 199999 x 2 + 10 x 6
        PricedUsage("xai", "grok-4.7", TokenUsage(freshInput: 199999, output: 10), "0.400058"),
        // 100000 x 4 + 100000 x 1 + 10 x 12
        PricedUsage("xai", "grok-4.7", TokenUsage(freshInput: 100000, cacheRead: 100000, output: 10), "0.50012"),
        // 1000 x 0.0375 + 500 x 0.15
        PricedUsage("cohere", "command-r7b-12-2024", TokenUsage(freshInput: 1000, output: 500), "0.0001125"),
        // 1000 x 0.35 + 500 x 0.75
        PricedUsage("cerebras", "gpt-oss-120b", TokenUsage(freshInput: 1000, output: 500), "0.000725"),
        // 1000 x 3 + 500 x 15 + 0.006 USD
        PricedUsage("perplexity", "sonar-pro", TokenUsage(freshInput: 1000, output: 500), "0.0165"),
        // 1000 x 2 + 400 x 3 + 100 x 8
        PricedUsage(
            "perplexity", "sonar-deep-research", TokenUsage(freshInput: 1000, output: 500, reasoning: 400), "0.004"),
        // free
        PricedUsage("demo", "echo", TokenUsage(freshInput: 1000, output: 500), "0"),
    ]
}
