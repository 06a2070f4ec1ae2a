import Testing

@testable import GatewayCore

struct GeminiUsageTests {
    private func usage(_ text: String) throws -> TokenUsage {
        GeminiCodec.decodeUsage(try GeminiTest.object(text))
    }

    @Test("PITFALLS 9: cached tokens are inside the prompt, thoughts beside the candidates, tool prompts beside both")
    func decoding() throws {
        let text =
            #"{"promptTokenCount":100,"cachedContentTokenCount":30,"candidatesTokenCount":20,"thoughtsTokenCount":50,"toolUsePromptTokenCount":7,"totalTokenCount":177,"trafficType":"ON_DEMAND"}"#
        let usage = try usage(text)
        #expect(usage.freshInput == 77)
        #expect(usage.cacheRead == 30)
        #expect(usage.output == 70)
        #expect(usage.reasoning == 50)
        #expect(usage.total == 177)
        let written = JSONValue.object(GeminiCodec.encodeUsage(usage))
        #expect(WireComparison.canonical(written) == WireComparison.canonical(try JSONValue(parsing: text)))
    }

    @Test("PITFALLS 9: older replies count the thoughts among the candidates")
    func thoughtsInside() throws {
        let usage = try usage(
            #"{"promptTokenCount":10,"candidatesTokenCount":60,"thoughtsTokenCount":50,"totalTokenCount":70}"#)
        #expect(usage.output == 60)
        #expect(usage.reasoning == 50)
    }

    @Test("PITFALLS 9: counts are never negative")
    func neverNegative() throws {
        let odd = try usage(#"{"promptTokenCount":5,"cachedContentTokenCount":9,"candidatesTokenCount":-3}"#)
        #expect(odd.freshInput == 0)
        #expect(odd.output == 0)
        var inverted = TokenUsage(freshInput: 1, output: 2, reasoning: 5)
        inverted.extras = Extras(origin: .gemini, fields: ["toolUsePromptTokenCount": 90])
        let written = GeminiCodec.encodeUsage(inverted)
        #expect(written["promptTokenCount"] == nil)
        #expect(written["candidatesTokenCount"] == nil)
        #expect(written["thoughtsTokenCount"] == 2)
    }

    @Test func zeroIsLeftOutAndMeansZero() throws {
        let usage = try usage(#"{"promptTokenCount":12,"totalTokenCount":12}"#)
        #expect(usage.output == 0)
        #expect(usage.cacheRead == nil)
        #expect(
            JSONValue.object(GeminiCodec.encodeUsage(usage)).serializedString
                == #"{"promptTokenCount":12,"totalTokenCount":12}"#)
    }

    @Test func countsThatAreNoneAreNotReported() throws {
        let usage = try usage(#"{"promptTokenCount":"12","candidatesTokenCount":1e99,"thoughtsTokenCount":true}"#)
        #expect(usage.freshInput == 12, "64-bit integers may be strings")
        #expect(usage.output == 0)
        #expect(usage.reasoning == nil)
        #expect(try self.usage("{}") == TokenUsage())
    }

    @Test("PITFALLS 9: writes to a cache and fresh input are the prompt")
    func encodingOfOthers() {
        let usage = TokenUsage(
            freshInput: 100, cacheRead: 700, cacheWrite5m: 150, cacheWrite1h: 50, output: 8, reasoning: 3)
        #expect(
            JSONValue.object(GeminiCodec.encodeUsage(usage)).serializedString
                == #"{"promptTokenCount":1000,"cachedContentTokenCount":700,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":1008}"#
        )
    }

    @Test func framesAndRepliesReportItAlike() throws {
        let body = try GeminiTest.object(#"{"usageMetadata":{"promptTokenCount":1}}"#)
        #expect(GeminiTest.codec.decodeUsage(in: body)?.freshInput == 1)
        #expect(GeminiTest.codec.decodeUsage(in: [:]) == nil)
    }
}
