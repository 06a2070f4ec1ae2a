import GatewayCore
import Synchronization

/// Tells the prices in force to the thread that writes them down.
package final class PriceSource: Sendable {
    /// A function that stands in a `Mutex` by itself is wrapped in one more function each time that it is looked at, until
    /// calling it takes more stack than a thread has. In a structure it stays what it is.
    private struct Reading: Sendable {
        let book: @Sendable () -> PriceBook
    }

    private let reading = Mutex<Reading?>(nil)

    package init() {}

    package func follow(_ book: @escaping @Sendable () -> PriceBook) {
        reading.withLock { $0 = Reading(book: book) }
    }

    /// Nil until somebody says where the prices stand.
    package var book: PriceBook? { reading.withLock { $0 }?.book() }
}
