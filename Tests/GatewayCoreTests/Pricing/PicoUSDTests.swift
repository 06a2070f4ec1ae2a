import Testing

@testable import GatewayCore

struct PicoUSDTests {
    @Test(
        arguments: [
            ("2.5", 6, 2_500_000), ("0", 6, 0), ("0.000001", 6, 1), ("10", 6, 10_000_000), ("2.50", 6, 2_500_000),
            ("2.5e-06", 12, 2_500_000), ("1E-12", 12, 1), ("3e2", 0, 300), ("0.1", 12, 100_000_000_000),
            ("9223372036854775807", 0, .max), ("0.0", 0, 0), ("1.250e1", 1, 125),
        ] as [(String, Int, Int64)])
    func readsDecimalsExactly(text: String, scale: Int, value: Int64) {
        #expect(PicoUSD.exact(text, scale: scale) == value)
        #expect(PicoUSD.rounded(text, scale: scale) == value)
    }

    @Test(arguments: [
        "", ".", "-1", "+1", "1.2.3", "1e", "e5", "1e99999", "NaN", "inf", " 1", "1 ", "0x10", "1_000",
        "9223372036854775808", "99999999999999999999999",
    ])
    func refusesWhatIsNoAmount(text: String) {
        #expect(PicoUSD.exact(text, scale: 0) == nil)
        #expect(PicoUSD.rounded(text, scale: 0) == nil)
    }

    @Test func doesNotLoseDigitsSilently() {
        #expect(PicoUSD.exact("0.0000001", scale: 6) == nil)
        #expect(PicoUSD.rounded("0.0000005", scale: 6) == 1)
        #expect(PicoUSD.rounded("0.0000004999", scale: 6) == 0)
        #expect(PicoUSD.rounded("3.3000000000000002e-07", scale: 12) == 330_000)
        #expect(PicoUSD.exact("1e-300", scale: 12) == nil)
        #expect(PicoUSD.rounded("1e-300", scale: 12) == 0)
        #expect(PicoUSD.exact("0e-300", scale: 12) == 0)
    }

    @Test(arguments: [("2.5", "2.5"), ("0.075", "0.075"), ("600", "600"), ("0", "0")])
    func pricesAreWrittenAsTheyAreRead(text: String, written: String) {
        #expect(TokenPrice(perMillion: text)?.perMillion == written)
    }

    @Test func pricesHaveBounds() {
        #expect(TokenPrice(pico: -1) == nil)
        #expect(TokenPrice(perMillion: "1000001") == nil)
        #expect(TokenPrice(perToken: "2.5e-06") == TokenPrice(perMillion: "2.5"))
        #expect(PriceFactor("0") == nil)
        #expect(PriceFactor("1.1")?.text == "1.1")
    }
}
