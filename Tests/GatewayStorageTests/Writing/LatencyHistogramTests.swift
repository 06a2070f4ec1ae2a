import GatewayStorage
import Testing

@Suite struct LatencyHistogramTests {
    @Test func hasNoPercentilesOfNothing() {
        #expect(LatencyHistogram().percentile(0.5) == nil)
    }

    @Test func findsPercentilesWithinSixPercent() throws {
        for scale in [1, 10, 1000, 100_000] {
            var histogram = LatencyHistogram()
            for value in 1...1000 { histogram.add(milliseconds: value * scale) }
            for fraction in [0.01, 0.5, 0.95, 1] {
                let found = try #require(histogram.percentile(fraction))
                let exact = fraction * 1000 * Double(scale)
                #expect(abs(found - exact) <= exact * 0.06 + 1, "\(fraction) of 1...1000 times \(scale)")
            }
        }
    }

    @Test func survivesItsEncoding() {
        var histogram = LatencyHistogram()
        for value in [0, 0, 7, 8, 900, .max, -5] { histogram.add(milliseconds: value) }
        for _ in 0..<300 { histogram.add(milliseconds: 50) }
        var copy = LatencyHistogram()
        histogram.bytes.withUnsafeBytes { copy.merge(encoded: $0) }
        #expect(copy == histogram)
        #expect(copy.total == 307)
    }

    @Test func readsDamagedBytesWithoutTrapping() {
        for bytes: [UInt8] in [[1], [1, 0x80], Array(repeating: 0xFF, count: 40), [255, 255, 255, 1]] {
            var histogram = LatencyHistogram()
            bytes.withUnsafeBytes { histogram.merge(encoded: $0) }
            #expect(histogram.percentile(0.5) == nil || histogram.total > 0)
        }
    }
}
