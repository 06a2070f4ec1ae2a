/// Tokens as the provider counted them; nil is not reported, never zero.
///
/// The parts of the input never overlap: formats that count cached tokens inside the prompt (OpenAI, Gemini) are
/// converted on the way in and out (WIRE_FORMATS section 8b).
public struct TokenUsage: Sendable, Hashable {
    /// Input that no cache held, tool-use prompts included.
    public var freshInput: Int?
    public var cacheRead: Int?
    /// Written to a cache that lives minutes, or of unknown lifetime.
    public var cacheWrite5m: Int?
    /// Written to a cache that lives an hour or longer.
    public var cacheWrite1h: Int?
    /// All output, reasoning included.
    public var output: Int?
    /// The part of `output` that was reasoning.
    public var reasoning: Int?
    /// The conditions under which the provider says it served the request; nil is not reported.
    public var serviceTier: ServiceTier?
    /// What else decides the price; nil for most requests.
    public var details: UsageDetails? {
        get { box?.details }
        set { box = Box(newValue, extras) }
    }
    /// Counts only one format knows, such as tokens by modality.
    public var extras: Extras? {
        get { box?.extras }
        set { box = Box(details, newValue) }
    }
    private var box: Box?

    /// Keeps what few requests have out of the many values that are copied.
    private final class Box: Sendable, Hashable {
        let details: UsageDetails?
        let extras: Extras?

        /// Nil for nothing.
        init?(_ details: UsageDetails?, _ extras: Extras?) {
            guard details != nil || extras != nil else { return nil }
            (self.details, self.extras) = (details, extras)
        }

        static func == (left: Box, right: Box) -> Bool {
            left.details == right.details && left.extras == right.extras
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(details)
            hasher.combine(extras)
        }
    }

    public init(
        freshInput: Int? = nil, cacheRead: Int? = nil, cacheWrite5m: Int? = nil, cacheWrite1h: Int? = nil,
        output: Int? = nil, reasoning: Int? = nil
    ) {
        self.freshInput = freshInput
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.output = output
        self.reasoning = reasoning
    }
}

extension TokenUsage {
    public var cacheWrite: Int? {
        guard cacheWrite5m != nil || cacheWrite1h != nil else { return nil }
        return Self.sum(cacheWrite5m, cacheWrite1h)
    }

    /// Everything that went in: fresh, read from and written to caches.
    public var totalInput: Int { Self.sum(Self.sum(freshInput, cacheRead), cacheWrite) }

    public var total: Int { Self.sum(totalInput, output) }

    /// What does not fit is the highest count there is.
    private static func sum(_ left: Int?, _ right: Int?) -> Int {
        let (sum, overflow) = (left ?? 0).addingReportingOverflow(right ?? 0)
        return overflow ? .max : sum
    }

    /// Takes over what `other` reports. Counts in streams are cumulative, so the later one replaces the earlier; one of
    /// cache writes that does not say again how long they live is that of all of them, as in Anthropic's `message_delta`.
    public mutating func update(with other: TokenUsage) {
        freshInput = other.freshInput ?? freshInput
        cacheRead = other.cacheRead ?? cacheRead
        if let written = other.cacheWrite5m {
            cacheWrite5m = other.cacheWrite1h == nil ? max(0, written - (cacheWrite1h ?? 0)) : written
        }
        cacheWrite1h = other.cacheWrite1h ?? cacheWrite1h
        output = other.output ?? output
        reasoning = other.reasoning ?? reasoning
        serviceTier = other.serviceTier ?? serviceTier
        if let later = other.details {
            details = details.map { $0.updated(with: later) } ?? later
        }
        extras = other.extras ?? extras
    }
}

/// Parts of a usage's counts, and what is counted otherwise, as far as prices depend on them. Nil is not reported.
public struct UsageDetails: Sendable, Hashable {
    /// The part of the fresh input that was audio.
    public var audioInput: Int?
    /// The part of the input read from caches that was audio.
    public var audioCacheRead: Int?
    /// The part of the output that was audio.
    public var audioOutput: Int?
    /// The part of the output that was images.
    public var imageOutput: Int?
    /// Searches of the web that the provider made.
    public var webSearches: Int?
    /// Where the provider says it ran the model, such as Anthropic's `us`.
    public var region: String?
    /// What the provider says the request cost, in 10^-12 USD.
    public var reportedCost: Int64?

    public init() {}

    fileprivate func updated(with other: UsageDetails) -> UsageDetails {
        var all = self
        all.audioInput = other.audioInput ?? audioInput
        all.audioCacheRead = other.audioCacheRead ?? audioCacheRead
        all.audioOutput = other.audioOutput ?? audioOutput
        all.imageOutput = other.imageOutput ?? imageOutput
        all.webSearches = other.webSearches ?? webSearches
        all.region = other.region ?? region
        all.reportedCost = other.reportedCost ?? reportedCost
        return all
    }

    /// Nil when nothing is known.
    package var ifAny: UsageDetails? { self == UsageDetails() ? nil : self }
}
