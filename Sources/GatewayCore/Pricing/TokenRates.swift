/// The prices of one model under one condition. What is not listed on its own costs what its direction costs; `amount`
/// says where that would be wrong.
public struct TokenRates: Sendable, Hashable {
    public var input: TokenPrice
    public var output: TokenPrice?
    public var cacheRead: TokenPrice?
    /// Written to a cache for minutes.
    public var cacheWrite: TokenPrice?
    /// Written to a cache for an hour or longer.
    public var cacheWriteLong: TokenPrice?
    /// Output that was reasoning, where it has a price of its own.
    public var reasoning: TokenPrice?
    public var audioInput: TokenPrice?
    public var audioCacheRead: TokenPrice?
    public var audioOutput: TokenPrice?
    public var imageOutput: TokenPrice?
    /// In 10^-12 USD.
    public var webSearch: Int64?
    /// In 10^-12 USD, for each request whatever its size.
    public var request: Int64?

    public init(input: TokenPrice, output: TokenPrice? = nil) {
        self.input = input
        self.output = output
    }

    /// Every price times the factor; nil when one of them is not exact. Fees are not for tokens and stay.
    func times(_ factor: PriceFactor) -> TokenRates? {
        guard let first = input.times(factor) else { return nil }
        var rates = self
        rates.input = first
        for path in Self.optionalPrices {
            guard let price = self[keyPath: path] else { continue }
            guard let product = price.times(factor) else { return nil }
            rates[keyPath: path] = product
        }
        return rates
    }

    private static var optionalPrices: [WritableKeyPath<TokenRates, TokenPrice?>] {
        [
            \.output, \.cacheRead, \.cacheWrite, \.cacheWriteLong, \.reasoning, \.audioInput, \.audioCacheRead,
            \.audioOutput, \.imageOutput,
        ]
    }

    /// The highest price that a token of the input can have.
    var highestInput: TokenPrice {
        let others = [cacheRead, cacheWrite, cacheWriteLong, audioInput, audioCacheRead].compactMap { $0 }
        return others.reduce(input) { $0.pico >= $1.pico ? $0 : $1 }
    }

    /// Nil when output has no price.
    var highestOutput: TokenPrice? {
        [output, reasoning, audioOutput, imageOutput].compactMap { $0 }.max { $0.pico < $1.pico }
    }
}
