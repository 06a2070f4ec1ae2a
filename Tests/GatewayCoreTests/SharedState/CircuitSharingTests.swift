import Testing

@testable import GatewayCore

/// One gateway's side, against what the shared state would say.
struct CircuitSharingTests {
    private let instance: InstanceHealth
    private let start = MonotonicInstant(nanoseconds: 0)

    init() {
        var settings = FailoverConfiguration()
        settings.circuit.jitter = 0
        settings.circuit.failures = 1
        instance = InstanceHealth(
            provider: "openai", instance: "a", keyCount: 1, settings: settings, services: GatewayServices())
    }

    private func at(_ seconds: Double) -> MonotonicInstant { start + .seconds(seconds) }

    /// The right to ask it; nil when it may not be asked.
    private func admit(at seconds: Double) -> InstanceHealth.Admission? {
        instance.admit(InstancePool.Search(model: "m", now: at(seconds)), excluding: 0, choice: 1)
    }

    private func fail(_ admission: InstanceHealth.Admission, at seconds: Double) {
        instance.fail(
            admission, ProviderFailure(kind: .server, status: 500, message: ""), model: "m", at: at(seconds),
            requestID: nil)
        instance.leave()
    }

    private func open(_ seconds: Double, openings: Int = 1, leave: Double = 0) -> CircuitNews {
        CircuitNews(
            gateways: 2,
            circuits: [
                .init(
                    name: "openai/a", state: .open(.seconds(seconds)), openings: openings, leave: .seconds(leave))
            ])
    }

    private var nothing: CircuitNews { CircuitNews(gateways: 2, circuits: []) }

    /// One exchange.
    @discardableResult
    private func exchange(
        _ sharing: inout CircuitSharing, at seconds: Double, _ news: CircuitNews
    ) -> CircuitReport {
        let report = sharing.report(on: [instance], at: at(seconds))
        sharing.take(news, after: report, for: [instance], at: at(seconds))
        return report
    }

    @Test func tellsOfAnOpeningOnce() throws {
        var sharing = CircuitSharing()
        #expect(exchange(&sharing, at: 0, nothing) == CircuitReport())
        fail(try #require(admit(at: 1)), at: 1)
        let report = exchange(&sharing, at: 1.5, open(59.5))
        #expect(report.opened == [.init(name: "openai/a", duration: .seconds(59.5), openings: 1)])
        #expect(exchange(&sharing, at: 2, open(59)) == CircuitReport())
    }

    @Test func isOutWhereAnotherFoundItSo() {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(60, openings: 2))
        #expect(admit(at: 1) == nil)
        #expect(instance.breaker.openings == 2)
        #expect(instance.status(at: at(1)).circuit == .open)
    }

    @Test func isProbedOnlyWithLeave() throws {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(1))
        for step in 1...20 {
            let now = 1 + Double(step) / 2
            #expect(exchange(&sharing, at: now, open(0)).wanted == ["openai/a"])
            #expect(admit(at: now + 0.4) == nil)
        }
        exchange(&sharing, at: 12, open(0, leave: 3))
        let probe = try #require(admit(at: 12.1))
        #expect(probe.isProbe)
        #expect(admit(at: 12.2) == nil)
        #expect(exchange(&sharing, at: 12.5, open(0, leave: 3)).probed == ["openai/a"])
    }

    @Test func decidesByItselfWhenItHearsNothingAnyMore() {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(1))
        exchange(&sharing, at: 1.5, open(0))
        #expect(admit(at: 2.9) == nil)
        #expect(admit(at: 3.1)?.isProbe == true)
    }

    @Test func tellsOfAClosingAndIsNotOpenedAgainByOldNews() throws {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(0, leave: 3))
        for step in 1...2 {
            let probe = try #require(admit(at: Double(step)))
            // What is heard while the answer comes is from before it.
            let report = sharing.report(on: [instance], at: at(Double(step)))
            instance.succeed(probe, latency: nil, at: at(Double(step)), requestID: nil)
            instance.leave()
            sharing.take(open(0, leave: 3), after: report, for: [instance], at: at(Double(step)))
        }
        #expect(instance.breaker.state == .closed)
        #expect(exchange(&sharing, at: 3, nothing).closed == ["openai/a"])
        #expect(exchange(&sharing, at: 4, nothing) == CircuitReport())
    }

    @Test func closesWhereAnotherHasClosed() {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(60))
        let closed = CircuitNews(
            gateways: 2, circuits: [.init(name: "openai/a", state: .closed, openings: 1)])
        exchange(&sharing, at: 1, closed)
        #expect(instance.breaker.state == .closed)
        #expect(admit(at: 1)?.isProbe == false)
        #expect(exchange(&sharing, at: 2, closed) == CircuitReport())
    }

    @Test func anOlderClosingDoesNotCloseANewerOpening() throws {
        var sharing = CircuitSharing()
        fail(try #require(admit(at: 0)), at: 0)
        let closed = CircuitNews(
            gateways: 2, circuits: [.init(name: "openai/a", state: .closed, openings: 1)])
        exchange(&sharing, at: 0.1, closed)
        #expect(admit(at: 1) == nil)
        #expect(exchange(&sharing, at: 1, open(59)).opened.count == 1)
    }

    @Test func tellsAgainWhatTheSharedStateHasLost() throws {
        var sharing = CircuitSharing()
        fail(try #require(admit(at: 0)), at: 0)
        exchange(&sharing, at: 0, open(60))
        exchange(&sharing, at: 1, nothing)
        #expect(admit(at: 2) == nil)
        #expect(exchange(&sharing, at: 2, open(58)).opened.count == 1)
    }

    @Test func aFailedProbeOpensItForAllForLonger() throws {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(0, leave: 3))
        fail(try #require(admit(at: 1)), at: 1)
        let report = exchange(&sharing, at: 1, open(120, openings: 2))
        #expect(report.opened == [.init(name: "openai/a", duration: .seconds(120), openings: 2)])
    }

    @Test func tellsOfASignOfLifeAndHearsOfOne() {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(60))
        // As a health check does that finds it alive after it was silent.
        instance.note(.dead(ProviderFailure(kind: .server, status: 500, message: "")), key: 0, at: at(1))
        exchange(&sharing, at: 1.5, open(58.5))
        instance.note(.alive, key: 0, at: at(2))
        #expect(admit(at: 2) == nil, "held until the others agree")
        let report = exchange(&sharing, at: 2, open(0, leave: 3))
        #expect(report.hastened == ["openai/a"] && report.wanted == ["openai/a"])
        #expect(admit(at: 2.1)?.isProbe == true)
    }

    @Test func forgetsInstancesThatAreGone() {
        var sharing = CircuitSharing()
        exchange(&sharing, at: 0, open(60))
        let report = sharing.report(on: [], at: at(1))
        sharing.take(open(59), after: report, for: [], at: at(1))
        #expect(sharing.report(on: [instance], at: at(2)).opened.count == 1)
    }
}
