import Testing

@testable import gatewayd

@Suite struct ReadableTests {
    @Test func groupsDigits() {
        #expect([0, 999, 1000, -1_234_567].map(Readable.number) == ["0", "999", "1,000", "-1,234,567"])
    }

    @Test func saysAllAndNoneOnlyWhenItIsSo() {
        #expect([0, 0.0001, 0.5, 0.9999, 1].map(Readable.percent) == ["0 %", "0.1 %", "50.0 %", "99.9 %", "100 %"])
    }

    @Test func roundsDollarsWithoutHidingThem() {
        let amounts: [Int64] = [0, 1, 50_000_000, 123_456_000_000, 9_999_950_000_000, 12_345_000_000_000, .max]
        #expect(
            amounts.map(Readable.dollars) == [
                "$0.0000", "< $0.0001", "$0.0001", "$0.1235", "$10.0000", "$12.35", "$9,223,372.04",
            ])
    }

    @Test func namesSpansByTheirTwoLargestUnits() {
        #expect([0, 59, 3600, 90_061].map(Readable.span) == ["0 s", "59 s", "1 h 0 m", "1 d 1 h"])
        #expect(
            [0, 0.4, 999, 1000, 59_999, 60_000].map(Readable.duration)
                == ["< 1 ms", "< 1 ms", "999 ms", "1.0 s", "59.9 s", "1 m 0 s"])
    }

    @Test func namesBytesInPowersOfTen() {
        #expect(
            [0, 999, 1000, 123_456, 1_500_000_000].map(Readable.bytes)
                == ["0 bytes", "999 bytes", "1.0 kB", "123 kB", "1.5 GB"])
    }
}
