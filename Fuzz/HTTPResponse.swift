// fuzz-sources: Sources/GatewayHTTP/HTTP1/ResponseParser.swift Sources/GatewayHTTP/HTTP1/ResponseHeadReader.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/ResponseSemantics.swift Sources/GatewayHTTP/HTTP1/ChunkedBodyDecoder.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/FieldLine.swift Sources/GatewayHTTP/HTTP1/FieldName.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/Grammar.swift Sources/GatewayHTTP/HTTP1/RequestRefusal.swift

@testable import GatewayCore

/// A response gives the same however it is split, ends where its framing says, and leaves a connection only when that is sure.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTPResponse(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    var limits = ResponseHeadReader.Limits()
    limits.bytes = Int.random(in: 16...4096, using: &input)
    limits.fields = Int.random(in: 1...32, using: &input)
    let isHeadAnswered = Bool.random(using: &input)
    let whole = ReadResponse([input.bytes[...]], limits, isHeadAnswered)
    let split = ReadResponse(input.pieces(), limits, isHeadAnswered)
    // Where a response goes wrong in two ways, which one is told may depend on what had arrived.
    require((split.error == nil) == (whole.error == nil), "a split changes no decision")
    guard whole.error == nil else { return 0 }

    require(split.body == whole.body && split.taken == whole.taken, "a split changes nothing")
    require(split.fields == whole.fields && split.status == whole.status, "a split changes no head")
    require(split.isComplete == whole.isComplete && split.isPersistent == whole.isPersistent, "nor what it means")
    require(whole.isComplete || whole.taken == input.bytes.count, "bytes are left only behind a response")
    require(whole.body.count <= whole.taken, "a body is no longer than what came")
    guard whole.isHeadComplete else { return 0 }
    require((200...999).contains(whole.status), "a status is final")
    require(whole.fields.count <= limits.fields, "the count of fields is limited")
    if isHeadAnswered || whole.status == 204 || whole.status == 304 {
        require(whole.isComplete && whole.body.isEmpty, "some responses have no body")
    }
    let lengths = Set(whole.fields.values(of: "content-length"))
    let hasCoding = !whole.fields.values(of: "transfer-encoding").isEmpty
    if whole.isPersistent {
        require(!(hasCoding && !lengths.isEmpty), "two framings leave no connection")
        require(
            hasCoding || !lengths.isEmpty || (whole.isComplete && whole.body.isEmpty),
            "a body that ends with the connection leaves none")
    }
    if !hasCoding, whole.isComplete, !isHeadAnswered, ![204, 304].contains(whole.status), let length = lengths.first {
        require(Int(length) == whole.body.count, "a length is kept")
    }
    return 0
}

private struct ReadResponse {
    var body: [UInt8] = []
    var taken = 0
    var status = 0
    var fields = HTTPFields()
    var isHeadComplete = false
    var isComplete = false
    var isPersistent = false
    var error: TransportError?

    init(_ pieces: [ArraySlice<UInt8>], _ limits: ResponseHeadReader.Limits, _ isHeadAnswered: Bool) {
        var parser = ResponseParser(isHeadAnswered: isHeadAnswered, limits: limits)
        do throws(TransportError) {
            for piece in pieces where !parser.isComplete {
                taken += try piece.withUnsafeBufferPointer { bytes throws(TransportError) in
                    try parser.read(bytes, into: &body)
                }
            }
        } catch {
            self.error = error
        }
        status = parser.head.status
        isHeadComplete = parser.isHeadComplete
        isComplete = parser.isComplete
        isPersistent = parser.isPersistent
        fields = parser.takeFields()
    }
}
