import Testing

@testable import GatewayCore

struct JSONPeekTests {
    private let body =
        #" {"model" : "gpt\u002d5", "stream":true,"stream_options": { "include_usage": false },"n":3,"n":4,"#
        + #""messages":[{"role":"user","content":"é"}, {"role":"x"}],"mod\u0065":null, "temperature" : 1.50 } "#

    @Test func findsTopLevelMembersWithTheirPlaces() throws {
        let peek = try JSONPeek(Array(body.utf8))
        #expect(
            peek.members.map(peek.key(of:)) == [
                "model", "stream", "stream_options", "n", "n", "messages", "mode", "temperature",
            ])
        #expect(peek.members.map(\.value.kind) == [.string, .bool, .object, .number, .number, .array, .null, .number])
        #expect(peek.members.map { String(decoding: peek.bytes[$0.keyRange], as: UTF8.self) }[6] == #""mod\u0065""#)
        #expect(peek.members.last.map { Array(peek.text(of: $0.value)) } == Array("1.50".utf8))
        #expect(peek.root.range == 1..<body.utf8.count - 1)
    }

    @Test func readsValuesByKind() throws {
        let peek = try JSONPeek(Array(body.utf8))
        #expect(peek.string(peek["model"]) == "gpt-5")
        #expect(peek.bool(peek["stream"]) == true)
        #expect(peek.int(peek["n"]) == 4)
        #expect(peek["mode"]?.kind == .null)
        #expect(peek["missing"] == nil)
        #expect(peek.string(peek["stream"]) == nil)
        #expect(peek.bool(peek["n"]) == nil)
        #expect(peek.int(peek["model"]) == nil)
        #expect(peek.tree(of: peek.root) == (try JSONValue(parsing: body)))
    }

    @Test func descendsWithoutCopying() throws {
        let peek = try JSONPeek(Array(body.utf8))
        let messages = try #require(peek["messages"])
        let elements = peek.elements(of: messages)
        #expect(elements.count == 2)
        #expect(peek.members(of: elements[0]).map(peek.key(of:)) == ["role", "content"])
        #expect(peek.members(of: messages).isEmpty)
        #expect(peek.elements(of: peek.root).isEmpty)
        #expect(peek.string(peek["/messages/0/content" as JSONPointer]) == "é")
        #expect(peek.bool(peek["/stream_options/include_usage" as JSONPointer]) == false)
        for missing in ["/messages/2", "/messages/00", "/messages/x", "/model/a", "/a/b"] {
            #expect(peek[try #require(JSONPointer(missing))] == nil)
        }
        #expect(peek["" as JSONPointer] == peek.root)
    }

    @Test func seesAnyRoot() throws {
        for (text, kind) in [("[1]", JSONPeek.Kind.array), (" \"x\"", .string), ("-1", .number), ("{}", .object)] {
            let peek = try JSONPeek(Array(text.utf8))
            #expect(peek.root.kind == kind)
            #expect(peek.members.isEmpty)
        }
    }

    @Test func refusesWhatTheParserRefuses() {
        for text in ["", "{", #"{"a":1}x"#, #"{"a":1,}"#, "{\"a\":\"\u{1}\"}", "[1 2]", #"{"a":tru}"#, "\u{FEFF}{}"] {
            let parsed = Result { try JSONValue(parsing: text) }
            let peeked = Result { try JSONPeek(Array(text.utf8)) }
            #expect(throws: JSONError.self) { try parsed.get() }
            #expect(throws: parsed.failure) { try peeked.get() }
        }
    }
}

extension Result where Failure == any Error {
    fileprivate var failure: JSONError {
        guard case .failure(let error) = self, let error = error as? JSONError else {
            return JSONError(offset: -1, kind: .unexpectedEnd)
        }
        return error
    }
}
