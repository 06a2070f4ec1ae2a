import GatewayCore

/// Prices as a table, and as JSON.
struct PricesReport {
    let prices: [ModelPrice]
    private let isDetailed: Bool

    /// - Parameters:
    ///   - subject: part of a model's name, or of `provider/model`; nil lists every price that holds on the day.
    init(_ all: [ModelPrice], matching subject: String?, day: Int) {
        isDetailed = subject != nil
        guard let subject else {
            prices = all.filter { $0.isInForce(on: day) }
            return
        }
        let words = Array(subject.lowercased().utf8)
        prices = all.filter { price in
            "\(price.provider)/\(price.model)".lowercased().utf8.holds(words)
        }
    }

    var text: String {
        var rows = [["provider", "model", "", "input", "cached", "write", "write 1h", "output", "from", "source"]]
        for price in prices {
            let bands = isDetailed ? price.bands : Array(price.bands.prefix(1))
            for band in bands { rows.append(row(price, band)) }
        }
        return "USD for a million tokens\n" + Readable.table(rows, textColumns: 3)
    }

    private func row(_ price: ModelPrice, _ band: ModelPrice.Band) -> [String] {
        let rates = band.rates
        func text(_ price: TokenPrice?) -> String { price?.perMillion ?? "-" }
        return [
            price.provider, price.model, Self.conditions(price, band), text(rates.input), text(rates.cacheRead),
            text(rates.cacheWrite), text(rates.cacheWriteLong), text(rates.output),
            price.firstDay.map { Timestamp.date(day: $0) } ?? "",
            [price.origin.rawValue, isDetailed ? price.source : nil, price.checked].compactMap { $0 }
                .joined(separator: " "),
        ]
    }

    private static func conditions(_ price: ModelPrice, _ band: ModelPrice.Band) -> String {
        var words: [String] = []
        if band.tier != .standard { words.append(band.tier.word) }
        if band.inputAbove > 0 { words.append("> \(Readable.number(band.inputAbove))") }
        if let minutes = band.minutes {
            words.append("\(ModelPrice.Band.time(minutes.lowerBound))-\(ModelPrice.Band.time(minutes.upperBound)) UTC")
        }
        if let last = price.lastDay { words.append("until \(Timestamp.date(day: last))") }
        for region in price.regions.keys.sorted() { words.append("\(region) x\(price.regions[region]?.text ?? "")") }
        return words.joined(separator: ", ")
    }

    var json: JSONObject {
        ["currency": "USD", "per": "million tokens", "prices": .array(prices.map { .object($0.json) })]
    }

}

extension ModelPrice {
    fileprivate func isInForce(on day: Int) -> Bool { day >= firstDay ?? .min && day <= lastDay ?? .max }
}

extension String.UTF8View {
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        return indices.contains { self[$0...].starts(with: part) }
    }
}
