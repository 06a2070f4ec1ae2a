/// The buckets of a histogram, over whole numbers of a small unit: nanoseconds, tokens.
package struct HistogramLayout: Sendable {
    /// Upper bounds, inclusive and rising; what is larger falls into one more bucket.
    let bounds: [Int]
    /// Decimal places of the unit that is shown: 9 shows nanoseconds as seconds.
    let decimals: Int
    /// `le="0.25"` for each bucket, the last one's included.
    let labels: [LabelText]

    init(_ bounds: [Int], decimals: Int = 0) {
        self.bounds = bounds
        self.decimals = decimals
        labels = bounds.map { LabelText(name: "le", value: CanonicalNumber.text($0, decimals: decimals)) } + [.infinity]
    }

    init(milliseconds bounds: [Int]) {
        self.init(bounds.map { $0 * 1_000_000 }, decimals: 9)
    }

    init(microseconds bounds: [Int]) {
        self.init(bounds.map { $0 * 1_000 }, decimals: 9)
    }

    /// What a histogram takes in a `CounterBlock`: a number for each bucket, and the sum.
    var size: Int { bounds.count + 2 }

    func add(_ value: Int, to block: CounterBlock, at offset: Int) {
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        block.add(1, at: offset + bucket)
        block.add(value, at: offset + bounds.count + 1)
    }

    func read(_ block: CounterBlock, at offset: Int) -> HistogramReading {
        HistogramReading(
            buckets: (0...bounds.count).map { block.value(at: offset + $0) },
            sum: block.value(at: offset + bounds.count + 1))
    }
}

/// What a histogram had counted when it was read.
package struct HistogramReading: Equatable {
    /// Not cumulative; the last is for what is above all bounds.
    var buckets: [Int]
    var sum: Int

    var count: Int { buckets.reduce(0, &+) }

    package mutating func add(_ other: HistogramReading) {
        for index in buckets.indices { buckets[index] &+= other.buckets[index] }
        sum &+= other.sum
    }

    /// As counted with fewer buckets: the first so many bounds, and one for the rest.
    func narrowed(to bounds: Int) -> HistogramReading {
        HistogramReading(buckets: Array(buckets[..<bounds]) + [buckets[bounds...].reduce(0, &+)], sum: sum)
    }
}

extension HistogramLayout {
    /// `gen_ai.client.operation.duration` of the OpenTelemetry conventions for generative AI, and three doublings more for
    /// what takes minutes.
    static let duration = HistogramLayout(
        milliseconds: [
            10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 40_960, 81_920, 163_840, 327_680, 655_360,
        ])
    /// As the conventions have it.
    static let conventionalDuration = HistogramLayout(Array(duration.bounds.prefix(14)), decimals: 9)
    /// `gen_ai.server.time_to_first_token`.
    static let firstToken = HistogramLayout(
        milliseconds: [1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000])
    /// `gen_ai.server.time_per_output_token`.
    static let perToken = HistogramLayout(
        milliseconds: [10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2500])
    /// `gen_ai.client.token.usage`: powers of four.
    static let tokens = HistogramLayout((0..<14).map { 1 << (2 * $0) })
    /// How late an event loop comes to what is due.
    package static let lag = HistogramLayout(milliseconds: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500])
    /// Time spent in the gateway itself.
    static let overhead = HistogramLayout(
        microseconds: [
            50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 102_400, 1_000_000,
        ])
}
