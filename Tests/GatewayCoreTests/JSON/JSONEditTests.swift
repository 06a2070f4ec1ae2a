import Testing

@testable import GatewayCore

struct JSONEditTests {
    private func splice(_ text: String, _ edits: JSONEdit...) throws -> String {
        String(decoding: try JSONPeek(Array(text.utf8)).bytes(applying: edits), as: UTF8.self)
    }

    @Test func changesNothingElse() throws {
        let text = " {\n  \"model\" : \"a\" ,\n\t\"temperature\": 1.0,\n  \"x\": [ 1 , {} ]\n}\n"
        #expect(try splice(text) == text)
        #expect(try splice(text, .set("/model", "b")) == text.replacing(#""a""#, with: #""b""#))
        #expect(try splice(text, .remove("/none"), .remove("/none/deeper"), .remove("/x/7")) == text)
        #expect(try splice(text, .set("/x/0", 2)) == text.replacing("[ 1", with: "[ 2"))
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1,"b":2}"#), ("{}", #"{"b":2}"#), ("{ \n }", #"{"b":2}"#),
        ("{\n \"a\": 1\n}", "{\n \"a\": 1,\"b\":2\n}"), (#"{"b":1,"b":0,"c":3}"#, #"{"b":1,"b":2,"c":3}"#),
        (#"{"\u0062" : null}"#, #"{"\u0062" : 2}"#),
    ])
    func setsAMember(_ text: String, _ expected: String) throws {
        #expect(try splice(text, .set("/b", 2)) == expected)
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"b":2,"a":1}"#), ("{}", #"{"b":2}"#), (#"{ "a":1 }"#, #"{"b":2, "a":1 }"#),
        (#"{"a":1,"b":0}"#, #"{"a":1,"b":2}"#),
    ])
    func putsANewMemberInFront(_ text: String, _ expected: String) throws {
        #expect(try splice(text, .prepend("/b", 2)) == expected)
    }

    @Test(arguments: [
        (#"{"b":1}"#, "{}"), (#"{"a":1, "b":2, "c":3}"#, #"{"a":1, "c":3}"#), (#"{"b":1,"a":2}"#, #"{"a":2}"#),
        ("{\"a\":1,\n \"b\":2\n}", "{\"a\":1\n}"), (#"{"b":1,"a":2,"b":[3]}"#, #"{"a":2}"#), (#"{"a":1}"#, #"{"a":1}"#),
    ])
    func removesAMemberWithItsComma(_ text: String, _ expected: String) throws {
        #expect(try splice(text, .remove("/b")) == expected)
    }

    @Test func makesObjectsOnTheWay() throws {
        let edit = JSONEdit.set("/stream_options/include_usage", true)
        let expected = #"{"stream":true,"stream_options":{"include_usage":true}}"#
        #expect(try splice(#"{"stream":true}"#, edit) == expected)
        #expect(try splice(#"{"stream":true,"stream_options":null}"#, edit) == expected)
        #expect(try splice(#"{"stream":true,"stream_options":{"include_usage":false}}"#, edit) == expected)
        #expect(
            try splice(#"{"stream_options": { "include_obfuscation": false }}"#, edit)
                == #"{"stream_options": { "include_obfuscation": false,"include_usage":true }}"#)
    }

    @Test func editsArrays() throws {
        let text = #"{"m":[{"c":1}, {"c":2}]}"#
        #expect(try splice(text, .set("/m/1/k", "x")) == #"{"m":[{"c":1}, {"c":2,"k":"x"}]}"#)
        #expect(try splice(text, .insert("/m/0", 0)) == #"{"m":[0,{"c":1}, {"c":2}]}"#)
        #expect(try splice(text, .insert("/m/2", 0)) == #"{"m":[{"c":1}, {"c":2},0]}"#)
        #expect(try splice(text, .insert("/m/-", 0)) == #"{"m":[{"c":1}, {"c":2},0]}"#)
        #expect(try splice(text, .set("/m/-/a", 0)) == #"{"m":[{"c":1}, {"c":2},{"a":0}]}"#)
        #expect(try splice(text, .remove("/m/0")) == #"{"m":[ {"c":2}]}"#)
        #expect(try splice(text, .remove("/m/0"), .remove("/m/0")) == #"{"m":[]}"#)
    }

    @Test func makesLaterEditsInWhatEarlierOnesMade() throws {
        #expect(
            try splice("{}", .set("/a", ["x": 1]), .set("/a/y", 2), .remove("/a/x"), .prepend("/a/z", 3))
                == #"{"a":{"z":3,"y":2}}"#)
        #expect(try splice(#"{"a":1}"#, .remove("/a"), .set("/a", 2)) == #"{"a":2}"#)
        #expect(try splice("[1]", .set("", nil), .set("/a", 1)) == #"{"a":1}"#)
    }

    @Test(arguments: [
        JSONEdit.set("/n/x", 1), .set("/s/x", 1), .set("/l/1", 1), .set("/l/x", 1), .insert("/l/2", 1),
        .set("/l/1/x", 1),
        .remove(""),
    ])
    func refusesAPlaceThatIsNotThere(_ edit: JSONEdit) throws {
        let text = #"{"n":1,"s":"","l":[0]}"#
        #expect(throws: JSONEditError(pointer: edit.pointer)) { try splice(text, edit) }
        var tree = try JSONValue(parsing: text)
        #expect(throws: JSONEditError(pointer: edit.pointer)) { try tree.apply([edit]) }
        #expect(tree == (try JSONValue(parsing: text)))
    }

    @Test func replacesValuesFoundByPeeking() throws {
        let peek = try JSONPeek(Array(#"{"a": 1, "b": [2, 3]}"#.utf8))
        let b = try #require(peek["b"])
        let bytes = peek.bytes(replacing: [
            (peek.elements(of: b)[1], Array("{}".utf8)), (try #require(peek["a"]), Array("null".utf8)),
        ])
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a": null, "b": [2, {}]}"#)
        #expect(peek.bytes(replacing: []) == peek.bytes)
    }

    /// The law: editing the bytes and editing the tree come to the same.
    @Test func editsBytesAsItEditsTrees() throws {
        var maker = RandomJSON(seed: 3)
        var made = 0
        for _ in 0..<3_000 {
            let text = maker.text(depth: 4)
            let edits = (0..<Int.random(in: 1...4, using: &maker.generator)).map { _ in maker.edit() }
            let peek = try JSONPeek(Array(text.utf8))
            var tree = try JSONValue(parsing: text)
            do {
                try tree.apply(edits)
            } catch {
                #expect(throws: error) { try peek.bytes(applying: edits) }
                continue
            }
            made += 1
            let bytes = try peek.bytes(applying: edits)
            #expect(try JSONValue(parsing: bytes) == tree, "\(text) \(edits)")
        }
        #expect(made > 1_000)
    }
}
