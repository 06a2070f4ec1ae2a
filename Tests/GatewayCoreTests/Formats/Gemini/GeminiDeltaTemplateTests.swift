import Testing

@testable import GatewayCore

/// The fast path must tell exactly what parsing tells.
struct GeminiDeltaTemplateTests {
    private func frame(_ text: String, _ counts: String, tail: String = "") -> String {
        #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}],"role":"model"},"index":0\#(tail)}],"usageMetadata":{\#(counts)},"modelVersion":"m","responseId":"r1"}"#
    }

    private let counts = #""promptTokenCount":5,"candidatesTokenCount":7,"totalTokenCount":12,"details":[{"n":3}]"#

    /// White space at the start makes every frame one that has to be parsed.
    private func expectSame(_ frames: [String], _ comment: Comment) throws {
        let spaced = frames.enumerated().map { (($0 % 2 == 0) ? " " : "  ") + $1 }
        #expect(try GeminiTest.events(frames) == GeminiTest.events(spaced), comment)
    }

    @Test func saysWhatParsingSays() throws {
        let odd: [(String, Comment)] = [
            (frame("next", counts), "alike"),
            (frame(#"a\"b\\\u00e9\ud83d\ude00\n"#, counts), "escapes"),
            (frame("", counts), "an empty text"),
            (frame("é😀", counts.replacing("12", "99999")), "other counts"),
            (frame("x", counts.replacing("\"n\":3", "\"n\":4")), "another count inside"),
            (frame("x", counts.replacing("7", "7.0")), "a fraction"),
            (frame("x", counts.replacing("7", "9999999999999999")), "a huge count"),
            (frame("x", #""promptTokenCount":5,"totalTokenCount":5"#), "fewer counts"),
            (frame("x", counts, tail: #","finishReason":"STOP""#), "a reason to stop"),
            (frame("x", counts).replacing(#"{"text":"x"}"#, #"{"text":"x","thought":true}"#), "a thought"),
            (frame("x", counts).replacing(#"{"text":"x"}"#, #"{"text":"x"},{"text":"y"}"#), "two parts"),
            (frame("x", counts) + " ", "white space after"),
        ]
        for (odd, comment) in odd {
            let frames = [
                frame("a", counts), frame("b", counts), frame("c", counts), odd, frame("d", counts), odd,
                frame("e", counts), GeminiTest.stop,
            ]
            try expectSame(frames, comment)
        }
    }

    @Test(arguments: ["{\"text\":\"\u{1}\"}", #"{"text":"a\q"}"#, #"{"text":"a"#])
    func leavesWhatIsBrokenToTheParser(_ part: String) throws {
        let good = frame("a", counts)
        let bad = good.replacing(#"{"text":"a"}"#, part)
        #expect(throws: ConversionError.self) { try GeminiTest.events([good, good, good, bad]) }
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        var decoder = GeminiTest.codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        var bytes = Array(frame("a", counts).utf8)
        for _ in 0..<3 { try decoder.decode(Frame(data: bytes), into: &events) }
        let needle = Array(#":"a""#.utf8)
        let place = try #require(bytes.withUnsafeBytes { ByteSearch.first(of: needle, in: $0) })
        bytes[place + 2] = 0xFF
        #expect(throws: ConversionError.self) { try decoder.decode(Frame(data: bytes), into: &events) }
    }

    @Test func leadingZerosAreNoCount() throws {
        let good = frame("a", counts)
        #expect(throws: ConversionError.self) {
            try GeminiTest.events([good, good, good, frame("a", counts.replacing("7", "07"))])
        }
    }
}

extension String {
    /// Replaces the last occurrence.
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        var bytes = Array(utf8)
        let needle = Array(old.utf8)
        guard bytes.count >= needle.count else { return self }
        for start in (0...(bytes.count - needle.count)).reversed()
        where bytes[start..<(start + needle.count)].elementsEqual(needle) {
            bytes.replaceSubrange(start..<(start + needle.count), with: Array(new.utf8))
            return String(decoding: bytes, as: UTF8.self)
        }
        return self
    }
}
