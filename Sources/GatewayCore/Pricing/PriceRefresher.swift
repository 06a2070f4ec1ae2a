/// Reads newer prices from an address. What was read last stays in force while the address fails, or gives what is no list of
/// prices.
package struct PriceRefresher: Sendable {
    package enum Outcome: Sendable, Equatable {
        case refreshed(prices: Int, leftOut: Int)
        /// The same prices as before.
        case unchanged
        case failed(String)
    }

    /// The widely used list has two megabytes.
    static let maxBytes = 32 << 20
    private static let patience: Duration = .seconds(30)

    private let url: String
    private let transport: any Transport
    private let clock: any WallClock
    private let shelf: PriceShelf

    package init(url: String, transport: any Transport, clock: any WallClock, shelf: PriceShelf) {
        self.url = url
        self.transport = transport
        self.clock = clock
        self.shelf = shelf
    }

    package func refresh() async -> Outcome {
        var request = TransportRequest(method: "GET", url: url, headers: ["accept": "application/json"])
        request.timeouts.firstByte = Self.patience
        request.timeouts.idle = Self.patience
        request.timeouts.total = Self.patience
        let bytes: [UInt8]
        do {
            let response = try await transport.send(request)
            guard response.status == 200 else {
                response.body.cancel()
                return .failed("the address answered HTTP \(response.status)")
            }
            bytes = try await response.body.collect(upTo: Self.maxBytes)
        } catch {
            return .failed("\(error)")
        }
        do throws(PriceMap.Failure) {
            let map = try PriceMap(bytes, source: url, day: PriceBook.day(of: clock.now()))
            return shelf.refresh(map.prices) ? .refreshed(prices: map.prices.count, leftOut: map.leftOut) : .unchanged
        } catch {
            return .failed(error.description)
        }
    }
}
