import Testing

@testable import GatewayCore

struct JSONPointerTests {
    @Test(arguments: [
        ("", []), ("/", [""]), ("/a/0/-", ["a", "0", "-"]), ("/a~1b/m~0n/~01", ["a/b", "m~n", "~1"]),
        ("//x", ["", "x"]),
        ("/\u{301}/e", ["\u{301}", "e"]),
    ])
    func readsAndWritesTheWrittenForm(_ text: String, _ tokens: [String]) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(pointer.tokens == tokens)
        #expect(pointer.description == text)
    }

    @Test(arguments: ["a", "a/b", "/~", "/~2", "/a~"])
    func refusesMalformedPointers(_ text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test func findsTheExamplesOfTheStandard() throws {
        let document = try JSONValue(
            parsing: #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#)
        #expect(document["/foo/0" as JSONPointer] == "bar")
        let expected = [
            "/": 0, "/a~1b": 1, "/c%d": 2, "/e^f": 3, "/g|h": 4, "/i\\j": 5, "/k\"l": 6, "/ ": 7, "/m~0n": 8,
        ]
        for (text, value) in expected {
            #expect(document[try #require(JSONPointer(text))]?.int == value)
        }
        for missing: JSONPointer in ["/foo/2", "/foo/01", "/foo/-", "/foo/0/x", "/bar"] {
            #expect(document[missing] == nil)
        }
        #expect(document["" as JSONPointer] == document)
    }
}
