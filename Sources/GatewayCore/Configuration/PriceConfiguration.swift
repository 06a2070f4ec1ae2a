/// `[prices]`: what the operator knows of prices that the gateway does not, or knows better.
public struct PriceConfiguration: Sendable, Equatable {
    /// A model's own price, or another's that holds for it too.
    public enum Entry: Sendable, Equatable {
        case price(ModelPrice)
        /// A deployment or alias that costs what the model of that provider does.
        case like(provider: String, model: String, of: PricedModel)
    }

    public struct PricedModel: Sendable, Hashable {
        public var provider: String
        public var model: String

        public init(provider: String, model: String) {
            self.provider = provider
            self.model = model
        }
    }

    /// They win over every other price.
    public var models: [Entry]
    /// Where newer prices are read from, in LiteLLM's JSON format; nil asks nobody.
    public var refreshURL: String?
    public var refreshInterval: Duration

    public init(
        models: [Entry] = [], refreshURL: String? = nil, refreshInterval: Duration = .seconds(3600)
    ) {
        self.models = models
        self.refreshURL = refreshURL
        self.refreshInterval = refreshInterval
    }
}
