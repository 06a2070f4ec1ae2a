import Testing

@testable import GatewayCore

/// The fast path must tell exactly what the tree tells.
struct OpenAIDeltaTemplateTests {
    private let codec = OpenAICodec()

    /// White space that differs from frame to frame keeps every frame from fitting a template.
    private func unrepeated(_ frames: [String]) -> [String] {
        frames.enumerated().map { index, frame in
            guard frame.hasPrefix("{") else { return frame }
            return "{" + String(repeating: " ", count: index) + frame.dropFirst()
        }
    }

    private func expectSame(_ frames: [String]) throws {
        #expect(try codec.events(frames) == codec.events(unrepeated(frames)))
    }

    @Test(arguments: Conversation.all(withStreamIn: .openAI))
    func agreesWithTheTreeOnEveryFixture(_ conversation: Conversation) throws {
        let stream = try #require(conversation.stream(in: .openAI))
        try expectSame(DecodedStream([stream[...]], with: SSEDecoder()).texts)
    }

    @Test func readsEscapesAndCharactersOutsideASCII() throws {
        let texts = ["Hi", #" \"quoted\" "#, #"\n\n"#, #"\u00e9\ud83d\ude00"#, "é😀", #"\\"#, #"tail\\\""#, "x"]
        let frames = texts.map { chunk(#"{"content":"\#($0)"}"#) } + ["[DONE]"]
        try expectSame(frames)
        let text = ReplyAccumulator.fold(try codec.events(frames)).reply.text
        #expect(text == "Hi \"quoted\" \n\né😀é😀\\tail\\\"x")
    }

    @Test func ignoresObfuscation() throws {
        let frames = (0..<6).map {
            chunk(#"{"content":"a\#($0)"}"#, more: #","obfuscation":"\#(String(repeating: "z", count: $0))""#)
        }
        try expectSame(frames + [chunk(#"{"content":"b"}"#, more: #","obfuscation":"q\"r""#), "[DONE]"])
    }

    @Test func noticesWhatElseAFrameSays() throws {
        try expectSame([
            chunk(#"{"content":"a"}"#), chunk(#"{"content":"b"}"#), chunk(#"{"content":"c","refusal":"no"}"#),
            chunk(#"{"content":"d"}"#, more: #","usage":{"prompt_tokens":1}"#), chunk(#"{"content":""}"#),
            chunk(#"{"content":"e"}"#, finish: "length"), chunk(#"{"content":"f"}"#, index: 1), "[DONE]",
        ])
    }

    @Test func forgetsAPartThatWasClosed() throws {
        let call = chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"#)
        let frames = [
            chunk(#"{"content":"a"}"#), chunk(#"{"content":"b"}"#), call, chunk(#"{"content":"c"}"#),
            chunk(#"{"content":"d"}"#), "[DONE]",
        ]
        try expectSame(frames)
        #expect(GrammarChecker.violation(in: try codec.events(frames)) == nil)
    }

    @Test func refusesBrokenStringsAsTheTreeDoes() {
        for broken in ["\u{1}", #"\x"#, #"a"b"#] {
            let frames = [chunk(#"{"content":"a"}"#), chunk(#"{"content":"b"}"#), chunk(#"{"content":"\#(broken)"}"#)]
            #expect(throws: ConversionError.self, "\(broken)") { try codec.events(frames) }
        }
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        #expect(throws: ConversionError.self) {
            for text in [[0x61], [0x62], [0xFF]] as [[UInt8]] {  // the last is no UTF-8
                let frame = Array(#"{"choices":[{"delta":{"content":""#.utf8) + text + Array(#""}}]}"#.utf8)
                try decoder.decode(Frame(data: frame), into: &events)
            }
        }
        #expect(events.count == 4)
    }

    @Test func readsObfuscationThatIsNotPlainAsTheTreeDoes() {
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        #expect(throws: ConversionError.self) {
            for text in [[0x61], [0x62], [0xFF]] as [[UInt8]] {
                let frame =
                    Array(#"{"choices":[{"delta":{"content":"a"}}],"obfuscation":""#.utf8) + text + Array("\"}".utf8)
                try decoder.decode(Frame(data: frame), into: &events)
            }
        }
    }

    @Test func readsArgumentsOfInterleavedCalls() throws {
        let open = { (index: Int) in
            chunk(#"{"tool_calls":[{"index":\#(index),"id":"i\#(index)","function":{"name":"f","arguments":""}}]}"#)
        }
        let more = { (index: Int, text: String) in
            chunk(#"{"tool_calls":[{"index":\#(index),"function":{"arguments":"\#(text)"}}]}"#)
        }
        let pieces = (0..<80).map { more($0 / 3 % 2, "\($0),") }
        try expectSame([open(0), open(1)] + pieces + ["[DONE]"])
    }
}
