/// A request's place in a distributed trace: W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/).
package struct TraceContext: Sendable, Hashable {
    /// The first and last eight of the sixteen bytes; never both 0.
    package var traceID: (high: UInt64, low: UInt64) { (high, low) }
    private let high: UInt64
    private let low: UInt64
    /// The caller's span; nil where the trace begins here.
    package let parentSpanID: UInt64?
    /// The request's own span; never 0.
    package let spanID: UInt64
    /// Whether the spans are exported.
    package var isSampled: Bool

    /// What the request asks for, as far as spans tell it.
    package var temperature: Double?
    package var maxTokens: Int?

    /// Continues the caller's trace; nil when the field is none that can be continued.
    ///
    /// Later versions are read as far as the first one goes, as section 3.2.2 wants it.
    package init?(traceparent: String, requestID: String) {
        let parts = traceparent.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = Self.hex(parts[0], digits: 2), version != 0xFF,
            version != 0 || parts.count == 4, parts[1].utf8.count == 32,
            let high = Self.hex(parts[1].prefix(16), digits: 16), let low = Self.hex(parts[1].suffix(16), digits: 16),
            high | low != 0, let parent = Self.hex(parts[2], digits: 16), parent != 0,
            let flags = Self.hex(parts[3], digits: 2)
        else { return nil }
        (self.high, self.low) = (high, low)
        parentSpanID = parent
        spanID = Self.spanID(of: requestID)
        isSampled = flags & 1 == 1
    }

    /// Begins a trace, whose identifier is that of the request without its dashes.
    ///
    /// - Parameter ratio: of traces that are sampled, 0...1, decided by the identifier alone.
    package init(requestID: String, ratio: Double) {
        let digits = requestID.utf8.filter { $0 != UInt8(ascii: "-") }
        let text = Substring(decoding: digits, as: UTF8.self)
        if digits.count == 32, let high = Self.hex(text.prefix(16), digits: 16),
            let low = Self.hex(text.suffix(16), digits: 16), high | low != 0
        {
            (self.high, self.low) = (high, low)
        } else {
            var random = SplitMix64(seed: Self.spanID(of: requestID))
            (high, low) = (random.next() | 1, random.next())
        }
        parentSpanID = nil
        spanID = Self.spanID(of: requestID)
        // The last seven bytes are the random ones, by which OpenTelemetry's samplers decide too.
        isSampled = Double(low & 0x00FF_FFFF_FFFF_FFFF) < ratio * 0x1p56
    }

    /// The span of an attempt, counted from 0.
    package func spanID(ofAttempt number: Int) -> UInt64 {
        var random = SplitMix64(seed: spanID &+ UInt64(truncatingIfNeeded: number))
        return max(random.next(), 1)
    }

    /// What is sent along to a provider that a span of this trace asks.
    package func traceparent(from spanID: UInt64) -> String {
        "00-\(Self.text(high))\(Self.text(low))-\(Self.text(spanID))-0\(isSampled ? 1 : 0)"
    }

    /// Requests of one trace have spans of their own.
    private static func spanID(of requestID: String) -> UInt64 {
        // FNV-1a, stirred: identifiers differ in any of their digits.
        let hash = requestID.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var random = SplitMix64(seed: hash)
        return max(random.next(), 1)
    }

    /// Lower-case digits only, as the format has them.
    private static func hex(_ text: Substring, digits: Int) -> UInt64? {
        guard text.utf8.count == digits else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func text(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}

/// Which requests are traced.
package struct TraceSampler: Sendable {
    private let ratio: Double

    /// Nil when nothing is traced, and nothing is passed on either.
    package init?(_ configuration: TelemetryConfiguration) {
        guard configuration.endpoint != nil else { return nil }
        ratio = configuration.sampleRatio
    }

    /// The caller's trace, and its decision, where it has one.
    package func context(_ headers: HTTPFields, requestID: String) -> TraceContext {
        headers["traceparent"].flatMap { TraceContext(traceparent: $0, requestID: requestID) }
            ?? TraceContext(requestID: requestID, ratio: ratio)
    }
}

extension RequestJournal {
    /// What the request asks for, where its spans are to tell it.
    func noteSettings(_ json: JSONPeek) {
        guard record.trace?.isSampled == true else { return }
        let settings = json["generationConfig"]
        func value(_ names: [String]) -> JSONValue? {
            for name in names {
                if let value = settings.map({ json[name, in: $0] }) ?? json[name] { return json.tree(of: value) }
            }
            return nil
        }
        record.trace?.temperature = value(["temperature"])?.number?.double
        record.trace?.maxTokens =
            value(["max_completion_tokens", "max_output_tokens", "max_tokens", "maxOutputTokens"])?.int
    }
}
