import Testing

@testable import GatewayCore

struct OpenAIUsageTests {
    private let codec = OpenAICodec()

    @Test("PITFALLS 9: cached tokens are inside the prompt here, and beside it in the hub")
    func takesCachedTokensOutOfTheInputAndPutsThemBack() throws {
        let body: JSONObject = [
            "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
            "prompt_tokens_details": ["cached_tokens": 60, "cache_write_tokens": 30, "audio_tokens": 0],
            "completion_tokens_details": ["reasoning_tokens": 5, "accepted_prediction_tokens": 1],
        ]
        let usage = codec.decodeUsage(body)
        #expect(usage.freshInput == 10 && usage.cacheRead == 60 && usage.cacheWrite5m == 30)
        #expect(usage.output == 20 && usage.reasoning == 5)
        #expect(JSONValue.object(codec.encode(usage)) == .object(body))
    }

    @Test("PITFALLS 9: more cached than prompted is not negative")
    func isNeverNegative() {
        let usage = codec.decodeUsage([
            "prompt_tokens": 5, "completion_tokens": -3, "prompt_tokens_details": ["cached_tokens": 9],
        ])
        #expect(usage.freshInput == 0 && usage.output == 0 && usage.cacheRead == 9)
    }

    @Test func doesNotTrapOnHugeCounts() {
        let huge = JSONValue.number(JSONNumber(.max))
        let usage = codec.decodeUsage(["prompt_tokens": huge, "completion_tokens": huge, "total_tokens": huge])
        #expect(usage.freshInput == nil && usage.output == nil)
        _ = codec.encode(usage)
    }

    @Test func addsReasoningThatServicesCountBesideTheCompletion() {
        let usage = codec.decodeUsage([
            "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115,
            "completion_tokens_details": ["reasoning_tokens": 100],
        ])
        #expect(usage.output == 105 && usage.reasoning == 100)
    }

    @Test func findsUsageWhereServicesPutIt() {
        #expect(codec.decodeUsage(in: ["x_groq": ["usage": ["prompt_tokens": 3]]])?.freshInput == 3)
        #expect(codec.decodeUsage(in: ["usage": nil]) == nil)
        #expect(codec.decodeUsage(["prompt_tokens": 9, "prompt_cache_hit_tokens": 4]).cacheRead == 4)
        #expect(codec.decodeUsage(["prompt_tokens": 9, "cached_tokens": 4]).freshInput == 5)
    }

    @Test func addsUpBothLifetimesOfCacheWrites() {
        let usage = TokenUsage(freshInput: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5)
        let body = JSONValue.object(codec.encode(usage))
        #expect(body["prompt_tokens"] == 10 && body["total_tokens"] == 15)
        #expect(body["prompt_tokens_details"] == ["cached_tokens": 2, "cache_write_tokens": 7])
    }
}
