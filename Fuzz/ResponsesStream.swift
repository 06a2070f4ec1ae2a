// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift Fuzz/Streams/StreamRoundTrip.swift
// fuzz-seeds: Tests/Fixtures/Conversations
@testable import GatewayCore

/// Whatever a provider of the Responses API sends: see `StreamRoundTrip.check`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponsesStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var framing = SSEDecoder(limit: 4096)
    StreamRoundTrip(format: .responses).check(DecodedStream([FuzzInput(data, count).bytes[...]], with: &framing).frames)
    return 0
}
