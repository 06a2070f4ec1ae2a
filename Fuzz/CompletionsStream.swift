// fuzz-seeds: Tests/Fixtures/Conversations
// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift
@testable import GatewayCore

/// Whatever a provider sends in the format of OpenAI's Completions: the events keep the grammar, and every format can write
/// them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCompletionsStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(data, count)
    var framing = SSEDecoder(limit: 4096)
    let frames = DecodedStream([input.bytes[...]], with: &framing).frames
    let events = WireFormat.completions.codec.events(toldBy: frames)
    require(GrammarChecker.violation(in: events) == nil, "the events keep the grammar")
    let echo = RequestEcho(model: "m", fallbackID: "reply-1", created: 1)
    for format in WireFormat.allCases {
        var encoder = format.codec.makeStreamEncoder(for: echo)
        var output: [UInt8] = []
        for event in events { encoder.encode(event, into: &output) }
    }
    return 0
}
