import Testing

@testable import GatewayCore

@Suite struct AnthropicUsageTests {
    private func decode(_ text: String) throws -> TokenUsage {
        AnthropicCodec.decodeUsage(try AnthropicTest.object(text)).usage
    }

    @Test("PITFALLS 9: input excludes caches, and the lifetimes of what was written are told apart")
    func countsAreSplit() throws {
        let usage = try decode(
            #"{"input_tokens":10,"cache_read_input_tokens":200,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":7,"output_tokens_details":{"thinking_tokens":3}}"#
        )
        let expected = TokenUsage(
            freshInput: 10, cacheRead: 200, cacheWrite5m: 20, cacheWrite1h: 10, output: 7, reasoning: 3)
        #expect(usage == expected)
        #expect(usage.totalInput == 240)
    }

    @Test func whatTheSplitDoesNotExplainIsShort() throws {
        let usage = try decode(
            #"{"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":10}}"#
        )
        #expect(usage.cacheWrite5m == 20)
        #expect(usage.cacheWrite1h == 10)
    }

    @Test func notReportedIsNotZero() throws {
        #expect(try decode(#"{"output_tokens":1}"#) == TokenUsage(output: 1))
    }

    @Test func nonsenseCountsAreKeptButNotBelieved() throws {
        let usage = try decode(#"{"input_tokens":-5,"output_tokens":"many"}"#)
        #expect(usage.freshInput == nil && usage.output == nil)
        #expect(usage.extras?.fields.count == 2)
    }

    @Test("PITFALLS 9: counts of other formats are never negative and always there")
    func requiredCountsAreThere() {
        #expect(AnthropicCodec.encodeUsage(nil, serviceTier: nil) == ["input_tokens": 0, "output_tokens": 0])
        let odd = TokenUsage(freshInput: -3, cacheRead: 5, output: 2)
        let written = AnthropicCodec.encodeUsage(odd, serviceTier: "default")
        #expect(written["input_tokens"] == 0)
        #expect(written["cache_read_input_tokens"] == 5)
        #expect(written["service_tier"] == "standard")
    }

    @Test func unknownCountsComeBack() throws {
        let text = #"{"input_tokens":1,"output_tokens":2,"server_tool_use":{"web_search_requests":1},"speed":"fast"}"#
        let usage = try decode(text)
        let written = JSONValue.object(AnthropicCodec.encodeUsage(usage, serviceTier: nil))
        #expect(written.serializedString == text)
    }

    @Test func usageIsFoundInRepliesAndFrames() throws {
        let codec = AnthropicTest.codec
        let start = try AnthropicTest.object(AnthropicTest.start)
        #expect(codec.decodeUsage(in: start) == TokenUsage(freshInput: 5, output: 1))
        let delta = try AnthropicTest.object(AnthropicTest.end[0])
        #expect(codec.decodeUsage(in: delta) == TokenUsage(output: 9))
        #expect(codec.decodeUsage(in: ["type": "ping"]) == nil)
    }
}
