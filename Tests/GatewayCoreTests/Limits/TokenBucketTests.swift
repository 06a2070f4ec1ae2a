import Testing

@testable import GatewayCore

struct TokenBucketTests {
    private let start = ContinuousClock.now

    private func bucket(_ capacity: Int) -> TokenBucket {
        TokenBucket(capacity: capacity, per: .seconds(60), at: start)
    }

    @Test func startsFull() {
        #expect(bucket(10).available(at: start) == 10)
        #expect(bucket(10).wait(for: 10, at: start) == .zero)
    }

    @Test func refillsEvenlyAndNotBeyondItsCapacity() {
        var bucket = bucket(60)
        bucket.take(60, at: start)
        #expect(bucket.available(at: start + .seconds(30)) == 30)
        #expect(bucket.available(at: start + .seconds(1000)) == 60)
    }

    @Test func isThereWhenItSaysItWillBe() {
        var bucket = bucket(7)
        for _ in 0..<1000 {
            let wait = bucket.wait(for: 3, at: start)
            #expect(bucket.wait(for: 3, at: start + wait) == .zero)
            bucket.take(1, at: start)
        }
    }

    @Test func letsMoreThanItHoldsPassWhenFull() {
        var bucket = bucket(10)
        #expect(bucket.wait(for: 1000, at: start) == .zero)
        bucket.take(1000, at: start)
        #expect(bucket.available(at: start) == 0)
        #expect(bucket.available(at: start + .seconds(60)) == 0)
        #expect(bucket.available(at: start + .seconds(120)) == 10)
    }

    @Test func takesNothingFromAClockThatGoesBack() {
        var bucket = bucket(10)
        bucket.take(5, at: start + .seconds(60))
        bucket.take(1, at: start)
        #expect(bucket.available(at: start) == 4)
    }
}
