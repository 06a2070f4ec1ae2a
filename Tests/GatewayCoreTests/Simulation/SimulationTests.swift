import Glibc
import Testing

@testable import GatewayCore

/// Schedules of faults, each told by its seed. `make simulation` runs a hundred thousand of them; `SIMULATION_SCHEDULES` says
/// how many, `SIMULATION_SEED` which is the first. With `SIMULATION_SCHEDULES=1` it tells all that happened.
struct SimulationTests {
    private static let schedules = UInt64(setting("SIMULATION_SCHEDULES") ?? 8_000)
    private static let firstSeed = UInt64(setting("SIMULATION_SEED") ?? 1)
    /// Run beside each other, each short enough not to hold up other tests.
    private static let shares: UInt64 = 64

    private static func setting(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    @Test(arguments: 0..<shares) func keepsItsPromisesUnderEveryFault(share: UInt64) throws {
        var failed = 0
        for seed in stride(from: Self.firstSeed + share, to: Self.firstSeed + Self.schedules, by: Int(Self.shares)) {
            let simulation = try Simulation(seed: seed)
            let violations = simulation.run()
            if Self.schedules == 1 { print(simulation.story) }
            guard !violations.isEmpty else { continue }
            Issue.record("seed \(seed): \(violations.joined(separator: "; "))")
            failed += 1
            guard failed < 5 else { break }
        }
    }

    /// Schedules in which nothing happens keep every promise.
    @Test func schedulesPutEverythingToTheTest() throws {
        var tally: [Simulation.Deed: Int] = [:]
        for seed in 1...1500 as ClosedRange<UInt64> {
            let simulation = try Simulation(seed: seed)
            _ = simulation.run()
            tally.merge(simulation.tally) { $0 + $1 }
        }
        for deed in Simulation.Deed.allCases {
            #expect(tally[deed, default: 0] >= 10, "\(deed): \(tally[deed, default: 0])")
        }
        if Self.schedules == 1 { print(tally.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }) }
    }

    @Test(arguments: [1, 77, 4242] as [UInt64])
    func aSeedRepeatsItself(seed: UInt64) throws {
        func story() throws -> String {
            let simulation = try Simulation(seed: seed)
            _ = simulation.run()
            return simulation.story
        }
        #expect(try story() == story())
    }
}
