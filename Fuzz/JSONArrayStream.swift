@testable import GatewayCore

/// A streamed JSON array gives the same frames however it is split; they are the elements that the parser sees.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONArrayStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    let limit = Int.random(in: 16...512, using: &input)
    var limited = JSONArrayDecoder(limit: limit)
    var split = JSONArrayDecoder(limit: limit)
    let stream = DecodedStream([input.bytes[...]], with: &limited)
    require(DecodedStream(input.pieces(), with: &split) == stream, "a split changes nothing")

    guard case .array(let elements)? = try? JSONValue(parsing: input.bytes) else { return 0 }
    var decoder = JSONArrayDecoder()
    let whole = DecodedStream(input.pieces(), with: &decoder)
    require(whole.error == nil, "every array is a stream")
    require(try whole.frames.map { try JSONValue(parsing: $0.data) } == elements, "the frames are the elements")
    return 0
}
