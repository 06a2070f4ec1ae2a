/// Writes families of samples in one of the exposition formats.
package struct MetricsWriter {
    package let format: MetricsFormat
    package private(set) var bytes: [UInt8] = []
    /// The families written, in order.
    package private(set) var families: [MetricFamily] = []
    private var sampleName: [UInt8] = []

    package init(_ format: MetricsFormat) {
        self.format = format
    }

    /// The samples that follow belong to this family. Each family is begun once.
    package mutating func begin(_ family: MetricFamily) {
        assert(!families.contains { $0.name == family.name }, "\(family.name) is begun twice")
        families.append(family)
        sampleName = Array(family.name.utf8)
        let name = family.name(in: format)
        bytes += "# HELP \(name) ".utf8
        MetricsText.append(family.help, to: &bytes, escapingQuotes: format == .openMetrics)
        bytes += "\n# TYPE \(name) \(kind(family.kind))\n".utf8
        if format == .openMetrics, let unit = family.unit { bytes += "# UNIT \(name) \(unit)\n".utf8 }
    }

    private func kind(_ kind: MetricFamily.Kind) -> String {
        kind == .unknown && format == .prometheus ? "untyped" : kind.rawValue
    }

    /// A sample of the family begun last.
    package mutating func sample(_ value: MetricValue, _ labels: LabelText = .none) {
        sample("", labels, .none, value)
    }

    /// A histogram of the family begun last.
    package mutating func histogram(_ reading: HistogramReading, _ layout: HistogramLayout, _ labels: LabelText = .none)
    {
        var cumulative = 0
        for (bucket, count) in reading.buckets.enumerated() {
            cumulative &+= count
            sample("_bucket", labels, layout.labels[bucket], .integer(cumulative))
        }
        sample("_sum", labels, .none, .decimal(reading.sum, places: layout.decimals))
        sample("_count", labels, .none, .integer(cumulative))
    }

    private mutating func sample(
        _ suffix: StaticString, _ labels: LabelText, _ bucket: LabelText, _ value: MetricValue
    ) {
        bytes += sampleName
        suffix.withUTF8Buffer { bytes += $0 }
        if !labels.bytes.isEmpty || !bucket.bytes.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels.bytes
            if !labels.bytes.isEmpty && !bucket.bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += bucket.bytes
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The whole exposition. Nothing may be written after it.
    package consuming func finish() -> [UInt8] {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }
}

/// The number of a sample.
package enum MetricValue: Sendable, Hashable {
    case integer(Int)
    /// Divided by a power of ten, exactly: nanoseconds with 9 places are seconds.
    case decimal(Int, places: Int)
    case real(Double)

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .integer(let value): bytes += String(value).utf8
        case .decimal(let value, let places): Self.append(value, places, to: &bytes)
        case .real(let value):
            bytes += (value.isNaN ? "NaN" : value.isInfinite ? "\(value < 0 ? "-" : "+")Inf" : "\(value)").utf8
        }
    }

    private static func append(_ value: Int, _ places: Int, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let digits = Array(String(value.magnitude).utf8)
        let whole = max(0, digits.count - places)
        bytes += whole == 0 ? [UInt8(ascii: "0")] : digits[..<whole]
        var fraction = digits[whole...]
        let padding = places - fraction.count
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        guard !fraction.isEmpty else { return }
        bytes.append(UInt8(ascii: "."))
        for _ in 0..<padding { bytes.append(UInt8(ascii: "0")) }
        bytes += fraction
    }
}

/// Something that has metrics to show. Asked at each scrape, off the event loops; must not wait for anything.
package protocol MetricSource: Sendable {
    /// Writes whole families, each of them begun by this source alone.
    func write(to writer: inout MetricsWriter)
}
