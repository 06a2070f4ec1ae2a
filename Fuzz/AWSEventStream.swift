@testable import GatewayCore

/// AWS's binary messages: cut anywhere they are the same, what is damaged is an error and no message, and what is written
/// reads back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAWSEventStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    let bytes = input.bytes
    var whole = AWSEventStreamDecoder(limit: 4096)
    var torn = AWSEventStreamDecoder(limit: 4096)
    let stream = DecodedStream([bytes[...]], with: &whole)
    require(DecodedStream(input.pieces(), with: &torn) == stream, "pieces do not matter")
    var unwrapper = AWSEventStreamUnwrapper(limit: 4096)
    _ = DecodedStream(input.pieces(), with: &unwrapper)

    // The input as payloads of messages of our own.
    var written: [UInt8] = []
    let frames = input.pieces().map { Frame(event: $0.count.isMultiple(of: 2) ? "chunk" : "delta", data: Array($0)) }
    for frame in frames { AWSEventStreamWriter.write(frame, into: &written) }
    var reader = AWSEventStreamDecoder()
    let again = DecodedStream([written[...]], with: &reader)
    require(again.error == nil && again.frames == frames, "what is written reads back")
    guard !written.isEmpty else { return 0 }
    let place = Int.random(in: 0..<written.count, using: &input)
    written[place] ^= 1 << UInt8.random(in: 0..<8, using: &input)
    var damaged = AWSEventStreamDecoder()
    let broken = DecodedStream([written[...]], with: &damaged)
    require(broken.error != nil, "a flipped bit is noticed")
    require(frames.starts(with: broken.frames), "no message is made up")
    return 0
}
