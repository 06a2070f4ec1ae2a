import Testing

@testable import GatewayCore

struct JSONCanonicalWriterTests {
    private func canonical(_ text: String, without names: [String] = []) throws -> String {
        var bytes: [UInt8] = []
        try JSONPeek(Array(text.utf8)).writeCanonically(without: names, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (" { \"b\" : 1.0 ,\n\"a\" : [ true , null ] } ", #"{"a":[true,null],"b":1.0}"#),
        (#"{"a":1,"b":{"d":1,"c":2},"a":3}"#, #"{"a":3,"b":{"c":2,"d":1}}"#),
        (#"{"\u0061":1,"a":2,"\u0061":3}"#, #"{"a":3}"#), ("{}", "{}"), ("[ ]", "[]"), (#" "\/" "#, #""/""#),
        (#"["\u0000\u001F\u000a\u0022\u005C\u007f"]"#, "[\"\\u0000\\u001f\\n\\\"\\\\\u{7F}\"]"),
        (#"["\uD83D\uDE00\udead\ud83d\u0041"]"#, "[\"😀\u{FFFD}\u{FFFD}A\"]"), ("-0.0e+1", "-0.0e+1"),
    ])
    func writesTheCanonicalForm(_ text: String, _ expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test func leavesMembersOfTheRootOut() throws {
        let text = #"{"x":{"x":1,"y":2},"b":[{"x":1}],"y":0,"\u0078":1,"a":2}"#
        #expect(try canonical(text, without: ["x"]) == #"{"a":2,"b":[{"x":1}],"y":0}"#)
        #expect(try canonical(text, without: ["x", "y", "a", "b"]) == "{}")
    }

    /// Whoever writes the same document otherwise gets the same text; whoever writes another, another.
    @Test func isDecidedByWhatTheDocumentSays() throws {
        var random = RandomJSON(seed: 21)
        for _ in 0..<2_000 {
            let text = random.text(depth: 3)
            let value = try JSONValue(parsing: text)
            let written = try canonical(text)
            #expect(try canonical(value.prettySerializedString) == written)
            #expect(try canonical(written) == written)
            #expect(try Self.ordered(JSONValue(parsing: written)) == Self.ordered(value))
        }
    }

    /// The tree with the last of repeated members alone, and in the order of their keys.
    private static func ordered(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var members: [String: JSONValue] = [:]
            for member in object { members[member.key] = ordered(member.value) }
            return .object(JSONObject(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { $0 }))
        case .array(let elements): return .array(elements.map(ordered))
        case .null, .bool, .number, .string: return value
        }
    }

    @Test func respellsEscapesAtEveryPlace() throws {
        for before in 0..<70 {
            let filler = String(repeating: "x", count: before)
            let text = #"["\#(filler)\u00e9\n\/\u0022\#(filler)\ud834\udd1e\\"]"#
            #expect(try canonical(text) == #"["\#(filler)é\n/\"\#(filler)𝄞\\"]"#)
        }
    }
}
