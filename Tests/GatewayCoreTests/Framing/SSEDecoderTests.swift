import Testing

@testable import GatewayCore

struct SSEDecoderTests {
    @Test(
        "PITFALLS 1: the same events whatever the split, the line ends, the comments",
        arguments: [
            // The examples of the WHATWG HTML standard, section 9.2.6.
            ("data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"]),
            (
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
                ["first event", "second event", " third event"]
            ),
            ("data\n\ndata\ndata\n\ndata:", ["", "\n"]),
            ("data:test\n\ndata: test\n\n", ["test", "test"]),
            // Line ends.
            ("data: a\rdata: b\r\rdata: c\r\n\r\ndata: d\n\r\ndata: e\r\n\ndata: f\n\r", ["a\nb", "c", "d", "e", "f"]),
            // Comments, unknown fields and fields without a colon.
            (":\n:keep-alive\ndata: a\n: inside\nfoo: bar\nbaz\ndata: b\n\n", ["a\nb"]),
            ("data:{\"a\":1}\n\n", ["{\"a\":1}"]),
            ("Data: no\ndata : no\n data: no\ndata: yes\n\n", ["yes"]),
            ("event: only\n\ndata: a\n\n", ["a"]),
            ("\n\n\r\n\rdata: a\n\n\n\n", ["a"]),
            ("data: é€𝄞\n\n", ["é€𝄞"]),
            ("data: a:b: c\n\n", ["a:b: c"]),
            // Incomplete at the end.
            ("data: a\n\ndata: lost\n", ["a"]), ("data: lost", []), ("", []), ("data: lost\r", []),
        ])
    func cutsStreamsByTheStandard(_ text: String, _ expected: [String]) {
        let stream = DecodedStream(text, with: SSEDecoder())
        #expect(stream.texts == expected)
        #expect(stream.error == nil)
    }

    @Test func readsEventIdAndRetryOfEachFrame() {
        let text =
            "event: message_start\nid: 7\nretry: 250\ndata: a\n\ndata: b\n\nevent:ping\nevent:\nretry: 1x\ndata: c\n\n"
            + "event: x\nid: a\0b\ndata: d\n\n"
        #expect(
            DecodedStream(text, with: SSEDecoder()).frames == [
                Frame(event: "message_start", data: Array("a".utf8), id: "7", retry: 250),
                Frame(data: Array("b".utf8)), Frame(data: Array("c".utf8)),
                Frame(event: "x", data: Array("d".utf8)),
            ])
    }

    @Test func ignoresAByteOrderMarkAtTheStartOnly() {
        #expect(
            DecodedStream("\u{FEFF}data: a\n\n\u{FEFF}data: b\ndata: c\n\n", with: SSEDecoder()).texts == ["a", "c"])
    }

    @Test(arguments: [
        "event: a\r\ndata: {\"x\":\"é€𝄞\"}\r\n\r\n: comment\r\ndata:no space\rdata: two\r\r\rdata: z\n\n\r\n",
        "\u{FEFF}data: first\n\nevent: b\ndata\ndata: \n\nid: 3\nretry: 10\n\ndata: [DONE]\n\ndata: cut",
        "\r\n\r\n\r\r\n\ndata: a\r\n\r\ndata: b\r\r\n",
    ])
    func givesTheSameFramesForEverySplit(_ text: String) {
        let bytes = Array(text.utf8)
        let whole = DecodedStream([bytes[...]], with: SSEDecoder())
        #expect(!whole.frames.isEmpty)
        for pieces in StreamSplits.all(of: bytes) {
            #expect(DecodedStream(pieces, with: SSEDecoder()) == whole)
        }
    }

    @Test func givesAFrameAsSoonAsItsBlankLineIsThere() throws {
        for end in ["\n\n", "\r\r", "\r\n\r"] {
            var decoder = SSEDecoder()
            decoder.append(Array("data: a\(end)".utf8))
            #expect(try decoder.next()?.data == Array("a".utf8))
        }
    }

    @Test func tellsOfAnEventThatTheStreamDidNotEnd() throws {
        var decoder = SSEDecoder()
        for (text, expected) in [
            ("data: a\n\n", 0), (": comment", 0), ("\r", 0), ("\ndata: b", 7), ("\r", 7), ("\n", 7), (":", 7),
            ("\n\n", 0),
        ] {
            decoder.append(Array(text.utf8))
            while try decoder.next() != nil {}
            #expect(try decoder.finish() == nil)
            #expect(decoder.undispatchedBytes == expected, "\(text)")
        }
    }

    @Test func refusesAnEventBeyondTheLimitAndStaysRefusing() {
        let limit = FramingError.frameTooLarge(limit: 20)
        for text in ["data: 123456789012345", "data: 12345\ndata: 12345\n\n", "data: 123456789012345\n\n"] {
            #expect(DecodedStream(text, with: SSEDecoder(limit: 20)).error == limit)
        }
        // A byte order mark is no part of the event, whether it is judged with its line or before that is complete.
        let marked = Array("\u{FEFF}data: 12345678901234\n\n".utf8)
        for pieces in StreamSplits.all(of: marked) {
            #expect(DecodedStream(pieces, with: SSEDecoder(limit: 20)).error == nil)
        }
        var decoder = SSEDecoder(limit: 20)
        decoder.append(Array("data: 123456789012345\n\ndata: a\n\n".utf8))
        #expect(throws: limit) { try decoder.next() }
        #expect(throws: limit) { try decoder.next() }
        #expect(throws: limit) { try decoder.finish() }
        let fitting = "data: 12345678901234\n\n: a comment of any length\ndata: 1\n: another one of them\ndata: 2\n\n"
        #expect(DecodedStream(fitting, with: SSEDecoder(limit: 30)).texts == ["12345678901234", "1\n2"])
    }

    @Test("PITFALLS 1: a line of 5 MB")
    func takesALineOfFiveMegabytesInSmallPieces() {
        let payload = [UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000)
        let bytes = Array("data: ".utf8) + payload + Array("\n\ndata: b\n\n".utf8)
        let pieces = stride(from: 0, to: bytes.count, by: 1400).map { bytes[$0..<min($0 + 1400, bytes.count)] }
        let stream = DecodedStream(pieces, with: SSEDecoder())
        #expect(stream.frames.map(\.data) == [payload, Array("b".utf8)])
    }

    @Test func readsBackWhatTheWriterWrites() {
        let frames = [
            Frame(event: "message_start", data: Array(#"{"a":"é"}"#.utf8), id: "1", retry: 5), Frame(data: []),
            Frame(data: Array("two\nlines".utf8)), Frame(data: Array("\n".utf8)), Frame(data: Array(" x".utf8)),
        ]
        var bytes: [UInt8] = []
        for frame in frames { SSEWriter.write(frame, into: &bytes) }
        #expect(DecodedStream([bytes[...]], with: SSEDecoder()).frames == frames)
    }

    @Test func takesRandomBytesInAnySplit() {
        var generator = SeededGenerator(seed: 1)
        let alphabet = Array("data:event id\r\n\r\n\n: \u{FEFF}retry:1\0é".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let whole = DecodedStream([bytes[...]], with: SSEDecoder())
            let pieces = StreamSplits.random(of: bytes, using: &generator)
            #expect(DecodedStream(pieces, with: SSEDecoder()) == whole)
        }
    }
}
