import Testing

@testable import GatewayCore

struct CacheKeyTests {
    private func key(_ json: String, scope: String? = "app", provider: String? = nil) throws -> CacheKey {
        let body = try #require(try JSONValue(parsing: Array(json.utf8)).object)
        return CacheKey(format: .openAI, scope: scope, provider: provider, model: "m", body: body)
    }

    @Test func isTheSameForTheSameQuestionWrittenDifferently() throws {
        let one = try key(#"{"messages":[{"role":"user","content":"a\u0062"}],"model":"m","temperature":1.0}"#)
        let other = try key(
            #"{ "temperature": 1.0, "stream": true, "stream_options": {"include_usage": true}, "x-gateway": {"cache": true},"#
                + #" "messages": [ { "content": "ab", "role": "user" } ] }"#)
        #expect(one == other)
    }

    @Test(arguments: [
        #"{"messages":[{"role":"user","content":"b"}],"temperature":1}"#,
        #"{"messages":[{"role":"user","content":"a"}],"temperature":2}"#,
        #"{"messages":[{"role":"user","content":"a"}]}"#,
        #"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"a"}],"temperature":1}"#,
        #"{"messages":[{"role":"user","content":["a"]}],"temperature":1}"#,
    ])
    func tellsQuestionsApart(other: String) throws {
        #expect(try key(#"{"messages":[{"role":"user","content":"a"}],"temperature":1}"#) != key(other))
    }

    @Test func tellsScopesAndProvidersApart() throws {
        #expect(try key("{}", scope: "one") != key("{}", scope: "two"))
        #expect(try key("{}", scope: nil) != key("{}", scope: "null"))
        #expect(try key("{}", provider: "openai") != key("{}", provider: nil))
    }

    @Test func readsTheLastOfMembersThatStandTwice() throws {
        #expect(try key(#"{"seed":1,"n":1,"seed":2}"#) == key(#"{"n":1,"seed":2}"#))
    }
}
