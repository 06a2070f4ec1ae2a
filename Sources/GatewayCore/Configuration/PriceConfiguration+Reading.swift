extension PriceConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        refreshURL = reader.url("refresh_url")
        refreshInterval = reader.seconds("refresh_interval_seconds") ?? refreshInterval
        if refreshInterval < .seconds(60) {
            reader.report(
                "refresh_interval_seconds", "'refresh_interval_seconds' is under a minute",
                hint: "prices change by the day; write 3600")
        }
        var models: [Entry] = []
        reader.tables("models") { reader in
            if let entry = Entry(reading: &reader) { models.append(entry) }
        }
        self.models = models
    }
}

extension PriceConfiguration.Entry {
    fileprivate init?(reading reader: inout ConfigurationReader) {
        let provider = reader.name("provider")
        let model = reader.name("model")
        for key in ["provider", "model"] where !reader.has(key) {
            reader.reportMissing(key, hint: "write \(key) = \"…\", as the configuration and the provider name it")
        }
        var price = ModelPrice(provider: provider ?? "", model: model ?? "", bands: [], origin: .configuration)
        price.firstDay = reader.day("valid_from")
        price.lastDay = reader.day("valid_until")
        price.source = reader.string("source")
        price.regions = reader.table("regions") { $0.factors() } ?? [:]
        let like = reader.name("like")
        let standard = reader.rates(isRequired: like == nil)
        if let standard { price.bands = [ModelPrice.Band(standard)] }
        for tier in [ServiceTier.batch, .flex, .priority, .fast] {
            guard let rates = reader.table(tier.word, read: { $0.rates(isRequired: true) }) ?? nil else { continue }
            price.bands.append(ModelPrice.Band(rates, tier: tier))
        }
        reader.tables("long_context") { reader in
            let above = reader.integer("above", in: 1...1 << 40)
            if !reader.has("above") { reader.reportMissing("above", hint: "write above = 200000") }
            guard let rates = reader.rates(isRequired: true), let above else { return }
            price.bands.append(ModelPrice.Band(rates, inputAbove: above))
        }
        guard let like else {
            guard standard != nil, provider != nil, model != nil else { return nil }
            self = .price(price)
            return
        }
        if !price.bands.isEmpty {
            reader.report("like", "'like' and prices of its own cannot both hold", hint: "delete one of them")
        }
        guard let slash = like.firstIndex(of: "/"), slash != like.startIndex else {
            reader.report("like", "'like' names no provider", hint: "write like = \"openai/gpt-4o\"")
            return nil
        }
        guard let provider, let model else { return nil }
        self = .like(
            provider: provider, model: model,
            of: PriceConfiguration.PricedModel(
                provider: String(like[..<slash]), model: String(like[like.index(after: slash)...])))
    }
}

extension ConfigurationReader {
    /// The prices of a table; nil when there is none or one is wrong.
    ///
    /// - Parameter isRequired: whether a price for input must be there.
    fileprivate mutating func rates(isRequired: Bool) -> TokenRates? {
        let input = tokenPrice("input")
        let output = tokenPrice("output")
        var rates = input.map { TokenRates(input: $0, output: output) }
        rates?.cacheRead = tokenPrice("cached_input")
        rates?.cacheWrite = tokenPrice("cache_write")
        rates?.cacheWriteLong = tokenPrice("cache_write_1h")
        rates?.reasoning = tokenPrice("reasoning")
        rates?.audioInput = tokenPrice("audio_input")
        rates?.audioCacheRead = tokenPrice("audio_cached_input")
        rates?.audioOutput = tokenPrice("audio_output")
        rates?.imageOutput = tokenPrice("image_output")
        rates?.webSearch = fee("web_search")
        rates?.request = fee("request")
        if rates == nil {
            // Asked for all the same, or they would count as unknown.
            for key in ["cached_input", "cache_write", "cache_write_1h", "reasoning"] { _ = tokenPrice(key) }
            for key in ["audio_input", "audio_cached_input", "audio_output", "image_output"] { _ = tokenPrice(key) }
            for key in ["web_search", "request"] { _ = fee(key) }
            if isRequired, !has("input") {
                reportMissing("input", hint: "write input = 2.50, in USD for a million tokens; 0 is free")
            }
        }
        return rates
    }

    /// USD for a million tokens.
    private mutating func tokenPrice(_ key: String) -> TokenPrice? {
        guard let node = node(key) else { return nil }
        if let text = node.decimalText, let price = TokenPrice(perMillion: text) { return price }
        report(
            key, "'\(key)' is no price for a million tokens", hint: "write USD with at most six decimals: \(key) = 2.50"
        )
        return nil
    }

    /// USD for a thousand, in 10^-12 USD of one.
    private mutating func fee(_ key: String) -> Int64? {
        guard let node = node(key) else { return nil }
        if let text = node.decimalText, let fee = PicoUSD.exact(text, scale: 9) { return fee }
        report(key, "'\(key)' is no price for a thousand", hint: "write USD: \(key) = 10")
        return nil
    }

    fileprivate mutating func factors() -> [String: PriceFactor] {
        var factors: [String: PriceFactor] = [:]
        for name in allKeys() {
            guard let text = node(name)?.decimalText, let factor = PriceFactor(text) else {
                report(name, "'\(name)' is no factor", hint: "write \(name) = 1.1")
                continue
            }
            factors[name] = factor
        }
        return factors
    }

    /// A date, or a text that is one, as a day since 1970.
    fileprivate mutating func day(_ key: String) -> Int? {
        guard let node = node(key) else { return nil }
        let day: Int? =
            switch node.value {
            case .dateTime(.date(let date)): Timestamp.day(date)
            case .string(let text), .text(let text): Timestamp.day(text)
            case .dateTime, .integer, .float, .boolean, .array, .table: nil
            }
        if day == nil { report(key, "'\(key)' is no day", hint: "write \(key) = 2026-11-21") }
        return day
    }
}

extension ConfigurationNode {
    /// The number as a decimal text; nil for everything else. The shortest text of a double that was written with at most
    /// fifteen digits is what was written.
    fileprivate var decimalText: String? {
        switch value {
        case .integer(let number): String(number)
        case .float(let number): number.isFinite ? number.description : nil
        case .string(let text), .text(let text): text
        case .boolean, .dateTime, .array, .table: nil
        }
    }
}
