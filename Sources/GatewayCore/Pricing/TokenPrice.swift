/// What one token costs, exactly: in 10^-12 USD, which is a millionth of the usual USD per million tokens.
public struct TokenPrice: Sendable, Hashable {
    /// In 10^-12 USD.
    public let pico: Int64

    /// More is taken for a mistake: 1 USD for a single token.
    static let highest: Int64 = PicoUSD.perDollar

    /// Nil for a negative price and one that is too high to be one.
    public init?(pico: Int64) {
        guard (0...Self.highest).contains(pico) else { return nil }
        self.pico = pico
    }

    /// Reads USD per million tokens, `2.50`; nil when it is no price or finer than six decimals.
    public init?(perMillion text: some StringProtocol) {
        guard let pico = PicoUSD.exact(text, scale: 6) else { return nil }
        self.init(pico: pico)
    }

    /// Reads USD for one token, `2.5e-06`; nil when it is no price or finer than 10^-12 USD.
    public init?(perToken text: some StringProtocol) {
        guard let pico = PicoUSD.exact(text, scale: 12) else { return nil }
        self.init(pico: pico)
    }

    /// USD per million tokens: `2.5`.
    public var perMillion: String { PicoUSD.decimal(pico, places: 6) }

    /// Nil when the product is not exact or too high.
    func times(_ factor: PriceFactor) -> TokenPrice? {
        factor.exactly(pico).flatMap(TokenPrice.init(pico:))
    }
}

/// A multiple such as 0.5 or 1.1, as a fraction of whole numbers.
public struct PriceFactor: Sendable, Hashable {
    let millionths: Int64

    /// Reads `0.5`; nil when it is no number above 0, beyond 1000 or finer than six decimals.
    public init?(_ text: some StringProtocol) {
        guard let value = PicoUSD.exact(text, scale: 6), (1...1_000_000_000).contains(value) else { return nil }
        millionths = value
    }

    func exactly(_ amount: Int64) -> Int64? {
        let (product, overflow) = amount.multipliedReportingOverflow(by: millionths)
        guard !overflow, product % 1_000_000 == 0 else { return nil }
        return product / 1_000_000
    }

    /// `1.1`.
    public var text: String { PicoUSD.decimal(millionths, places: 6) }
}
