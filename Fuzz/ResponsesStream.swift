// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift
// fuzz-seeds: Tests/Fixtures/Conversations
@testable import GatewayCore

/// Whatever a provider sends in the Responses API: the events keep the grammar, every format can write them, and what the
/// format's own encoder writes of a stream that ended reads back as the same text, calls and end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponsesStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(data, count)
    let events = told(by: input.frames())
    require(GrammarChecker.violation(in: events) == nil, "the events keep the grammar")
    for format in WireFormat.allCases where format != WireFormat.responses { _ = written(events, in: format) }
    let again = reread(written(events, in: WireFormat.responses))
    guard case .ended? = events.last else {
        if case .ended? = again.last { require(false, "a broken stream never ends cleanly") }
        return 0
    }
    guard case .ended? = again.last else {
        require(false, "what ended well ends well")
        return 0
    }
    let (first, second) = (fold(events), fold(again))
    require(first.text == second.text, "no text is lost")
    require(first.toolCalls.map(\.name) == second.toolCalls.map(\.name), "no call is lost")
    require(first.toolCalls.map(\.arguments) == second.toolCalls.map(\.arguments), "no argument is changed")
    return 0
}

/// What a reader of the encoder's bytes is told.
private func reread(_ bytes: [UInt8]) -> [StreamEvent] {
    var framing = WireFormat.responses.codec.streamFraming.makeDecoder()
    framing.append(bytes[...])
    var frames: [Frame] = []
    do throws(FramingError) {
        while let frame = try framing.next() { frames.append(frame) }
        if let frame = try framing.finish() { frames.append(frame) }
    } catch {
        guard case .failed = error else {
            require(false, "what the encoder wrote can be cut into frames")
            return []
        }
        return told(by: frames).dropLast() + [.failed(ProviderFailure(stream: error))]
    }
    return told(by: frames)
}

private func told(by frames: [Frame]) -> [StreamEvent] {
    var decoder = WireFormat.responses.codec.makeStreamDecoder()
    var events: [StreamEvent] = []
    do {
        for frame in frames { try decoder.decode(frame, into: &events) }
        decoder.finish(into: &events)
    } catch {
        events.append(.failed(ProviderFailure(kind: .malformed, status: 502, message: error.message)))
    }
    return events
}

private func written(_ events: [StreamEvent], in format: WireFormat) -> [UInt8] {
    let echo = RequestEcho(model: "m", fallbackID: "x", created: 1, framing: format.codec.streamFraming)
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

extension FuzzInput {
    fileprivate func frames() -> [Frame] {
        var framing = SSEDecoder(limit: 4096)
        return DecodedStream([bytes[...]], with: &framing).frames
    }
}
