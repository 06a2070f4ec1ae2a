import Testing

@testable import GatewayCore

struct JSONWriterTests {
    @Test(arguments: [
        "{}", "[]", #"{"b":1.0,"a":[null,true,false,-1e9],"b":{}}"#, #""""#, #"[[[]],{"":""}]"#,
        #""\"\\\b\f\n\r\t\u0000\u001f/é€𝄞""#,
    ])
    func writesBackWhatItReadFromCompactText(_ text: String) throws {
        #expect(try JSONValue(parsing: text).serializedString == text)
    }

    @Test func leavesSlashesDeleteAndLineSeparatorsAlone() {
        #expect(JSONValue.string("</\u{7F}\u{2028}").serializedString == "\"</\u{7F}\u{2028}\"")
    }

    @Test func escapesAtEveryPosition() throws {
        for length in 0..<40 {
            for character in ["\"", "\\", "\n", "\u{1}", "\u{1F}", "\u{E9}\"", "\u{80}"] {
                let text = String(repeating: "x", count: length) + character + "yyyyyyyyy"
                #expect(try JSONValue(parsing: JSONValue.string(text).serialized()) == .string(text))
            }
        }
    }

    @Test func writesALinePerMemberForPeople() {
        let value: JSONValue = ["a": [1, "x"], "empty": [:], "none": []]
        #expect(
            value.prettySerializedString == """
                {
                  "a": [
                    1,
                    "x"
                  ],
                  "empty": {},
                  "none": []
                }
                """)
    }

    @Test func writesDoublesAsJSONNumbers() {
        #expect(JSONNumber(1.0)?.text == "1")
        #expect(JSONNumber(0.1)?.text == "0.1")
        #expect(JSONNumber(1e300)?.text == "1e+300")
        #expect(JSONNumber(-0.0)?.text == "-0")
        #expect(JSONNumber(.infinity) == nil)
        #expect(JSONNumber(validText: "1e400").double == nil)
    }

    @Test func writesBytesWithoutATree() throws {
        var output = Array("data: ".utf8)
        output.appendJSON { json in
            json.beginObject()
            json.member("id", "a\"b")
            json.key("choices")
            json.beginArray()
            json.beginObject()
            json.endObject()
            json.number(7)
            json.raw(Array("[1]".utf8))
            json.endArray()
            json.key(text: "k\n")
            json.null()
            json.member("ok", true)
            json.member("none", orNull: nil)
            json.member("tree", ["x": 1])
            json.endObject()
        }
        #expect(
            String(decoding: output, as: UTF8.self)
                == #"data: {"id":"a\"b","choices":[{},7,[1]],"k\n":null,"ok":true,"none":null,"tree":{"x":1}}"#)
    }
}
