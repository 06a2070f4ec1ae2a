import Testing

@testable import GatewayCore

struct OutputMeterTests {
    private func tokens(in json: String) -> Int {
        var meter = OutputMeter()
        Array(json.utf8).withUnsafeBytes { meter.add(valueIn: $0, from: 0) }
        return meter.tokens
    }

    @Test func aPieceIsATokenAndFourBytesAreOne() {
        var meter = OutputMeter()
        #expect(meter.tokens == 0)
        for _ in 0..<3 { meter.add(1) }
        #expect(meter.tokens == 3)
        meter.add(29)
        #expect(meter.tokens == 8)
        meter.add(0)
        #expect(meter.tokens == 8)
        meter.reset()
        #expect(meter.tokens == 0)
    }

    @Test(arguments: [
        (#" {"content":"12345678"}"#, 2), (#""12345678","obfuscation":"xxxxxxxxxxxx""#, 2),
        (#"{"type":"text_delta","text":"12345678"},"index":7"#, 2), (#"{"role":"assistant","content":""}"#, 0),
        (
            #"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"1234","arguments":"{\"a\":1}"}}]}"#,
            3
        ),
        (#"{"type":"signature_delta","signature":"0123456789abcdef"}"#, 0), ("null,\"text\":\"12345678\"", 0),
        (#"[{"text": "12345678", "thoughtSignature" : "0123456789abcdef"}] , "role": "model""#, 2),
        (#"{"text":"\u4e2d\u6587\u4e2d\u6587"}"#, 3), ("", 0), (#"{"te"#, 1), (#""\"#, 1), (#"{"a":"\u12"#, 1),
    ])
    func measuresWhatIsSaidAndNoLabels(json: String, expected: Int) {
        #expect(tokens(in: json) == expected)
    }

    @Test func neverLeavesTheFrameHoweverItIsCut() {
        let whole = Array(#"{"tool_calls":[{"function":{"arguments":"{\"a\":\"\u4e2d\"}"}}]}"#.utf8)
        for end in 0...whole.count {
            var meter = OutputMeter()
            whole[..<end].withUnsafeBytes { meter.add(valueIn: $0, from: 0) }
            #expect(meter.tokens <= whole.count)
        }
    }
}
