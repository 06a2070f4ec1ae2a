extension ModelPrice {
    /// As the APIs give it: USD for a million tokens, as exact decimals.
    package var json: JSONObject {
        var object: JSONObject = [
            "provider": .string(provider), "model": .string(model), "origin": .string(origin.rawValue),
        ]
        object.append("source", ifPresent: source.map { .string($0) })
        object.append("checked", ifPresent: checked.map { .string($0) })
        object.append("valid_from", ifPresent: firstDay.map { .string(Timestamp.date(day: $0)) })
        object.append("valid_until", ifPresent: lastDay.map { .string(Timestamp.date(day: $0)) })
        object.append("bands", .array(bands.map { .object($0.json) }))
        var factors = JSONObject()
        for name in regions.keys.sorted() {
            factors.append(name, ifPresent: regions[name].map { .number(JSONNumber(validText: $0.text)) })
        }
        if !factors.isEmpty { object.append("regions", .object(factors)) }
        return object
    }
}

extension ModelPrice.Band {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["tier": .string(tier.word)]
        if inputAbove > 0 { object.append("input_above", .number(JSONNumber(inputAbove))) }
        if let minutes {
            object.append("utc", .string("\(Self.time(minutes.lowerBound))-\(Self.time(minutes.upperBound))"))
        }
        for (name, price) in [
            ("input", rates.input), ("cached_input", rates.cacheRead), ("cache_write", rates.cacheWrite),
            ("cache_write_1h", rates.cacheWriteLong), ("output", rates.output), ("reasoning", rates.reasoning),
            ("audio_input", rates.audioInput), ("audio_cached_input", rates.audioCacheRead),
            ("audio_output", rates.audioOutput), ("image_output", rates.imageOutput),
        ] as [(String, TokenPrice?)] {
            object.append(name, ifPresent: price.map { .number(JSONNumber(validText: $0.perMillion)) })
        }
        object.append("web_search_each", ifPresent: rates.webSearch.map { RequestCost.usd($0) })
        object.append("request_each", ifPresent: rates.request.map { RequestCost.usd($0) })
        return object
    }

    /// `09:30`.
    package static func time(_ minute: Int) -> String {
        let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
}
