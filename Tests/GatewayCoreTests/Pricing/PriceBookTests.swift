import Testing

@testable import GatewayCore

struct PriceBookTests {
    private static let day = Timestamp.day("2026-11-21") ?? 0

    private func match(_ model: String, _ provider: String) -> PriceMatch? {
        PriceBook.builtIn.price(of: model, at: provider, on: Self.day)
    }

    @Test(arguments: [
        ("gpt-5", "openai", "gpt-5"), ("gpt-5-2025-08-07", "openai", "gpt-5"),
        ("gpt-5-chat-latest", "openai", "gpt-5-chat"), ("claude-sonnet-4-5-20250929", "anthropic", "claude-sonnet-4-5"),
        ("claude-3-5-haiku-latest", "anthropic", "claude-3-5-haiku"),
        ("models/gemini-2.5-flash", "gemini", "gemini-2.5-flash"), ("gemini-flash-latest", "gemini", "gemini-flash"),
        ("gemini-embedding-001", "gemini", "gemini-embedding"),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "bedrock", "anthropic.claude-haiku-4-5"),
        ("claude-opus-5@20260901", "vertex", "claude-opus-5"),
        ("publishers/google/models/gemini-2.5-pro", "vertex", "gemini-2.5-pro"),
        ("gpt-4o-2024-05-13", "openai", "gpt-4o-2024-05-13"), ("ft:gpt-4.1-2025-04-14:me::x", "openai", "ft:gpt-4.1"),
        ("accounts/fireworks/models/kimi-k3", "fireworks", "kimi-k3"), ("anything", "demo", "*"),
        ("gpt-4o", "azure_openai", "gpt-4o"), ("gpt-4-turbo", "azure_openai", "gpt-4-turbo"),
    ])
    func findsAModelUnderItsOtherNames(model: String, provider: String, name: String) throws {
        #expect(try #require(match(model, provider)).price.model == name)
    }

    @Test(arguments: [
        ("gpt-5-turbo", "openai"), ("claude-sonnet", "anthropic"), ("gpt-5", "anthropic"), ("", "openai"),
        ("-001", "gemini"),
        ("us.", "bedrock"), ("ft:", "openai"), ("/", "openai"),
    ])
    func doesNotGuess(model: String, provider: String) {
        #expect(match(model, provider) == nil)
    }

    @Test func azureHasItsOwnPriceWhereItDiffers() throws {
        #expect(try #require(match("gpt-4-turbo", "azure_openai")).price.provider == "azure_openai")
        #expect(try #require(match("gpt-4o", "azure_openai")).price.provider == "openai")
    }

    @Test(
        arguments: [
            ("global.anthropic.claude-opus-5", nil), ("us.anthropic.claude-opus-5", "regional"),
            ("anthropic.claude-opus-5", "regional"),
        ] as [(String, String?)])
    func bedrockNamesSayWhetherTheyStayInTheirRegion(model: String, region: String?) throws {
        #expect(try #require(match(model, "bedrock")).region == region)
    }

    private func price(_ model: String, _ pico: Int64, _ origin: ModelPrice.Origin) -> ModelPrice {
        ModelPrice(
            provider: "openai", model: model,
            bands: [ModelPrice.Band(TokenRates(input: TokenPrice(pico: pico)!, output: TokenPrice(pico: pico)!))],
            origin: origin)
    }

    @Test func theOperatorsPriceWinsThenTheRefreshedOne() throws {
        let shelf = PriceShelf(PriceConfiguration(models: [.price(price("gpt-5", 1, .configuration))]))
        shelf.refresh([price("gpt-5", 2, .refreshed), price("gpt-5-mini", 2, .refreshed), price("new", 2, .refreshed)])
        func input(_ model: String) -> Int64? {
            shelf.book.price(of: model, at: "openai", on: Self.day)?.price.bands[0].rates.input.pico
        }
        #expect(input("gpt-5") == 1)
        #expect(input("gpt-5-mini") == 2)
        #expect(input("new") == 2)
        #expect(input("gpt-5-nano") == 50_000)
        shelf.refresh([])
        #expect(input("new") == nil)
        #expect(input("gpt-5") == 1)
        shelf.configure(PriceConfiguration())
        #expect(input("gpt-5") == 1_250_000)
    }

    @Test func aDeploymentMayCostWhatItsModelDoes() throws {
        let shelf = PriceShelf(
            PriceConfiguration(models: [
                .like(
                    provider: "azure_openai", model: "prod-chat", of: .init(provider: "openai", model: "gpt-5.6-sol"))
            ]))
        let now = try #require(shelf.book.price(of: "prod-chat", at: "azure_openai", on: Self.day)).price
        #expect(now.bands.first?.rates.output == TokenPrice(perMillion: "20"))
        #expect(now.origin == .configuration)
        let then = try #require(
            shelf.book.price(of: "prod-chat", at: "azure_openai", on: Timestamp.day("2026-08-01") ?? 0)
        ).price
        #expect(then.bands.first?.rates.output == TokenPrice(perMillion: "30"))
    }
}
