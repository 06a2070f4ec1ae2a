import Testing

@testable import GatewayCore

struct RateLimitResetTests {
    /// 2026-11-21T10:00:00Z
    private static let now = 1_795_255_200.0

    private func delay(_ headers: HTTPFields) -> Duration? {
        RateLimitReset.delay(in: headers, at: Self.now)
    }

    @Test func readsTheResetOfTheLimitThatIsUsedUp() {
        #expect(
            delay([
                "x-ratelimit-remaining-requests": "12", "x-ratelimit-reset-requests": "6m0s",
                "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s",
            ]) == .seconds(62.5))
        #expect(delay(["x-ratelimit-remaining-tokens": "7", "x-ratelimit-reset-tokens": "6m0s"]) == nil)
    }

    @Test func waitsForEveryLimitThatIsUsedUp() {
        #expect(
            delay([
                "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms",
                "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "3s",
            ]) == .seconds(3))
    }

    @Test func readsAnthropicsTimes() {
        #expect(
            delay([
                "anthropic-ratelimit-input-tokens-remaining": "0",
                "anthropic-ratelimit-input-tokens-reset": "2026-11-21T10:00:30Z",
            ]) == .seconds(30))
        // A moment that has passed is now.
        #expect(
            delay([
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-21T09:00:00Z",
            ]) == .zero)
    }

    @Test func readsDatesOfRetryAfter() {
        #expect(delay(["retry-after": "Sat, 21 Nov 2026 10:00:05 GMT"]) == .seconds(5))
        #expect(delay(["retry-after": "Saturday, 21-Nov-26 10:00:05 GMT"]) == nil)
    }

    @Test(arguments: [("1795255210", 10.0), ("1795255210500", 10.5), ("12", 12)])
    func readsMomentsAndSpans(text: String, seconds: Double) {
        #expect(delay(["x-ratelimit-reset": text]) == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "1x", "-", "1m2", "nan", "inf", "99999999999999999999", "1e300", "3d"])
    func takesNothingFromWhatItCannotRead(text: String) {
        #expect(delay(["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": text]) == nil)
        #expect(delay(["x-ratelimit-reset": text]) == nil || text == "3d")
    }

    @Test(arguments: [("20ms", 0.02), ("1h1m1s", 3661), ("7.66s", 7.66), ("15", 15), ("250us", 0.00025)])
    func readsDurations(text: String, seconds: Double) throws {
        let read = try #require(RateLimitReset.duration(text))
        #expect(abs(read - seconds) < 1e-9)
    }
}
