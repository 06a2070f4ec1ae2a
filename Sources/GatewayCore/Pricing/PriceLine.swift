/// One line of a price table, read.
struct PriceLine {
    var model: String
    var tier = ServiceTier.standard
    var inputAbove = 0
    var minutes: Range<Int>?
    var firstDay: Int?
    var lastDay: Int?
    var rates: TokenRates
    var factors: [(name: String, factor: PriceFactor)] = []

    /// Empties `words`.
    ///
    /// - Parameter fees: prices by their kind, for what the line does not price itself.
    init(
        _ words: inout ArraySlice<Substring>, fees: [Substring: Substring]
    ) throws(PriceTable.Mistake) {
        guard let model = words.popFirst() else { throw PriceTable.Mistake(message: "the line is empty") }
        self.model = String(model)
        // The prices must be known before the rates are whole, and conditions stand before the prices.
        let conditions = try Self.conditions(&words)
        rates = try Self.rates(Self.prices(&words).merging(fees) { own, _ in own })
        factors = try PriceTable.factors(&words)
        guard words.isEmpty else {
            throw PriceTable.Mistake(message: "'\(words.first ?? "")' stands behind the factors")
        }
        (tier, inputAbove, minutes, firstDay, lastDay) = conditions
    }

    /// Takes kinds with their prices from the front.
    static func prices(_ words: inout ArraySlice<Substring>) throws(PriceTable.Mistake) -> [Substring: Substring] {
        var prices: [Substring: Substring] = [:]
        while let kind = words.first, kinds.contains(kind) {
            words.removeFirst()
            guard let price = words.popFirst() else { throw PriceTable.Mistake(message: "'\(kind)' wants a price") }
            guard prices.updateValue(price, forKey: kind) == nil else {
                throw PriceTable.Mistake(message: "'\(kind)' stands twice")
            }
        }
        return prices
    }

    static let kinds: Set<Substring> = [
        "in", "out", "cached", "write", "write-long", "reasoning", "audio-in", "audio-cached", "audio-out",
        "image-out", "search", "request",
    ]

    private typealias Conditions = (
        tier: ServiceTier, inputAbove: Int, minutes: Range<Int>?, firstDay: Int?, lastDay: Int?
    )

    private static func conditions(_ words: inout ArraySlice<Substring>) throws(PriceTable.Mistake) -> Conditions {
        var conditions: Conditions = (.standard, 0, nil, nil, nil)
        while let word = words.first, !kinds.contains(word) {
            words.removeFirst()
            switch word {
            case "from": conditions.firstDay = try day(words.popFirst())
            case "until": conditions.lastDay = try day(words.popFirst())
            case _ where word.first == ">":
                guard let count = Int(word.dropFirst()), count > 0 else {
                    throw PriceTable.Mistake(message: "'\(word)' should be a number of tokens, as in >200000")
                }
                conditions.inputAbove = count
            case _ where word.first?.isNumber == true: conditions.minutes = try minutes(word)
            default:
                guard let tier = ServiceTier.named(String(word)) else {
                    throw PriceTable.Mistake(message: "'\(word)' is no condition")
                }
                conditions.tier = tier
            }
        }
        return conditions
    }

    private static func rates(_ kinds: [Substring: Substring]) throws(PriceTable.Mistake) -> TokenRates {
        func price(_ kind: Substring) throws(PriceTable.Mistake) -> TokenPrice? {
            guard let text = kinds[kind] else { return nil }
            guard let price = TokenPrice(perMillion: text) else {
                throw PriceTable.Mistake(message: "'\(text)' is no price for a million tokens")
            }
            return price
        }
        // For a thousand, as providers name them.
        func fee(_ kind: Substring) throws(PriceTable.Mistake) -> Int64? {
            guard let text = kinds[kind] else { return nil }
            guard let fee = PicoUSD.exact(text, scale: 9) else {
                throw PriceTable.Mistake(message: "'\(text)' is no price for a thousand")
            }
            return fee
        }
        guard let input = try price("in") else { throw PriceTable.Mistake(message: "'in' is missing") }
        var rates = TokenRates(input: input, output: try price("out"))
        rates.cacheRead = try price("cached")
        rates.cacheWrite = try price("write")
        rates.cacheWriteLong = try price("write-long")
        rates.reasoning = try price("reasoning")
        rates.audioInput = try price("audio-in")
        rates.audioCacheRead = try price("audio-cached")
        rates.audioOutput = try price("audio-out")
        rates.imageOutput = try price("image-out")
        rates.webSearch = try fee("search")
        rates.request = try fee("request")
        return rates
    }

    private static func day(_ word: Substring?) throws(PriceTable.Mistake) -> Int {
        guard let word, let day = Timestamp.day(word) else {
            throw PriceTable.Mistake(message: "'\(word ?? "")' is no day, as in 2026-11-21")
        }
        return day
    }

    /// `01:00-04:00`; the end is not part of it.
    private static func minutes(_ word: Substring) throws(PriceTable.Mistake) -> Range<Int> {
        let ends = word.split(separator: "-").compactMap { time -> Int? in
            let parts = time.split(separator: ":")
            guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]) else { return nil }
            return hour * 60 + minute
        }
        guard ends.count == 2, ends[0] < ends[1], ends[0] >= 0, ends[1] <= 1440 else {
            throw PriceTable.Mistake(message: "'\(word)' is no time of the day, as in 01:00-04:00")
        }
        return ends[0]..<ends[1]
    }
}
