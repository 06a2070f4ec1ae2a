// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift Fuzz/Streams/StreamRoundTrip.swift
// fuzz-seeds: Tests/Fixtures/Conversations
@testable import GatewayCore

/// Whatever a provider sends in Converse, message by message: see `StreamRoundTrip.check`. The input is lines of a name and a
/// payload: the check sums of real messages are no place to look for what is wrong with a decoder of what stands in them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConverseStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let lines = FuzzInput(data, count).bytes.split(separator: UInt8(ascii: "\n")).prefix(64)
    let frames = lines.map { line in
        let name = line.prefix { $0 != UInt8(ascii: " ") }
        return Frame(event: String(decoding: name, as: UTF8.self), data: Array(line.dropFirst(name.count + 1)))
    }
    StreamRoundTrip(format: .converse).check(frames)
    return 0
}
