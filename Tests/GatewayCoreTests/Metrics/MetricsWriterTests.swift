import Testing

@testable import GatewayCore

struct MetricsWriterTests {
    private let counter = MetricFamily("things_total", .counter, help: "Things \\ with \"quotes\"\nand lines.")

    private func text(_ format: MetricsFormat, _ write: (inout MetricsWriter) -> Void) -> String {
        var writer = MetricsWriter(format)
        write(&writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test func writesPrometheusText() {
        let written = text(.prometheus) { writer in
            writer.begin(counter)
            writer.sample(.integer(3), LabelText(name: "name", value: "a"))
            writer.begin(MetricFamily("odd_count", .unknown, help: "Odd."))
            writer.sample(.real(1.5))
        }
        #expect(
            written == """
                # HELP things_total Things \\\\ with "quotes"\\nand lines.
                # TYPE things_total counter
                things_total{name="a"} 3
                # HELP odd_count Odd.
                # TYPE odd_count untyped
                odd_count 1.5

                """)
    }

    @Test func writesOpenMetrics() {
        let written = text(.openMetrics) { writer in
            writer.begin(counter)
            writer.sample(.integer(3))
            writer.begin(MetricFamily("cpu_seconds_total", .counter, help: "CPU."))
            writer.sample(.decimal(1_500_000, places: 6))
            writer.begin(MetricFamily("odd_count", .unknown, help: "Odd."))
        }
        #expect(
            written == """
                # HELP things Things \\\\ with \\"quotes\\"\\nand lines.
                # TYPE things counter
                things_total 3
                # HELP cpu_seconds CPU.
                # TYPE cpu_seconds counter
                # UNIT cpu_seconds seconds
                cpu_seconds_total 1.5
                # HELP odd_count Odd.
                # TYPE odd_count unknown
                # EOF

                """)
    }

    @Test func escapesLabelValues() {
        let labels = LabelText(name: "a", value: "back\\slash \"quote\"\nline").appending("b", "ünï")
        let written = text(.prometheus) { writer in
            writer.begin(MetricFamily("x", .gauge, help: "X."))
            writer.sample(.integer(1), labels)
        }
        #expect(written.hasSuffix("x{a=\"back\\\\slash \\\"quote\\\"\\nline\",b=\"ünï\"} 1\n"))
    }

    @Test(arguments: [
        (0, 9, "0"), (1, 9, "0.000000001"), (1_500_000_000, 9, "1.5"), (12_000_000_000, 9, "12"), (120, 0, "120"),
        (-1_250, 3, "-1.25"), (10, 12, "0.00000000001"), (Int.max, 9, "9223372036.854775807"),
        (Int.min, 9, "-9223372036.854775808"),
    ])
    func writesDecimalsExactly(value: Int, places: Int, expected: String) {
        var bytes: [UInt8] = []
        MetricValue.decimal(value, places: places).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [(Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0.25, "0.25"), (1e-7, "1e-07")])
    func writesRealNumbers(value: Double, expected: String) {
        var bytes: [UInt8] = []
        MetricValue.real(value).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    /// The examples of the OpenMetrics specification's section on canonical numbers, and what Go's `%g` makes of ours.
    @Test(arguments: [
        (0, 9, "0.0"), (1_000_000_000, 9, "1.0"), (10_000_000, 9, "0.01"), (1_280_000_000, 9, "1.28"),
        (163_840_000_000, 9, "163.84"), (50_000, 9, "5e-05"), (100_000, 9, "0.0001"), (51_200_000, 9, "0.0512"),
        (1, 0, "1.0"), (16_384, 0, "16384.0"), (262_144, 0, "262144.0"), (1_048_576, 0, "1.048576e+06"),
        (67_108_864, 0, "6.7108864e+07"), (10_000_000_000, 0, "1e+10"),
    ])
    func writesBoundsCanonically(value: Int, decimals: Int, expected: String) {
        #expect(CanonicalNumber.text(value, decimals: decimals) == expected)
    }
}

struct HistogramTests {
    @Test func boundsAreInclusiveAndBucketsCumulative() {
        let layout = HistogramLayout([10, 20], decimals: 1)
        let counter = HistogramCounter(layout)
        for value in [0, 10, 11, 20, 21, 1000] { counter.add(value) }
        #expect(counter.read() == HistogramReading(buckets: [2, 2, 2], sum: 1062))
        var writer = MetricsWriter(.prometheus)
        writer.begin(MetricFamily("h", .histogram, help: "H."))
        writer.histogram(counter.read(), layout, LabelText(name: "l", value: "x"))
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                # HELP h H.
                # TYPE h histogram
                h_bucket{l="x",le="1.0"} 2
                h_bucket{l="x",le="2.0"} 4
                h_bucket{l="x",le="+Inf"} 6
                h_sum{l="x"} 106.2
                h_count{l="x"} 6

                """)
    }

    @Test func narrowingKeepsCountAndSum() {
        let reading = HistogramReading(buckets: [1, 2, 3, 4], sum: 99)
        #expect(reading.narrowed(to: 2) == HistogramReading(buckets: [1, 2, 7], sum: 99))
        #expect(reading.narrowed(to: 3) == reading)
    }

    @Test func boundsRise() {
        for layout: HistogramLayout in [.duration, .firstToken, .perToken, .tokens, .overhead, .lag] {
            #expect(zip(layout.bounds, layout.bounds.dropFirst()).allSatisfy { $0 < $1 })
            #expect(layout.labels.count == layout.bounds.count + 1)
        }
    }
}
