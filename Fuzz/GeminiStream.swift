// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift
// fuzz-seeds: Tests/Fixtures/Conversations

@testable import GatewayCore

/// Whatever a provider sends as a stream: the events keep the grammar, the fast path tells what the tree tells, and what
/// the encoder writes of them, in either framing, reads back as the same text, calls and end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGeminiStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    let frames = input.geminiFrames()
    let events = GeminiCodec().events(toldBy: frames)
    require(GrammarChecker.violation(in: events) == nil, "the events keep the grammar")
    require(GeminiCodec().events(toldBy: unrepeated(frames)) == events, "the fast path tells what the tree tells")

    for format in WireFormat.allCases where format != .gemini { _ = written(events, in: format, .sse) }
    var sse = SSEDecoder()
    check(events, against: DecodedStream([written(events, in: .gemini, .sse)[...]], with: &sse))
    var array = JSONArrayDecoder()
    check(events, against: DecodedStream([written(events, in: .gemini, .jsonArray)[...]], with: &array))
    return 0
}

private func check(_ events: [StreamEvent], against stream: DecodedStream) {
    require(stream.error == nil, "what the encoder wrote can be cut into frames")
    let again = GeminiCodec().events(toldBy: stream.frames)
    if case .failed(let failure)? = again.last { require(failure.kind != .malformed, "the stream is well formed") }
    guard case .ended? = events.last else {
        guard case .failed? = again.last else { return require(false, "a broken stream never ends cleanly") }
        return
    }
    require(GrammarChecker.violation(in: again) == nil, "the stream that was written keeps the grammar")
    let (first, second) = (fold(events), fold(again))
    require(first.text == second.text, "no text is lost")
    require(first.toolCalls.map(\.name) == second.toolCalls.map(\.name), "no call is lost")
    require(first.toolCalls.map(\.arguments) == second.toolCalls.map(\.arguments), "no argument is changed")
    require(first.candidates.isEmpty || first.stop == second.stop, "the end has its reason")
}

private func written(_ events: [StreamEvent], in format: WireFormat, _ framing: StreamFraming) -> [UInt8] {
    let echo = RequestEcho(model: "m", fallbackID: "x", created: 1, framing: framing)
    var encoder = format.codec.makeStreamEncoder(for: echo)
    var output: [UInt8] = []
    for event in events { encoder.encode(event, into: &output) }
    return output
}

private func fold(_ events: [StreamEvent]) -> ChatReply {
    var accumulator = ReplyAccumulator()
    for event in events { accumulator.apply(event) }
    return accumulator.reply
}

/// The same frames, each with other white space, so that none looks like the one before it.
private func unrepeated(_ frames: [Frame]) -> [Frame] {
    frames.enumerated().map { index, frame in
        guard frame.data.first == UInt8(ascii: "{") else { return frame }
        let spaces = repeatElement(UInt8(ascii: " "), count: index % 7 * 11 + index)
        return Frame(data: [UInt8(ascii: "{")] + spaces + frame.data.dropFirst())
    }
}

extension FuzzInput {
    /// The input as server-sent events; or, so that more than the first brace is reached, each byte as the choice of a
    /// frame that nearly fits.
    fileprivate mutating func geminiFrames() -> [Frame] {
        if Bool.random(using: &self) {
            var framing = SSEDecoder(limit: 4096)
            return DecodedStream([bytes[...]], with: &framing).frames
        }
        return bytes.prefix(64).map { byte in
            let text = Self.texts[Int.random(in: 0..<Self.texts.count, using: &self)]
            let part = Self.part(Int(byte & 0x0F), text: text)
            let rest = Self.rests[Int(byte >> 4)]
            let counts = Self.counts[Int.random(in: 0..<Self.counts.count, using: &self)]
            let frame =
                #"{"candidates":[{"content":{"parts":[\#(part)],"role":"model"}\#(rest)}]\#(counts),"responseId":"r"}"#
            return Frame(data: Array(frame.utf8))
        }
    }

    private static let texts = ["", "a", "b", #"\n"#, #"\ud83d\ude00"#, #"\ud800"#, "é", "}}", #"\u0000"#, #"\""#, "0"]

    private static let rests = [
        "", "", "", "", "", #","index":0"#, #","index":0"#, #","index":1"#, #","index":1,"finishReason":"STOP""#,
        #","finishReason":"STOP""#, #","finishReason":"STOP""#, #","finishReason":"SPII","index":0"#,
        #","safetyRatings":[]"#, #","logprobsResult":{"chosenCandidates":[{"token":"a"}]}"#, #","x":1"#,
        #"},{"index":2"#,
    ]

    private static let counts = [
        "", #","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":1}"#,
        #","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":22}"#,
        #","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":007}"#,
        #","usageMetadata":{"promptTokenCount":5.0,"candidatesTokenCount":-1,"totalTokenCount":99999999999999999999}"#,
        #","usageMetadata":{"x":[{"n":1}],"promptTokenCount":6,"thoughtsTokenCount":3}"#, #","modelStatus":{}"#,
    ]

    private static func part(_ choice: Int, text: String) -> String {
        switch choice {
        case 0...5: #"{"text":"\#(text)"}"#
        case 6, 7: #"{"text":"\#(text)","thought":true}"#
        case 8: #"{"text":"\#(text)","thoughtSignature":"c2ln"}"#
        case 9: #"{"functionCall":{"name":"f","args":{"a":"\#(text)"}}}"#
        case 10: #"{"functionCall":{"id":"c","name":"g","args":{}},"thoughtSignature":"c2ln"}"#
        case 11: #"{"inlineData":{"mimeType":"image/png","data":"AAAA"}}"#
        case 12: #"{"executableCode":{"code":"\#(text)"}}"#
        case 13: #"{"text":"\#(text)","partMetadata":{}},{"text":"x"}"#
        case 14: ""
        default: #"{"text":1}"#
        }
    }
}
