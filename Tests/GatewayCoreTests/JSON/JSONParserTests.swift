import Testing

@testable import GatewayCore

struct JSONParserTests {
    @Test func keepsOrderNumberTextAndRepeatedMembers() throws {
        let value = try JSONValue(parsing: #" {"b": 1.0, "a": 12345678901234567890, "b": -0e+7} "#)
        #expect(value.object?.keys == ["b", "a", "b"])
        #expect(value.object?.members.map(\.value.number?.text) == ["1.0", "12345678901234567890", "-0e+7"])
    }

    @Test func findsTheLastOfRepeatedMembers() throws {
        let value = try JSONValue(parsing: #"{"a": 1, "a": 2}"#)
        #expect(value["a"]?.int == 2)
    }

    @Test func tellsComposedAndDecomposedKeysApart() throws {
        let value = try JSONValue(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        #expect(value["\u{E9}"]?.int == 1)
        #expect(value["e\u{301}"]?.int == 2)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u20AC\uD834\uDd1e""#, "A\u{E9}\u{20AC}\u{1D11E}"),
        (#""\u0000""#, "\0"),
        (#""no escape at all but long enough for words""#, "no escape at all but long enough for words"),
        ("\"\u{E9}\u{20AC}\u{1D11E} and ASCII and \u{E9}\u{20AC}\u{1D11E}\"", "é€𝄞 and ASCII and é€𝄞"),
        (#""twelve bytes\n and then twelve more\\""#, "twelve bytes\n and then twelve more\\"),
    ])
    func readsStrings(_ text: String, _ expected: String) throws {
        #expect(try JSONValue(parsing: text).string == expected)
    }

    @Test(arguments: [
        (#""\uD800""#, "\u{FFFD}"), (#""\uDC00x""#, "\u{FFFD}x"), (#""\uD800\uD800\uDC00""#, "\u{FFFD}\u{10000}"),
        (#""\uD800\n""#, "\u{FFFD}\n"), (#""\uD888\u1234""#, "\u{FFFD}\u{1234}"),
        (#""\uD800abcdefgh""#, "\u{FFFD}abcdefgh"),
    ])
    func replacesEscapedSurrogatesWithoutTheirOtherHalf(_ text: String, _ expected: String) throws {
        #expect(try JSONValue(parsing: text).string == expected)
    }

    /// The scanner takes eight bytes at a time; every position in a word must stop it alike.
    @Test func findsTheEndOfAStringAtEveryPosition() throws {
        for length in 0..<70 {
            let filler = String(repeating: "x", count: length)
            for stop in ["\"", "\\n\"", "\u{E9}\"", "\u{20AC}\"", "\u{1D11E}\""] {
                let value = try JSONValue(parsing: "[\"\(filler)\(stop),1]")
                #expect(value[0]?.string?.utf8.count == length + (stop == "\\n\"" ? 1 : stop.utf8.count - 1))
                #expect(value[1]?.int == 1)
            }
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[\"\(filler)\u{1F}\"]") }
            #expect(error == JSONError(offset: length + 2, kind: .controlCharacter(0x1F)))
        }
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE0, 0x80, 0x80],
            [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        ] as [[UInt8]])
    func refusesInvalidUTF8WithItsPlace(_ sequence: [UInt8]) {
        for padding in [0, 1, 2, 3, 9] {
            let filler = [UInt8](repeating: UInt8(ascii: "x"), count: padding)
            let end = Array(#"""#.utf8) + filler
            let error = #expect(throws: JSONError.self) {
                try JSONValue(parsing: Array("\"é".utf8) + sequence + end)
            }
            #expect(error == JSONError(offset: 3, kind: .invalidUTF8))
        }
    }

    @Test func agreesWithTheStandardLibraryOnEveryTwoAndThreeByteSequence() {
        let tail: [UInt8] = [0x78, UInt8(ascii: "\""), 0x20, 0x20]
        for first in UInt8(0x80)...0xFF {
            for second in stride(from: UInt8(0x7F), through: 0xF7, by: 8).flatMap({ [$0, $0 + 1] }) {
                for third in [UInt8(0x7F), 0x80, 0xBF, 0xC0] {
                    let sequence = [first, second, third]
                    guard !sequence.contains(where: { $0 < 0x20 }) else { continue }
                    let isValid = String(validating: sequence, as: UTF8.self) != nil
                    let isAccepted = (try? JSONValue(parsing: [UInt8(ascii: "\"")] + sequence + tail)) != nil
                    #expect(isAccepted == isValid, "\(sequence)")
                }
            }
        }
    }

    @Test(arguments: [
        ("", 0, JSONError.Kind.unexpectedEnd), (" ", 1, .unexpectedEnd), ("[1", 2, .unexpectedEnd),
        (#"{"a" 1}"#, 5, .unexpectedByte(UInt8(ascii: "1"), expected: .colon)),
        ("{1}", 1, .unexpectedByte(UInt8(ascii: "1"), expected: .keyOrEnd)),
        (#"{"a":1,}"#, 7, .unexpectedByte(UInt8(ascii: "}"), expected: .key)),
        (#"{"a":1]"#, 6, .unexpectedByte(UInt8(ascii: "]"), expected: .commaOrObjectEnd)),
        ("[1}", 2, .unexpectedByte(UInt8(ascii: "}"), expected: .commaOrArrayEnd)),
        ("[1,]", 3, .unexpectedByte(UInt8(ascii: "]"), expected: .value)),
        ("trux", 0, .unexpectedByte(UInt8(ascii: "t"), expected: .value)), ("tru", 3, .unexpectedEnd),
        ("1 2", 2, .trailingBytes), ("01", 1, .invalidNumber), ("1.", 2, .unexpectedEnd), ("1.x", 2, .invalidNumber),
        (#""\x""#, 1, .invalidEscape), (#""\u12G4""#, 1, .invalidEscape), (#""\u12"#, 5, .unexpectedEnd),
        ("\u{FEFF}{}", 0, .byteOrderMark),
    ])
    func tellsWhereAndWhyATextIsRefused(_ text: String, _ offset: Int, _ kind: JSONError.Kind) {
        #expect(throws: JSONError(offset: offset, kind: kind)) { try JSONValue(parsing: text) }
    }

    @Test func countsDepthInOpenContainers() throws {
        let limits = JSONLimits(depth: 3)
        #expect(throws: Never.self) { try JSONValue(parsing: #"[{"a":[1]}]"#, limits: limits) }
        #expect(throws: JSONError(offset: 7, kind: .tooDeep(limit: 3))) {
            try JSONValue(parsing: #"[{"a":[[]]}]"#, limits: limits)
        }
    }

    @Test func countsTheValuesOfATree() throws {
        let limits = JSONLimits(values: 4)
        #expect(throws: Never.self) { try JSONValue(parsing: #"[{"a":1},2]"#, limits: limits) }
        #expect(throws: JSONError(offset: 11, kind: .tooManyValues(limit: 4))) {
            try JSONValue(parsing: #"[{"a":1},2,[]]"#, limits: limits)
        }
    }

    @Test func takesRandomBytesAsThePeekDoes() {
        var generator = SeededGenerator(seed: 4)
        let alphabet = Array("[]{}\"\"::,,\\u0d8 \n1-.e+truefalsn\u{E9}\u{1D11E}\u{FEFF}\u{1}".utf8)
        for round in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                round % 4 == 0
                    ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 0
            }
            let parsed = Result { () throws(JSONError) in try JSONValue(parsing: bytes) }
            let peeked = Result { () throws(JSONError) in
                let peek = try JSONPeek(bytes)
                return peek.tree(of: peek.root)
            }
            #expect(parsed == peeked)
        }
    }

    @Test func countsOffsetsFromTheStartOfASlice() {
        let bytes = Array(#"xx[1,?]"#.utf8)
        #expect(throws: JSONError(offset: 3, kind: .unexpectedByte(UInt8(ascii: "?"), expected: .value))) {
            try JSONValue(parsing: bytes[2...])
        }
    }

    @Test func namesLineAndColumnInCharacters() {
        let text = "{\n  \"é\": ?\n}"
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.description(in: text.utf8) == #"expected a value, found "?" (line 2, column 8)"#)
        #expect(error?.description == #"expected a value, found "?" (byte 10)"#)
    }
}
