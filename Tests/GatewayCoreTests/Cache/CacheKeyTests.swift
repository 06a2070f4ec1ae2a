import Testing

@testable import GatewayCore

struct CacheKeyTests {
    private func key(_ json: String, scope: String? = "app", provider: String? = nil) throws -> CacheKey {
        CacheKey(
            format: .openAI, scope: scope, provider: provider, model: "m", body: try JSONPeek(Array(json.utf8)))
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

    @Test(arguments: [
        (#"{"a":"é/\n\"\\"}"#, #"{"a":"\u00e9\/\u000A\u0022\u005c"}"#),
        (#"{"a":"\ud834\udd1e","b":"\ud834"}"#, #"{"b":"\ufffd","a":"𝄞"}"#),
        (#"{"a":[1,{"c":2,"b":[]},{}]}"#, "\t{ \"a\" : [ 1 , { \"b\" : [ ] ,\n\"c\" : 2 } , { } ] }\r\n"),
        (#"{"stop":"x","n":1}"#, #"{"n":1,"st\u006fp":"x","\u0073tream":true}"#),
    ])
    func readsEverySpellingAlike(one: String, other: String) throws {
        #expect(try key(one) == key(other))
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1.0}"#), (#"{"a":"1"}"#, #"{"a":1}"#), (#"{"a":{"stream":1}}"#, #"{"a":{}}"#),
        (#"{"a":"\\n"}"#, #"{"a":"\n"}"#), (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#), (#"{"a":null}"#, "{}"),
        (#"{"a":{"b":1},"c":2}"#, #"{"a":{"b":1,"c":2}}"#), (#"{"é":1}"#, "{\"e\u{301}\":1}"),
    ])
    func tellsWhatOnlyLooksAlikeApart(one: String, other: String) throws {
        #expect(try key(one) != key(other))
    }

    @Test func readsTheLastOfMembersThatStandTwice() throws {
        #expect(try key(#"{"seed":1,"n":1,"seed":2}"#) == key(#"{"n":1,"seed":2}"#))
    }
}

extension JSONPeek {
    /// For tests that care for the rest of a key.
    static var emptyObject: JSONPeek {
        guard let peek = try? JSONPeek(Array("{}".utf8)) else { preconditionFailure("an empty object is JSON") }
        return peek
    }
}
