/// What one model of one provider costs, from one day on, with where that was read.
public struct ModelPrice: Sendable, Hashable {
    /// Prices that hold under conditions; one for certain hours counts before one that holds all day.
    public struct Band: Sendable, Hashable {
        public var tier: ServiceTier
        /// Holds for requests with more input than this, cached or not, and then for all of their tokens.
        public var inputAbove: Int
        /// Minutes of the day in UTC; nil holds all day.
        public var minutes: Range<Int>?
        public var rates: TokenRates

        public init(
            _ rates: TokenRates, tier: ServiceTier = .standard, inputAbove: Int = 0, minutes: Range<Int>? = nil
        ) {
            self.rates = rates
            self.tier = tier
            self.inputAbove = inputAbove
            self.minutes = minutes
        }
    }

    public enum Origin: String, Sendable, Hashable {
        case builtIn = "built-in"
        /// The list that `prices.refresh_url` names.
        case refreshed
        case configuration
    }

    /// As the price table names it: `openai`, `bedrock`, or a key of the configuration.
    public var provider: String
    public var model: String
    public var bands: [Band]
    /// What a region multiplies every price with: `us` 1.1.
    public var regions: [String: PriceFactor] = [:]
    /// Days since 1970; nil holds since ever.
    public var firstDay: Int?
    /// The last day on which it holds; nil holds until another price begins.
    public var lastDay: Int?
    public var origin: Origin
    /// The page or file the price was read from.
    public var source: String?
    /// The day on which it was read there, `2026-11-21`.
    public var checked: String?

    public init(provider: String, model: String, bands: [Band], origin: Origin) {
        self.provider = provider
        self.model = model
        self.bands = bands
        self.origin = origin
    }

    /// The rates for a request, or why there are none.
    ///
    /// - Parameters:
    ///   - totalInput: all input tokens, cached or not.
    ///   - minute: of the day, in UTC.
    func rates(_ tier: ServiceTier, totalInput: Int, minute: Int) throws(UnknownCost) -> TokenRates {
        try Self.rates(tier, totalInput: totalInput, minute: minute, in: bands, of: model)
    }

    /// The same without the price, which is large.
    static func rates(
        _ tier: ServiceTier, totalInput: Int, minute: Int, in bands: [Band], of model: String
    ) throws(UnknownCost) -> TokenRates {
        guard tier != .reserved else { throw .reservedCapacity }
        // A tier that is not sold for inputs of this length has no price there, least of all that of shorter ones.
        var length = 0
        // By their places, since bands are large.
        for place in bands.indices where totalInput > bands[place].inputAbove {
            length = max(length, bands[place].inputAbove)
        }
        var best: Int?
        for place in bands.indices where bands[place].tier == tier && bands[place].inputAbove == length {
            if let minutes = bands[place].minutes {
                if minutes.contains(minute) { best = place }
            } else if best == nil {
                best = place
            }
        }
        guard let best else { throw .noTier(tier, model: model) }
        return bands[best].rates
    }
}

/// Why a request has no cost. Unknown is told, never taken for nothing.
public enum UnknownCost: Error, Sendable, Hashable, CustomStringConvertible {
    case noPrice(provider: String, model: String)
    case noTier(ServiceTier, model: String)
    case reservedCapacity
    case noUsage
    /// What the provider did not report, or what has no price: `output tokens`.
    case missing(String)
    case overflow

    public var description: String {
        switch self {
        case .noPrice(let provider, let model): "no price is known for \(model) at \(provider)"
        case .noTier(let tier, let model): "no price is known for \(model) in the service tier \(tier.word)"
        case .reservedCapacity: "reserved capacity is not billed by the token"
        case .noUsage: "the provider reported no usage"
        case .missing(let what): what
        case .overflow: "the amount does not fit 64 bits"
        }
    }
}
