// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift
// fuzz-seeds: Tests/Fixtures/Conversations
@testable import GatewayCore

/// Whatever a provider sends in OpenAI's format, the events keep the grammar, the fast path tells what the tree tells, and
/// every format can write the events.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOpenAIStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(data, count)
    var framing = SSEDecoder()
    let frames = DecodedStream([input.bytes[...]], with: &framing).frames
    let codec = OpenAICodec(requiresTerminator: false)
    let events = codec.events(toldBy: frames)
    require(GrammarChecker.violation(in: events) == nil, "the events keep the grammar")
    require(codec.events(toldBy: unrepeated(frames)) == events, "the fast path tells what the tree tells")

    let echo = RequestEcho(model: "m", fallbackID: "reply-1", created: 1)
    for format in WireFormat.allCases {
        var encoder = format.codec.makeStreamEncoder(for: echo)
        var output: [UInt8] = []
        for event in events { encoder.encode(event, into: &output) }
    }
    var fold = ReplyAccumulator()
    for event in events { fold.apply(event) }
    for format in WireFormat.allCases {
        _ = format.codec.encodeReply(fold.reply, for: echo)
    }
    return 0
}

/// The same frames, each with other white space, so that none looks like the one before it.
private func unrepeated(_ frames: [Frame]) -> [Frame] {
    frames.enumerated().map { index, frame in
        guard frame.data.first == UInt8(ascii: "{") else { return frame }
        let spaces = repeatElement(UInt8(ascii: " "), count: index % 7 * 11 + index)
        return Frame(data: [UInt8(ascii: "{")] + spaces + frame.data.dropFirst())
    }
}
