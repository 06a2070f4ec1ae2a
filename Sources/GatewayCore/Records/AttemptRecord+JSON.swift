extension AttemptRecord {
    /// As the request log keeps it and the API tells it. Times are milliseconds.
    package var json: JSONObject {
        var object: JSONObject = [
            "provider": .string(provider), "instance": .string(instance), "model": .string(model),
            "started_ms": Self.number(startedAfter.wholeNanoseconds / 1_000_000),
            "duration_ms": Self.number(duration.wholeNanoseconds / 1_000_000),
        ]
        object.append("ttfb_ms", ifPresent: timeToFirstByte.map { Self.number($0.wholeNanoseconds / 1_000_000) })
        object.append("http_status", ifPresent: status.map(Self.number))
        object.append("error_type", ifPresent: failureKind.map { .string($0.rawValue) })
        object.append("error_message", ifPresent: failureMessage.map { .string($0) })
        object.append("then", ifPresent: followUp.map { .string($0.rawValue) })
        if let usage {
            object.append("input_tokens", Self.number(usage.totalInput))
            object.append("output_tokens", ifPresent: usage.output.map(Self.number))
            if isUsageEstimated { object.append("usage_estimated", .number(JSONNumber(1))) }
        }
        object.append("cost_usd", ifPresent: cost?.total.map { RequestCost.usd($0) })
        return object
    }

    private static func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
}

extension UsageDetails {
    /// What is known of them; nil when nothing is.
    package var json: JSONObject? {
        var object = JSONObject()
        for (name, count) in [
            ("audio_input_tokens", audioInput), ("audio_cached_tokens", audioCacheRead),
            ("audio_output_tokens", audioOutput), ("image_output_tokens", imageOutput), ("web_searches", webSearches),
        ] {
            object.append(name, ifPresent: count.map { .number(JSONNumber($0)) })
        }
        object.append("region", ifPresent: region.map { .string($0) })
        object.append("reported_cost_usd", ifPresent: reportedCost.map { RequestCost.usd($0) })
        return object.isEmpty ? nil : object
    }
}

extension UsageDetails {
    /// Reads what `json` wrote; nil when nothing of it is known.
    package init?(json object: JSONObject) {
        self.init()
        audioInput = object["audio_input_tokens"]?.int
        audioCacheRead = object["audio_cached_tokens"]?.int
        audioOutput = object["audio_output_tokens"]?.int
        imageOutput = object["image_output_tokens"]?.int
        webSearches = object["web_searches"]?.int
        region = object["region"]?.string
        reportedCost = object["reported_cost_usd"]?.number.flatMap { PicoUSD.exact($0.text, scale: 12) }
        if ifAny == nil { return nil }
    }
}
