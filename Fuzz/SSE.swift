@testable import GatewayCore

/// A stream of server-sent events gives the same frames however it is split, and frames are read back as written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSSE(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    let limit = Int.random(in: 16...512, using: &input)
    var whole = SSEDecoder(limit: limit)
    var split = SSEDecoder(limit: limit)
    let stream = DecodedStream([input.bytes[...]], with: &whole)
    require(DecodedStream(input.pieces(), with: &split) == stream, "a split changes nothing")
    if stream.error == nil {
        require(whole.undispatchedBytes == split.undispatchedBytes, "what is left over is the same")
    }

    var bytes: [UInt8] = []
    for frame in stream.frames { SSEWriter.write(frame, into: &bytes) }
    var again = SSEDecoder()
    let frames = DecodedStream([bytes[...]], with: &again).frames
    require(frames.map(\.data) == stream.frames.map(\.data), "what was written is read back")
    return 0
}
