import Synchronization

/// Where the prices in force stand. Readers take the whole book and keep it; a new one takes its place at once.
package final class PriceShelf: Sendable {
    private struct State {
        var configured: [PriceConfiguration.Entry] = []
        var refreshed: [ModelPrice] = []
        var book: PriceBook
    }

    private let state: Mutex<State>

    package init(_ configuration: PriceConfiguration = PriceConfiguration()) {
        state = Mutex(State(book: .builtIn))
        configure(configuration)
    }

    package var book: PriceBook { state.withLock { $0.book } }

    /// The operator's own prices, from now on.
    package func configure(_ configuration: PriceConfiguration) {
        update { $0.configured = configuration.models }
    }

    /// Newer prices of the world, from now on.
    ///
    /// - Returns: whether they differ from those before, apart from the day they were read.
    @discardableResult
    package func refresh(_ prices: [ModelPrice]) -> Bool {
        let isNews = state.withLock { $0.refreshed.map(\.undated) != prices.map(\.undated) }
        if isNews { update { $0.refreshed = prices } }
        return isNews
    }

    private func update(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            let built = PriceTable.builtIn
            guard !state.configured.isEmpty || !state.refreshed.isEmpty else {
                state.book = .builtIn
                return
            }
            let world = PriceBook(layers: [state.refreshed, built.prices], likenesses: built.likenesses)
            let configured = state.configured.flatMap { $0.prices(in: world) }
            state.book = PriceBook(layers: [configured, state.refreshed, built.prices], likenesses: built.likenesses)
        }
    }
}

extension PriceConfiguration.Entry {
    /// The prices that the entry stands for; none when it is like a model that nobody has a price for.
    fileprivate func prices(in world: PriceBook) -> [ModelPrice] {
        switch self {
        case .price(let price): [price]
        case .like(let provider, let model, let original):
            world.prices(of: original.model, at: original.provider).map { price in
                var copy = price
                (copy.provider, copy.model, copy.origin) = (provider, model, .configuration)
                return copy
            }
        }
    }
}

extension ModelPrice {
    fileprivate var undated: ModelPrice {
        var price = self
        price.checked = nil
        return price
    }
}
