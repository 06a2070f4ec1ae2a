import Testing

@testable import GatewayCore

struct TokenUsageTests {
    @Test("PITFALLS 11: a later count without the lifetimes of caches keeps those told before")
    func keepsHowLongCachesLive() {
        var usage = TokenUsage(freshInput: 3, cacheRead: 4, cacheWrite5m: 7, cacheWrite1h: 131, output: 1)
        usage.update(with: TokenUsage(freshInput: 3, cacheRead: 4, cacheWrite5m: 138, output: 20))
        #expect(usage == TokenUsage(freshInput: 3, cacheRead: 4, cacheWrite5m: 7, cacheWrite1h: 131, output: 20))
        usage.update(with: TokenUsage(cacheWrite5m: 100))
        #expect(usage.cacheWrite5m == 0)
        usage.update(with: TokenUsage(cacheWrite5m: 8, cacheWrite1h: 2))
        #expect((usage.cacheWrite5m, usage.cacheWrite1h) == (8, 2))
    }

    @Test func laterCountsReplaceEarlierOnes() {
        var usage = TokenUsage(freshInput: 3, output: 1)
        usage.update(with: TokenUsage(output: 5, reasoning: 2))
        #expect(usage == TokenUsage(freshInput: 3, output: 5, reasoning: 2))
        #expect(usage.cacheWrite == nil)
    }
}
