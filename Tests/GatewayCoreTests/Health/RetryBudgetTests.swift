import Testing

@testable import GatewayCore

struct RetryBudgetTests {
    private func withdrawals(_ allowance: inout RetryAllowance, requests: Int, at now: MonotonicInstant) -> Int {
        var count = 0
        while allowance.withdraw(requests: requests, at: now) { count += 1 }
        return count
    }

    @Test func allowsAShareOfTheRequests() {
        var settings = RetryBudgetConfiguration()
        settings.minPerSecond = 0
        var allowance = RetryAllowance(settings, at: .start)
        #expect(withdrawals(&allowance, requests: 4, at: .start) == 0)
        #expect(withdrawals(&allowance, requests: 100, at: .seconds(1)) == 19)
        #expect(withdrawals(&allowance, requests: 100, at: .seconds(100)) == 0)
        #expect(withdrawals(&allowance, requests: 150, at: .seconds(101)) == 10)
        // A burst within one moment has its share too.
        #expect(withdrawals(&allowance, requests: 1150, at: .seconds(101)) == 200)
    }

    @Test func allowsSomeEachSecondHoweverFewRequestsThereAre() {
        var allowance = RetryAllowance(RetryBudgetConfiguration(), at: .start)
        #expect(withdrawals(&allowance, requests: 0, at: .start) == 100)
        #expect(withdrawals(&allowance, requests: 0, at: .seconds(1)) == 10)
        #expect(withdrawals(&allowance, requests: 0, at: .seconds(1)) == 0)
    }

    @Test func doesNotSaveUpForLong() {
        var allowance = RetryAllowance(RetryBudgetConfiguration(), at: .start)
        #expect(withdrawals(&allowance, requests: 0, at: .seconds(3600)) == 100)
        // A million requests in an hour are 278 a second: ten seconds of their share.
        let spared = withdrawals(&allowance, requests: 1_000_000, at: .seconds(7200))
        #expect((500...700).contains(spared))
    }

    @Test func allowsNothingWhereNothingIsGranted() {
        var settings = RetryBudgetConfiguration()
        settings.percent = 0
        settings.minPerSecond = 0
        let budget = RetryBudget(settings, at: .start)
        for _ in 0..<1000 { budget.noteRequest() }
        #expect(!budget.withdraw(at: .seconds(100)))
    }

    @Test func countsWhatWasGivenBack() {
        var settings = RetryBudgetConfiguration()
        settings.minPerSecond = 0.1
        let budget = RetryBudget(settings, at: .start)
        #expect(budget.withdraw(at: .start))
        #expect(!budget.withdraw(at: .start))
        budget.giveBack(1)
        #expect(budget.withdraw(at: .start))
        budget.giveBack(0)
        #expect(!budget.withdraw(at: .start))
    }

    @Test func obeysAChangeOfSettings() {
        let budget = RetryBudget(RetryBudgetConfiguration(), at: .start)
        var none = RetryBudgetConfiguration()
        none.percent = 0
        none.minPerSecond = 0
        budget.apply(none)
        #expect(!budget.withdraw(at: .seconds(1)))
    }
}
