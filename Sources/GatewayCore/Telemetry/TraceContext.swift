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
        if let words = Self.words(of: requestID), words.high | words.low != 0 {
            (high, low) = words
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
        String(unsafeUninitializedCapacity: 55) { text in
            // SAFETY: every one of the 55 bytes is written.
            for place in [2, 35, 52] { text[place] = UInt8(ascii: "-") }
            for place in [0, 1, 53] { text[place] = UInt8(ascii: "0") }
            text[54] = UInt8(ascii: isSampled ? "1" : "0")
            for (word, start) in [(high, 3), (low, 19), (spanID, 36)] {
                for digit in 0..<16 {
                    let value = UInt8(truncatingIfNeeded: word >> (60 - 4 * UInt64(digit))) & 0xF
                    text[start + digit] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                }
            }
            return 55
        }
    }

    /// Requests of one trace have spans of their own.
    private static func spanID(of requestID: String) -> UInt64 {
        // FNV-1a, stirred: identifiers differ in any of their digits.
        let hash = requestID.withBytes { bytes in
            bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        var random = SplitMix64(seed: hash)
        return max(random.next(), 1)
    }

    /// Lower-case digits only, as the format has them.
    private static func hex(_ text: Substring, digits: Int) -> UInt64? {
        guard text.utf8.count == digits else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = digit(byte) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    /// The value of 32 such digits, with dashes anywhere between them.
    private static func words(of text: String) -> (high: UInt64, low: UInt64)? {
        text.withBytes { bytes in
            var (high, low, digits) = (0 as UInt64, 0 as UInt64, 0)
            for byte in bytes where byte != UInt8(ascii: "-") {
                guard let value = digit(byte) else { return nil }
                high = high << 4 | low >> 60
                low = low << 4 | value
                digits += 1
            }
            return digits == 32 ? (high, low) : nil
        }
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
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
