import Testing

@testable import GatewayCore

struct UsageFieldsTests {
    @Test(arguments: [
        #"{"usage":{"prompt_tokens":42,"completion_tokens":7,"total_tokens":49}}"#,
        #"{"usage":{"prompt_tokens":42,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":40}}}"#,
        #"{"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":16,"completion_tokens_details":{"reasoning_tokens":5}}}"#,
        #"{"usage":{"prompt_tokens":1e2,"completion_tokens":-3,"prompt_cache_hit_tokens":64}}"#,
        #"{"usage":{"prompt_tokens":"many","completion_tokens":9007199254740992}}"#,
        #"{"usage":{"prompt_tokens":1,"prompt_tokens":null,"completion_tokens":2,"completion_tokens":3}}"#,
        #"{"x_groq":{"usage":{"prompt_tokens":5,"completion_tokens":6}}}"#,
        #"{"usage":null}"#, "{}",
    ])
    func countsFromTextAsFromTheTree(body: String) throws {
        let codec = OpenAICodec()
        let peek = try JSONPeek(Array(body.utf8))
        let object = try #require(JSONValue(parsing: Array(body.utf8)).object)
        var expected = codec.decodeUsage(in: object)
        expected?.extras = nil
        #expect(codec.countUsage(in: peek) == expected)
    }

    @Test func findsAnthropicsUsageInsideItsMessage() throws {
        let body = #"{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":1}}}"#
        let usage = AnthropicCodec().countUsage(in: try JSONPeek(Array(body.utf8)))
        #expect(usage?.freshInput == 5)
        #expect(usage?.output == 1)
    }
}
