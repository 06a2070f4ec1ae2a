import GatewayProviders
import Testing

@testable import GatewayCore

struct PriceConfigurationTests {
    private func prices(_ toml: String) throws(ConfigurationError) -> PriceConfiguration {
        try GatewayConfiguration.load(toml: Array((toml + "\n[[providers.demo]]\nname = \"demo\"\n").utf8)).prices
    }

    @Test func readsPricesOfTheOperator() throws {
        let prices = try prices(
            """
            [prices]
            refresh_url = "https://prices.test/map.json"
            refresh_interval_seconds = 7200

            [[prices.models]]
            provider = "custom:internal"
            model = "llama"
            input = 0.10
            cached_input = 0.025
            output = 1
            web_search = 10
            valid_from = 2026-01-01
            valid_until = "2026-12-31"
            regions = { eu = 1.2 }
            priority = { input = 0.2, output = 2.5 }
            [[prices.models.long_context]]
            above = 128000
            input = 0.2
            output = 2

            [[prices.models]]
            provider = "azure_openai"
            model = "prod"
            like = "openai/gpt-4o"
            """)
        #expect(prices.refreshURL == "https://prices.test/map.json")
        #expect(prices.refreshInterval == .seconds(7200))
        guard case .price(let price) = prices.models.first else {
            Issue.record("no price was read")
            return
        }
        #expect(price.provider == "custom:internal")
        #expect(price.firstDay == Timestamp.day("2026-01-01"))
        #expect(price.lastDay == Timestamp.day("2026-12-31"))
        #expect(price.regions == ["eu": PriceFactor("1.2")!])
        let rates = try price.rates(.standard, totalInput: 1, minute: 0)
        #expect(rates.input == TokenPrice(perMillion: "0.1"))
        #expect(rates.cacheRead == TokenPrice(perMillion: "0.025"))
        #expect(rates.webSearch == 10_000_000_000)
        #expect(try price.rates(.priority, totalInput: 1, minute: 0).output == TokenPrice(perMillion: "2.5"))
        #expect(try price.rates(.standard, totalInput: 128_001, minute: 0).output == TokenPrice(perMillion: "2"))
        #expect(
            prices.models.last
                == .like(provider: "azure_openai", model: "prod", of: .init(provider: "openai", model: "gpt-4o")))
    }

    @Test(arguments: [
        ("model = \"m\"\ninput = 1", "'provider' is missing"), ("provider = \"p\"\ninput = 1", "'model' is missing"),
        ("provider = \"p\"\nmodel = \"m\"", "'input' is missing"),
        ("provider = \"p\"\nmodel = \"m\"\ninput = -1", "'input' is no price for a million tokens"),
        ("provider = \"p\"\nmodel = \"m\"\ninput = 0.00000001", "'input' is no price for a million tokens"),
        ("provider = \"p\"\nmodel = \"m\"\ninput = 1\ncashed_input = 1", "unknown key 'cashed_input'"),
        ("provider = \"p\"\nmodel = \"m\"\ninput = 1\nvalid_from = 7", "'valid_from' is no day"),
        ("provider = \"p\"\nmodel = \"m\"\nlike = \"gpt-4o\"", "'like' names no provider"),
        ("provider = \"p\"\nmodel = \"m\"\nlike = \"a/b\"\ninput = 1", "'like' and prices of its own cannot both hold"),
    ])
    func tellsWhatIsWrong(entry: String, message: String) {
        do {
            _ = try prices("[[prices.models]]\n" + entry)
            Issue.record("it was taken")
        } catch {
            #expect(error.problems.map(\.message) == [message])
        }
    }

    @Test func aRefreshEverySecondIsRefused() {
        #expect(throws: ConfigurationError.self) {
            try self.prices("[prices]\nrefresh_url = \"https://x.test\"\nrefresh_interval_seconds = 1")
        }
    }
}
