import Testing

@testable import GatewayCore

struct JSONArrayDecoderTests {
    @Test(arguments: [
        ("[]", []), (" [ \n ] \r\n", []), (#"[{"a":1}]"#, [#"{"a":1}"#]),
        ("[{\n  \"a\": [1, {}]\n}\n,\r\n{\"b\":\"]}\\\"\\\\\"}\n]\n", ["{\n  \"a\": [1, {}]\n}", #"{"b":"]}\"\\"}"#]),
        (#"[1,"x",null , [2],true,-1e5]"#, ["1", #""x""#, "null", "[2]", "true", "-1e5"]),
        (
            #"["a long string with \"quotes\" in it", "é€𝄞 \\"]"#,
            [#""a long string with \"quotes\" in it""#, #""é€𝄞 \\""#]
        ),
    ])
    func givesTheElementsForEverySplit(_ text: String, _ expected: [String]) {
        let bytes = Array(text.utf8)
        for pieces in [[bytes[...]]] + StreamSplits.all(of: bytes) {
            let stream = DecodedStream(pieces, with: JSONArrayDecoder())
            #expect(stream.texts == expected)
            #expect(stream.error == nil)
        }
    }

    @Test func givesAnElementBeforeItsCommaHasCome() throws {
        var decoder = JSONArrayDecoder()
        decoder.append(Array(#"[{"a":1}"#.utf8))
        #expect(try decoder.next()?.data == Array(#"{"a":1}"#.utf8))
        #expect(try decoder.next() == nil)
    }

    @Test(arguments: [
        ("", FramingError.truncated(pendingBytes: 0)), ("[", .truncated(pendingBytes: 0)),
        (#"[{"a":"#, .truncated(pendingBytes: 5)), ("[1]]", .unexpectedByte(UInt8(ascii: "]"), offset: 3)),
        ("[1", .truncated(pendingBytes: 1)), ("[{},", .truncated(pendingBytes: 0)),
        ("{}", .unexpectedByte(UInt8(ascii: "{"), offset: 0)), ("[,]", .unexpectedByte(UInt8(ascii: ","), offset: 1)),
        ("[{} {}]", .unexpectedByte(UInt8(ascii: "{"), offset: 4)),
        ("[{},]", .unexpectedByte(UInt8(ascii: "]"), offset: 4)),
        ("[{}] x", .unexpectedByte(UInt8(ascii: "x"), offset: 5)),
        ("[}", .unexpectedByte(UInt8(ascii: "}"), offset: 1)),
    ])
    func refusesWhatIsNotOneWholeArray(_ text: String, _ error: FramingError) {
        let bytes = Array(text.utf8)
        for pieces in [[bytes[...]]] + StreamSplits.all(of: bytes) {
            #expect(DecodedStream(pieces, with: JSONArrayDecoder()).error == error)
        }
    }

    @Test func refusesAnElementBeyondTheLimit() {
        for text in [#"[{"a":"12345678"}]"#, #"[{"a":"1234567890"#, "[123456789012345]"] {
            let stream = DecodedStream(text, with: JSONArrayDecoder(limit: 12))
            #expect(stream.error == .frameTooLarge(limit: 12))
        }
        #expect(DecodedStream("[         {\"a\":1234567},\n1]", with: JSONArrayDecoder(limit: 13)).error == nil)
    }

    @Test func takesAnElementOfFiveMegabytesInSmallPieces() {
        let element = Array("{\"a\":\"".utf8) + [UInt8](repeating: 0x78, count: 5_000_000) + Array("\"}".utf8)
        let bytes = [UInt8(ascii: "[")] + element + [UInt8(ascii: "]")]
        let pieces = stride(from: 0, to: bytes.count, by: 1400).map { bytes[$0..<min($0 + 1400, bytes.count)] }
        #expect(DecodedStream(pieces, with: JSONArrayDecoder()).frames.map(\.data) == [element])
    }

    @Test func readsBackWhatTheWriterWrites() {
        for elements in [[], [#"{"a":1}"#], [#"{"a":1}"#, "[]", "1"]] {
            var output: [UInt8] = []
            var writer = JSONArrayWriter()
            for element in elements { writer.write(element.utf8, into: &output) }
            writer.finish(into: &output)
            let stream = DecodedStream([output[...]], with: JSONArrayDecoder())
            #expect(stream.texts == elements)
            #expect(stream.error == nil)
        }
    }

    @Test func takesRandomBytesInAnySplit() {
        var generator = SeededGenerator(seed: 2)
        let alphabet = Array("[[{}],,\"\"\\ 1a:\n".utf8)
        for _ in 0..<4_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { index in
                index == 0 ? UInt8(ascii: "[") : alphabet.randomElement(using: &generator) ?? 0
            }
            let whole = DecodedStream([bytes[...]], with: JSONArrayDecoder())
            let pieces = StreamSplits.random(of: bytes, using: &generator)
            #expect(DecodedStream(pieces, with: JSONArrayDecoder()) == whole)
        }
    }
}
