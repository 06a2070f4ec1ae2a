// fuzz-sources: Sources/GatewayHTTP/HTTP1/ChunkedBodyDecoder.swift Sources/GatewayHTTP/HTTP1/FieldLine.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/Grammar.swift Sources/GatewayHTTP/HTTP1/RequestRefusal.swift

@testable import GatewayCore

/// A chunked body gives the same however it is split, and a body is read back as it was framed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChunkedBody(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    let limit = Int.random(in: 0...1024, using: &input)
    let whole = DecodedBody([input.bytes[...]], limit: limit)
    let split = DecodedBody(input.pieces(), limit: limit)
    require(split == whole, "a split changes nothing")
    require(whole.bytes.count <= limit, "the limit holds")

    var framed: [UInt8] = []
    for piece in input.pieces() where !piece.isEmpty {
        framed += Array(String(piece.count, radix: 16).utf8) + [13, 10] + piece + [13, 10]
    }
    framed += Array("0\r\n\r\n".utf8)
    let end = framed.count
    framed += input.bytes
    let again = DecodedBody([framed[...]], limit: count)
    require(again.isComplete && again.bytes == input.bytes, "what was framed is read back")
    require(again.taken == end, "what follows is left alone")
    return 0
}

private struct DecodedBody: Equatable {
    var bytes: [UInt8] = []
    var taken = 0
    var isComplete = false
    var error: ChunkedBodyError?

    init(_ pieces: [ArraySlice<UInt8>], limit: Int) {
        var decoder = ChunkedBodyDecoder(limit: limit)
        do throws(ChunkedBodyError) {
            for piece in pieces { taken += try decoder.decode(Array(piece).span, into: &bytes) }
        } catch {
            self.error = error
            taken = 0
        }
        isComplete = decoder.isComplete
    }
}
