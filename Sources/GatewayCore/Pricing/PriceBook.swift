/// Every price the gateway knows, ready to be looked up. Immutable: a newer one takes its place as a whole.
///
/// The operator's own prices come first, then refreshed ones, then those that are built in.
public final class PriceBook: Sendable {
    /// By the table's name of the provider and the model; the latest price first.
    private let prices: [String: [String: [PricedModel]]]
    /// The provider whose list also holds for another: `azure_openai` sells at the prices of `openai`.
    private let likenesses: [String: [String]]

    /// Where a model name has several prices for a day, those that come earlier in `layers` win.
    package init(layers: [[ModelPrice]], likenesses: [String: [String]] = [:]) {
        var prices: [String: [String: [ModelPrice]]] = [:]
        for layer in layers {
            for price in layer { prices[price.provider, default: [:]][price.model, default: []].append(price) }
        }
        for provider in prices.keys {
            for model in prices[provider, default: [:]].keys {
                prices[provider]?[model]?.sort { left, right in
                    let ranks = (left.origin.rank, right.origin.rank)
                    return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.firstDay ?? .min > right.firstDay ?? .min
                }
            }
        }
        self.prices = prices.mapValues { models in models.mapValues { $0.map(PricedModel.init) } }
        self.likenesses = likenesses
    }

    /// Knows no price.
    public static let empty = PriceBook(layers: [])

    /// What is built in.
    public static let builtIn = PriceBook(
        layers: [PriceTable.builtIn.prices], likenesses: PriceTable.builtIn.likenesses)

    /// Every price, by provider and model.
    package var all: [ModelPrice] {
        prices.keys.sorted().flatMap { provider in
            (prices[provider] ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value).map(\.price)
        }
    }

    /// The price of a model on a day.
    ///
    /// - Parameter provider: a key of the configuration, `openai` or `custom:deepseek`.
    package func price(of model: String, at provider: String, on day: Int) -> PriceMatch? {
        find(model, at: provider) { prices in prices.first { $0.holds(on: day) } }
            .map { PriceMatch(priced: $0.result, region: $0.region) }
    }

    /// Every price of a model, the one that holds first.
    package func prices(of model: String, at provider: String) -> [ModelPrice] {
        find(model, at: provider) { $0 }?.result.map(\.price) ?? []
    }

    private func find<Result>(
        _ model: String, at provider: String, _ pick: ([PricedModel]) -> Result?
    ) -> (result: Result, region: String?)? {
        if let found = find(model, in: provider, pick) { return found }
        var name = provider
        if name.hasPrefix("custom:") {
            name = String(name.dropFirst("custom:".count))
            if let found = find(model, in: name, pick) { return found }
        }
        for like in likenesses[name] ?? [] {
            if let found = find(model, in: like, pick) { return found }
        }
        return nil
    }

    private func find<Result>(
        _ model: String, in provider: String, _ pick: ([PricedModel]) -> Result?
    ) -> (result: Result, region: String?)? {
        guard let list = prices[provider] else { return nil }
        if let result = list[model].flatMap(pick) { return (result, ModelNameVariants.region(of: model)) }
        for name in ModelNameVariants(model) {
            if let result = list[name.model].flatMap(pick) { return (result, name.region) }
        }
        return list["*"].flatMap(pick).map { ($0, nil) }
    }
}

/// A price and what the model's name said beyond the model.
package struct PriceMatch: Sendable {
    fileprivate let priced: PricedModel
    /// `regional` for a Bedrock name that keeps the request in its geography.
    package let region: String?

    package var price: ModelPrice { priced.price }
}

/// A price in the book. A class, since each request looks one up and a price is large: take single fields out of it.
private final class PricedModel: Sendable {
    let price: ModelPrice

    init(_ price: ModelPrice) {
        self.price = price
    }

    func holds(on day: Int) -> Bool {
        day >= price.firstDay ?? .min && day <= price.lastDay ?? .max
    }

    func rates(_ tier: ServiceTier, totalInput: Int, minute: Int) throws(UnknownCost) -> TokenRates {
        try ModelPrice.rates(tier, totalInput: totalInput, minute: minute, in: price.bands, of: price.model)
    }
}

extension ModelPrice.Origin {
    /// Lower wins.
    fileprivate var rank: Int {
        switch self {
        case .configuration: 0
        case .refreshed: 1
        case .builtIn: 2
        }
    }
}

// MARK: Costs

extension PriceBook {
    /// What a request cost; unknown parts are nil and the note says why.
    ///
    /// - Parameters:
    ///   - provider: its key in the configuration.
    ///   - model: as the provider calls it.
    ///   - instant: when the request came, in seconds since 1970: prices change.
    package func cost(
        of usage: TokenUsage?, model: String, at provider: String, instant: Double
    ) -> RequestCost {
        guard let usage else { return RequestCost(unknown: .noUsage) }
        let match = price(of: model, at: provider, on: Self.day(of: instant))
        if let named = usage.details?.reportedCost, match?.priced.price.origin != .configuration {
            return RequestCost(total: named, source: "provider")
        }
        guard let match else { return RequestCost(unknown: .noPrice(provider: provider, model: model)) }
        do throws(UnknownCost) {
            let rates = try match.priced.rates(
                usage.serviceTier ?? .standard, totalInput: usage.totalInput, minute: Self.minute(of: instant))
            let region = usage.details?.region ?? match.region
            let factor = region.flatMap { match.priced.price.regions[$0] }
            var cost = CostCalculator(rates: rates, factor: factor).cost(of: usage)
            cost.source = match.priced.price.origin.rawValue
            return cost
        } catch {
            return RequestCost(unknown: error)
        }
    }

    /// The most that a request can cost when it is answered in the tier it asks for, in 10^-12 USD; nil with the reason
    /// when that is unknown.
    package func ceiling(
        inputTokens: Int, outputTokens: Int, tier: ServiceTier = .standard, model: String, at provider: String,
        instant: Double
    ) -> Result<Int64, UnknownCost> {
        guard let match = price(of: model, at: provider, on: Self.day(of: instant)) else {
            return .failure(.noPrice(provider: provider, model: model))
        }
        do throws(UnknownCost) {
            let rates = try match.priced.rates(tier, totalInput: inputTokens, minute: Self.minute(of: instant))
            guard let output = rates.highestOutput else { throw .missing("no price is known for output tokens") }
            var highest = rates
            highest.input = rates.highestInput
            highest.output = output
            (highest.reasoning, highest.audioOutput, highest.imageOutput, highest.audioInput) = (nil, nil, nil, nil)
            let factor = match.price.regions.values.max { $0.millionths < $1.millionths }
            let cost = CostCalculator(rates: highest, factor: factor)
                .cost(of: TokenUsage(freshInput: inputTokens, output: outputTokens))
            guard let total = cost.total else { throw .overflow }
            return .success(total)
        } catch {
            return .failure(error)
        }
    }

    static func day(of instant: Double) -> Int {
        Int((max(-1e11, min(instant, 1e11)) / 86_400).rounded(.down))
    }

    static func minute(of instant: Double) -> Int {
        Int((max(0, min(instant, 1e11)) / 60).rounded(.down)) % 1440
    }
}
