import Testing

@testable import GatewayHTTP

@Suite struct ProgressBudgetTests {
    @Test func aWaitLastsAsLongAsTheTimeAllows() {
        var budget = ProgressBudget(time: .seconds(10), bytesPerSecond: 100)
        #expect(budget.deadline(at: 5_000_000_000) == 15_000_000_000)
        // The same wait goes on.
        #expect(budget.deadline(at: 9_000_000_000) == 15_000_000_000)
    }

    @Test func bytesEarnTimeBackUpToTheWhole() {
        var budget = ProgressBudget(time: .seconds(10), bytesPerSecond: 100)
        _ = budget.deadline(at: 0)
        budget.moved(200, at: 5_000_000_000)
        #expect(budget.deadline(at: 100_000_000_000) == 107_000_000_000)
        budget.moved(1_000_000_000, at: 101_000_000_000)
        #expect(budget.deadline(at: 200_000_000_000) == 210_000_000_000)
    }

    @Test func timeNotSpentWaitingIsFree() {
        var budget = ProgressBudget(time: .seconds(10), bytesPerSecond: 1)
        budget.moved(1, at: 50_000_000_000)
        #expect(budget.deadline(at: 60_000_000_000) == 70_000_000_000)
    }
}
