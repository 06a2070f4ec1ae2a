/// Prices as people keep them: a text with a line for each model, USD per million tokens.
///
/// ```
/// provider anthropic
/// source https://platform.claude.com/docs/en/about-claude/pricing 2026-11-21
/// claude-opus-5            in 5  cached 0.50  write 6.25  write-long 10  out 25  search 10  fast x2  us x1.1
/// claude-haiku-5-5 >100000 in 0.5 cached 0.05 out 2.5
/// deepseek-v4-pro 01:00-04:00 from 2026-08-17  in 1.32  out 3.96
/// ```
///
/// After the name stand conditions: a service tier, `>N` input tokens, a time of the day in UTC, `from` and `until` a day.
/// Then the prices by kind of token; `search` is for a thousand searches and `request` for a thousand requests. At the end,
/// factors: `batch x0.5` is a tier at half of every price, `us x1.1` a region. `every batch x0.5` gives the factor to every
/// line below that names none itself. `like openai` takes over another provider's list for what is not listed here.
package struct PriceTable: Sendable {
    package struct Failure: Error, Sendable, Equatable {
        package var line: Int
        package var message: String
    }

    package private(set) var prices: [ModelPrice] = []
    package private(set) var likenesses: [String: [String]] = [:]

    package init() {}

    package init(parsing text: String, origin: ModelPrice.Origin) throws(Failure) {
        try append(text, origin: origin)
    }

    package mutating func append(_ text: String, origin: ModelPrice.Origin) throws(Failure) {
        var section = Section()
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var words = line.prefix { $0 != "#" }.split(separator: " ")[...]
            guard let first = words.first else { continue }
            do throws(Mistake) {
                switch first {
                case "provider": section = Section(provider: String(try Self.word(after: first, &words)))
                case "like": likenesses[section.provider] = words.dropFirst().map(String.init)
                case "source":
                    section.source = String(try Self.word(after: first, &words))
                    section.checked = words.count > 1 ? String(words[words.startIndex + 1]) : nil
                case "every":
                    words.removeFirst()
                    section.factors = try Self.factors(&words)
                    section.fees = try PriceLine.prices(&words)
                default:
                    try add(PriceLine(&words, fees: section.fees), &section, origin)
                }
            } catch {
                throw Failure(line: number + 1, message: error.message)
            }
        }
    }

    /// What the lines of a provider have in common.
    private struct Section {
        var provider = ""
        var source: String?
        var checked: String?
        var factors: [(name: String, factor: PriceFactor)] = []
        /// Prices by their kind, for lines that have none of it.
        var fees: [Substring: Substring] = [:]
        /// Where the prices of the section's lines stand.
        var places: [Place: Int] = [:]
    }

    private struct Place: Hashable {
        var model: String
        var firstDay: Int?
    }

    struct Mistake: Error {
        var message: String
    }

    private static func word(
        after keyword: Substring, _ words: inout ArraySlice<Substring>
    ) throws(Mistake) -> Substring {
        guard words.count > 1 else { throw Mistake(message: "a word is missing after \(keyword)") }
        words.removeFirst()
        return words[words.startIndex]
    }

    static func factors(
        _ words: inout ArraySlice<Substring>
    ) throws(Mistake) -> [(name: String, factor: PriceFactor)] {
        var factors: [(name: String, factor: PriceFactor)] = []
        while let name = words.first, !PriceLine.kinds.contains(name) {
            words.removeFirst()
            guard let text = words.popFirst(), text.first == "x", let factor = PriceFactor(text.dropFirst()) else {
                throw Mistake(message: "'\(name)' wants a factor, as in x0.5")
            }
            factors.append((String(name), factor))
        }
        return factors
    }

    private mutating func add(
        _ line: PriceLine, _ section: inout Section, _ origin: ModelPrice.Origin
    ) throws(Mistake) {
        guard !section.provider.isEmpty else { throw Mistake(message: "no provider stands above the line") }
        let key = Place(model: line.model, firstDay: line.firstDay)
        let place = section.places[key] ?? prices.count
        if place == prices.count {
            section.places[key] = place
            var price = ModelPrice(provider: section.provider, model: line.model, bands: [], origin: origin)
            (price.firstDay, price.lastDay) = (line.firstDay, line.lastDay)
            (price.source, price.checked) = (section.source, section.checked)
            prices.append(price)
        }
        guard prices[place].lastDay == line.lastDay else {
            throw Mistake(message: "\(line.model) ends on two days")
        }
        let own = Set(line.factors.map(\.name))
        try prices[place].add(line, line.factors + section.factors.filter { !own.contains($0.name) })
    }
}

extension ModelPrice {
    fileprivate mutating func add(
        _ line: PriceLine, _ factors: [(name: String, factor: PriceFactor)]
    ) throws(PriceTable.Mistake) {
        let band = Band(line.rates, tier: line.tier, inputAbove: line.inputAbove, minutes: line.minutes)
        try add(band)
        for (name, factor) in factors {
            guard let tier = ServiceTier.named(name) else {
                regions[name] = factor
                continue
            }
            guard line.tier == .standard else { continue }
            guard let rates = line.rates.times(factor) else {
                throw PriceTable.Mistake(message: "\(name) x\(factor.text) is not exact")
            }
            // A line of its own for the tier, above or below, says it better.
            let derived = Band(rates, tier: tier, inputAbove: line.inputAbove, minutes: line.minutes)
            if !bands.contains(where: { $0.hasConditions(of: derived) }) { bands.append(derived) }
        }
    }

    private mutating func add(_ band: Band) throws(PriceTable.Mistake) {
        guard let place = bands.firstIndex(where: { $0.hasConditions(of: band) }) else { return bands.append(band) }
        guard band.tier != .standard else { throw PriceTable.Mistake(message: "\(model) stands twice") }
        bands[place] = band
    }
}

extension ModelPrice.Band {
    fileprivate func hasConditions(of other: ModelPrice.Band) -> Bool {
        tier == other.tier && inputAbove == other.inputAbove && minutes == other.minutes
    }
}

extension ServiceTier {
    /// The tier of that word; nil for every other word.
    static func named(_ word: String) -> ServiceTier? {
        allCases.first { $0.word == word && $0 != .other }
    }
}
