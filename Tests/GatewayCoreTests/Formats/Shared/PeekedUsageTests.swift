import Testing

@testable import GatewayCore

/// Counts read straight from the text are those that the tree has.
@Suite struct PeekedUsageTests {
    private static let texts = [
        #"{"a":1,"b":{"a":2,"c":{"a":3}},"c":4}"#,
        #"{ "a" : 1 , "b" : { } , "c" : [ {"a": 9}, "]", "\"" ], "a" : 5 }"#,
        #"{"\u0061":7,"a\n":8,"b":{"\u0061":9,"a":-3},"c":"a\"b:{"}"#,
        #"{"a":null,"b":{"a":true,"b":{"a":1e3,"c":0.5}},"c":12345678901234567890}"#,
        #"{"b":{"a":1},"b":{"c":2},"":{"a":6},"c":false}"#,
        #"{"a":{"a":{"a":{"a":11}}},"b":[[[{"a":1}]]],"c":9007199254740992}"#, "{}",
    ]

    private func check<Fields: UsageFields>(_ peeked: PeekedUsage?, _ tree: Fields?, depth: Int = 0) {
        #expect((peeked == nil) == (tree == nil))
        guard let peeked, let tree else { return }
        for key in ["a", "b", "c", "d", "", "a\n"] {
            #expect(peeked.count(key) == tree.count(key), "\(key)")
            #expect(peeked.number(key) == tree.number(key), "\(key)")
            if depth < 5 { check(peeked.fields(key), tree.fields(key), depth: depth + 1) }
        }
    }

    @Test(arguments: texts) func agreesWithTheTree(_ text: String) throws {
        let whole = #"{"before":[{"a":1}],"usage":"# + text + #","after":{"a":2}}"#
        let peek = try JSONPeek(Array(whole.utf8))
        check(PeekedUsage(peek, peek["usage"]), try JSONValue(parsing: Array(text.utf8)).object)
        #expect(PeekedUsage(peek, peek["before"]) == nil && PeekedUsage(peek, nil) == nil)
    }
}
