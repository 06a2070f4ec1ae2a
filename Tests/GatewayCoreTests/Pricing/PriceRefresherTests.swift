import Testing

@testable import GatewayCore

struct PriceRefresherTests {
    private static func list(input: String) -> String {
        let entries = (0..<20).map {
            #""m-\#($0)":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":\#(input),"output_cost_per_token":1e-05}"#
        }
        return "{" + entries.joined(separator: ",") + "}"
    }

    private struct Clock: WallClock {
        func now() -> Double { 1_795_262_400 }
    }

    private func input(_ shelf: PriceShelf) -> Int64? {
        shelf.book.price(of: "m-7", at: "openai", on: 20_778)?.price.bands[0].rates.input.pico
    }

    @Test func theLastGoodListStaysInForceWhileTheAddressFails() async {
        let shelf = PriceShelf()
        let transport = ScriptedTransport(
            .reply(status: 200, body: [Self.list(input: "1e-06")]),
            .reply(status: 200, body: [Self.list(input: "1e-06")]),
            .reply(status: 500, body: ["gone"]), .failure(.timedOut(.total)), .reply(status: 200, body: ["<html>"]),
            .reply(status: 200, body: ["{}"]),
            .broken(pieces: ["{\"m-1\":"], error: .truncated(detail: "closed")),
            .reply(status: 200, body: [Self.list(input: "2e-06")]))
        let refresher = PriceRefresher(
            url: "https://prices.test/map.json", transport: transport, clock: Clock(), shelf: shelf)
        #expect(await refresher.refresh() == .refreshed(prices: 20, leftOut: 0))
        #expect(await refresher.refresh() == .unchanged)
        for _ in 0..<5 {
            guard case .failed = await refresher.refresh() else {
                Issue.record("a failure was taken for prices")
                return
            }
            #expect(input(shelf) == 1_000_000)
        }
        #expect(await refresher.refresh() == .refreshed(prices: 20, leftOut: 0))
        #expect(input(shelf) == 2_000_000)
        #expect(transport.requests[0].method == "GET")
        #expect(transport.requests[0].timeouts.total == .seconds(30))
    }
}
