import GatewayCore
import Testing

@testable import gatewayd

struct PricesReportTests {
    private static let day = Timestamp.day("2026-11-21") ?? 0

    @Test func listsEveryPriceInForceOnce() {
        let report = PricesReport(PriceBook.builtIn.all, matching: nil, day: Self.day)
        let names = report.prices.map { "\($0.provider)/\($0.model)" }
        #expect(names.count > 200)
        #expect(Set(names).count == names.count)
    }

    @Test func showsEveryConditionOfTheModelsAskedFor() {
        let report = PricesReport(PriceBook.builtIn.all, matching: "GPT-5.6-sol", day: Self.day)
        #expect(report.text.contains("https://developers.openai.com/api/docs/pricing 2026-11-21"))
        #expect(report.text.contains("priority, > 272,000"))
        #expect(report.text.contains("until 2026-08-20"))
        #expect(report.json["prices"]?[0]?["bands"]?[0]?["input"] != nil)
        #expect(PricesReport(PriceBook.builtIn.all, matching: "no such", day: Self.day).prices.isEmpty)
    }
}
