import Testing

@testable import GatewayCore

struct ReasoningScaleTests {
    private static let levels: [(budget: Int, level: ReasoningEffort?)] = [
        (-1, nil), (0, ReasoningEffort.none), (1024, .minimal), (2048, .low), (8192, .medium), (16384, .high),
        (63999, .xhigh),
    ]

    @Test func findsTheLevelOfABudget() {
        for (budget, level) in Self.levels {
            #expect(ReasoningEffort(budget: budget) == level)
        }
    }

    @Test func picksTheNearestLevelAModelHas() {
        #expect(ReasoningEffort.max.nearest(in: [.low, .medium, .high]) == .high)
        #expect(ReasoningEffort.minimal.nearest(in: [.none, .low, .medium]) == .low)
        #expect(ReasoningEffort.none.nearest(in: [.minimal, .low]) == .minimal)
        #expect(ReasoningEffort.low.nearest(in: []) == nil)
    }
}
