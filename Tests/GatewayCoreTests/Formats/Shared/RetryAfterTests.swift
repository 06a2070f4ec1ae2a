import Testing

@testable import GatewayCore

struct RetryAfterTests {
    @Test func prefersMilliseconds() {
        #expect(RetryAfter.duration(in: ["retry-after": "7", "Retry-After-Ms": "1500"]) == .milliseconds(1500))
        #expect(RetryAfter.duration(in: ["Retry-After": "7"]) == .seconds(7))
    }

    @Test(arguments: ["-1", "nan", "inf", "1e300", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
    func ignoresWhatItCannotUse(_ text: String) {
        #expect(RetryAfter.duration(in: ["retry-after": text]) == nil)
    }

    @Test func roundsUpForTheHeader() {
        #expect(RetryAfter.seconds(.milliseconds(1001)) == 2)
        #expect(RetryAfter.seconds(.seconds(3)) == 3)
    }
}
