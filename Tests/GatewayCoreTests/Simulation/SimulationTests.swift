import Testing

@testable import GatewayCore

struct SimulationTests {
    /// Each a gateway with its instances, clients, faults, reloads and jumps of the clock.
    private static let schedules: UInt64 = 100_000
    private static let firstSeed: UInt64 = 1

    @Test func keepsItsPromisesUnderEveryFault() throws {
        var failed = 0
        for seed in Self.firstSeed..<Self.firstSeed + Self.schedules {
            let violations = try Simulation(seed: seed).run()
            guard !violations.isEmpty else { continue }
            Issue.record("seed \(seed): \(violations.joined(separator: "; "))")
            failed += 1
            guard failed < 5 else { break }
        }
    }

    @Test(arguments: [1, 77, 4242] as [UInt64])
    func aSeedRepeatsItself(seed: UInt64) throws {
        func trace() throws -> [String] {
            let simulation = try Simulation(seed: seed)
            _ = simulation.run()
            return simulation.transport.sendings.map { "\($0)" }
                + simulation.sights.map { "\($0.status ?? 0) \($0.text)" }
        }
        #expect(try trace() == trace())
    }
}
