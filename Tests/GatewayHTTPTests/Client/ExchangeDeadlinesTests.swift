import GatewayCore
import Testing

@testable import GatewayHTTP

struct ExchangeDeadlinesTests {
    private var timeouts: TransportTimeouts {
        var timeouts = TransportTimeouts()
        timeouts.firstByte = .nanoseconds(100)
        timeouts.idle = .nanoseconds(30)
        return timeouts
    }

    @Test func theFirstByteHasALimitOfItsOwn() {
        let deadlines = ExchangeDeadlines(timeouts, startedAt: 1_000)
        #expect(deadlines.due == 1_100)
        #expect(deadlines.expired(at: 1_099) == nil)
        #expect(deadlines.expired(at: 1_100) == .firstByte)
    }

    @Test func silenceIsMeasuredFromTheLastByte() {
        var deadlines = ExchangeDeadlines(timeouts, startedAt: 1_000)
        for now in stride(from: Int64(1_010), through: 9_990, by: 20) {
            deadlines.noteActivity(at: now)
            #expect(deadlines.expired(at: now + 29) == nil)
        }
        #expect(deadlines.expired(at: 10_020) == .idle)
    }

    @Test func theReadersDelayIsNoSilence() {
        var deadlines = ExchangeDeadlines(timeouts, startedAt: 1_000)
        deadlines.noteActivity(at: 1_010)
        deadlines.hold()
        #expect(deadlines.due == .max)
        #expect(deadlines.expired(at: 1_000_000) == nil)
        deadlines.noteActivity(at: 1_000_000)
        #expect(deadlines.expired(at: 1_000_030) == .idle)
    }

    @Test func theWholeIsLimitedWhateverHappens() {
        var timeouts = timeouts
        timeouts.total = .nanoseconds(50)
        var deadlines = ExchangeDeadlines(timeouts, startedAt: 0)
        #expect(deadlines.due == 50)
        deadlines.noteActivity(at: 45)
        #expect(deadlines.expired(at: 50) == .total)
        deadlines.hold()
        #expect(deadlines.expired(at: 50) == .total)
    }

    @Test func endlessLimitsNeverExpire() {
        var timeouts = TransportTimeouts()
        timeouts.firstByte = .seconds(Int64.max)
        timeouts.idle = .seconds(Int64.max)
        var deadlines = ExchangeDeadlines(timeouts, startedAt: 1 << 60)
        #expect(deadlines.expired(at: 1 << 61) == nil)
        deadlines.noteActivity(at: 1 << 61)
        #expect(deadlines.expired(at: 1 << 61) == nil)
    }
}
