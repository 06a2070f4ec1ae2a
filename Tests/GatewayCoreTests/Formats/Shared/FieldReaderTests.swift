import Testing

@testable import GatewayCore

struct FieldReaderTests {
    @Test func readsTypedMembers() throws {
        var fields = FieldReader(["s": "text", "i": 3, "b": true, "f": 1.5, "a": ["x", "y"]])
        #expect(try fields.string("s") == "text")
        #expect(try fields.optionalInt("i") == 3)
        #expect(try fields.optionalBool("b") == true)
        #expect(try fields.optionalNumber("f")?.text == "1.5")
        #expect(try fields.optionalStrings("a") == ["x", "y"])
        #expect(fields.rest(origin: .openAI) == nil)
    }

    @Test func takesNullForAbsent() throws {
        var fields = FieldReader(["stop": nil])
        #expect(try fields.optionalString("stop") == nil)
        #expect(fields.rest(origin: .openAI) == nil)
    }

    @Test func keepsWhatNoOneReadInOrder() throws {
        var fields = FieldReader(["z": 1, "model": "m", "a": nil])
        _ = try fields.string("model")
        #expect(fields.rest(origin: .gemini) == Extras(origin: .gemini, fields: ["z": 1, "a": nil]))
    }

    @Test func givesBackWhatIsUnread() throws {
        var fields = FieldReader(["effort": "colossal"])
        _ = try fields.optionalString("effort")
        fields.unread("effort")
        #expect(fields.rest(origin: .openAI)?.fields["effort"] == "colossal")
    }

    @Test func namesTheMemberAtFault() {
        var fields = FieldReader(["a/b": 1], at: "/messages/2")
        #expect(throws: ConversionError("/messages/2/a~1b", "must be a string, not a number")) {
            try fields.string("a/b")
        }
        #expect(throws: ConversionError("/messages/2/role", "is required")) { try fields.string("role") }
    }

    @Test func keepsTrackBeyondTheMask() throws {
        let members = (0..<100).map { ("k\($0)", JSONValue.number(JSONNumber($0))) }
        var fields = FieldReader(JSONObject(members))
        for index in 0..<99 { #expect(try fields.optionalInt("k\(index)") == index) }
        #expect(fields.rest(origin: .openAI)?.fields == ["k99": 99])
        fields.unread("k98")
        #expect(fields.rest(origin: .openAI)?.fields.keys == ["k98", "k99"])
    }

    @Test func lastOfTwinsCounts() throws {
        var alone = FieldReader(["n": 1, "n": 2])
        #expect(try alone.int("n") == 2)
        #expect(alone.rest(origin: .openAI) == nil)
        var fields = FieldReader(["n": 1, "m": 0, "n": 2])
        #expect(try fields.int("n") == 2)
        #expect(fields.rest(origin: .openAI)?.fields == ["m": 0])
    }
}
