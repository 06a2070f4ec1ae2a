import Testing

@testable import GatewayCore

struct PriceTableTests {
    @Test func everyBuiltInLineCanBeRead() throws {
        var table = PriceTable()
        for text in PriceTable.texts { try table.append(text, origin: .builtIn) }
        #expect(table.prices.count == PriceTable.builtIn.prices.count)
        #expect(table.prices.count > 200)
    }

    @Test func everyBuiltInPriceSaysWhereItWasReadAndWhen() {
        for price in PriceTable.builtIn.prices where price.provider != "demo" {
            #expect(price.source?.hasPrefix("https://") == true, "\(price.provider) \(price.model)")
            #expect(price.checked.flatMap { Timestamp.day($0) } != nil, "\(price.provider) \(price.model)")
        }
    }

    @Test func noBuiltInPriceIsOutOfProportion() {
        for price in PriceTable.builtIn.prices where price.provider != "demo" {
            for band in price.bands {
                let rates = band.rates
                let name = "\(price.provider) \(price.model)"
                #expect(rates.input.pico > 0, "\(name)")
                #expect(rates.output?.pico ?? rates.input.pico >= rates.input.pico, "\(name)")
                #expect(rates.cacheRead?.pico ?? 0 <= rates.input.pico, "\(name)")
                #expect(rates.cacheWrite?.pico ?? .max >= rates.input.pico, "\(name)")
                if let short = rates.cacheWrite, let long = rates.cacheWriteLong {
                    #expect(long.pico > short.pico, "\(name)")
                }
                #expect(price.bands.contains { $0.tier == .standard && $0.inputAbove == 0 }, "\(name)")
            }
        }
    }

    @Test func longPromptsAndFastTiersCostMoreAndSlowOnesLess() throws {
        for price in PriceTable.builtIn.prices {
            let base = try #require(price.bands.first { $0.tier == .standard && $0.inputAbove == 0 })
            for band in price.bands where band.inputAbove == 0 && band.minutes == nil && price.provider != "demo" {
                switch band.tier {
                case .batch, .flex: #expect(band.rates.input.pico <= base.rates.input.pico)
                case .priority, .fast: #expect(band.rates.input.pico > base.rates.input.pico)
                case .standard, .reserved, .other: break
                }
            }
            for band in price.bands where band.tier == .standard && band.inputAbove > 0 {
                #expect(band.rates.input.pico > base.rates.input.pico, "\(price.model)")
            }
        }
    }

    @Test func readsConditionsPricesAndFactors() throws {
        let table = try PriceTable(
            parsing: """
                provider acme
                source https://acme.test/prices 2026-01-02
                every batch x0.5  search 10
                one >1000 from 2026-02-01  in 2 out 4   # the long kind
                one from 2026-02-01        in 1 cached 0.1 out 2 eu x1.2
                one from 2026-02-01 batch  in 0.25 out 0.5
                two 22:00-24:00            in 3
                """, origin: .builtIn)
        let one = try #require(table.prices.first)
        #expect(table.prices.map(\.model) == ["one", "two"])
        #expect(one.firstDay == Timestamp.day("2026-02-01"))
        #expect(one.source == "https://acme.test/prices")
        #expect(one.checked == "2026-01-02")
        #expect(one.regions == ["eu": PriceFactor("1.2")!])
        let short = try one.rates(.standard, totalInput: 1000, minute: 0)
        #expect(short.cacheRead == TokenPrice(perMillion: "0.1"))
        #expect(short.webSearch == 10_000_000_000)
        #expect(try one.rates(.standard, totalInput: 1001, minute: 0).output == TokenPrice(perMillion: "4"))
        #expect(try one.rates(.batch, totalInput: 1, minute: 0).input == TokenPrice(perMillion: "0.25"))
        #expect(try one.rates(.batch, totalInput: 1001, minute: 0).input == TokenPrice(perMillion: "1"))
        let two = table.prices[1]
        #expect(throws: UnknownCost.noTier(.standard, model: "two")) {
            try two.rates(.standard, totalInput: 1, minute: 22 * 60 - 1)
        }
        #expect(try two.rates(.standard, totalInput: 1, minute: 1439).input == TokenPrice(perMillion: "3"))
    }

    @Test(arguments: [
        ("one in 1", "no provider stands above the line"), ("provider", "a word is missing after provider"),
        ("provider a\none out 1", "'in' is missing"), ("provider a\none in x", "'x' is no price for a million tokens"),
        ("provider a\none in 0.0000001", "'0.0000001' is no price for a million tokens"),
        ("provider a\none in 1 in 2", "'in' stands twice"), ("provider a\none in 1\none in 2", "one stands twice"),
        ("provider a\none sometimes in 1", "'sometimes' is no condition"),
        ("provider a\none from 2026-02-30 in 1", "'2026-02-30' is no day, as in 2026-11-21"),
        ("provider a\none 25:00-26:00 in 1", "'25:00-26:00' is no time of the day, as in 01:00-04:00"),
        ("provider a\none in 1 flex 0.5", "'flex' wants a factor, as in x0.5"),
        ("provider a\none in 0.000001 flex x0.5", "flex x0.5 is not exact"),
        ("provider a\none in", "'in' wants a price"),
        ("provider a\none until 2026-01-01 in 1\none >5 in 2", "one ends on two days"),
    ])
    func tellsWhatIsWrong(text: String, message: String) {
        #expect(throws: PriceTable.Failure(line: text.split(separator: "\n").count, message: message)) {
            try PriceTable(parsing: text, origin: .builtIn)
        }
    }
}
