import GatewayCore
import GatewayHTTP
import Testing

@Suite(.timeLimit(.minutes(1))) struct BootClockTests {
    private let clock = BootClock()

    @Test func countsFromTheStartOfTheMachine() async throws {
        let text = String(decoding: try await SystemFiles().read("/proc/uptime", upTo: 1024), as: UTF8.self)
        let uptime = try #require(text.split(separator: " ").first.flatMap { Double($0) })
        // The kernel tells it in hundredths, and a test may be held up after it has read them.
        let now = Double(clock.now().nanoseconds) / 1e9
        #expect((uptime - 0.02...uptime + 60).contains(now))
    }

    @Test func neverGoesBack() {
        var latest = clock.now()
        for _ in 0..<10_000 {
            let now = clock.now()
            #expect(latest <= now)
            latest = now
        }
    }

    @Test func waitsUntilTheMomentIsThere() async {
        let moment = clock.now() + .milliseconds(1)
        await clock.sleep(until: moment)
        #expect(clock.now() >= moment)
    }

    @Test func waitsForNothingThatIsPast() async {
        await clock.sleep(until: MonotonicInstant(nanoseconds: 0))
        await clock.sleep(until: clock.now())
    }

    @Test func aCancelledWaitIsOver() async {
        let wait = Task { await clock.sleep(until: clock.now() + .seconds(3600)) }
        wait.cancel()
        await wait.value
    }
}
