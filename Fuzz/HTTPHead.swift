// fuzz-sources: Sources/GatewayHTTP/HTTP1/RequestHeadParser.swift Sources/GatewayHTTP/HTTP1/RequestHead.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/RequestTarget.swift Sources/GatewayHTTP/HTTP1/RequestRefusal.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/RequestLine.swift Sources/GatewayHTTP/HTTP1/FieldLine.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/HeadSemantics.swift Sources/GatewayHTTP/HTTP1/Grammar.swift
// fuzz-sources: Sources/GatewayHTTP/HTTP1/HTTPLimits.swift

@testable import GatewayCore

/// A request head gives the same however it is split, and what is accepted is what the RFCs allow.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTPHead(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    var limits = HTTPLimits()
    limits.headBytes = Int.random(in: 16...4096, using: &input)
    limits.targetBytes = Int.random(in: 1...1024, using: &input)
    limits.headerCount = Int.random(in: 1...32, using: &input)
    let whole = ParsedHead([input.bytes[...]], limits)
    let split = ParsedHead(input.pieces(), limits)
    // Where a head goes wrong in two ways, which one is told may depend on what had arrived.
    require((split.refusal == nil) == (whole.refusal == nil), "a split changes no decision")
    require(split.head == whole.head, "a split changes nothing")
    guard let head = whole.head else { return 0 }

    require(split.taken == whole.taken, "a split does not move the end")
    let taken = input.bytes[..<whole.taken]
    require(taken.count <= limits.headBytes, "the limit holds")
    require(taken.suffix(4).elementsEqual([13, 10, 13, 10]), "a head ends with an empty line")
    for index in taken.indices where taken[index] == 10 {
        require(index > 0 && taken[index - 1] == 13, "no bare line feed is accepted")
    }
    for index in taken.indices where taken[index] == 13 {
        require(taken[index + 1] == 10, "no bare carriage return is accepted")
    }
    require(!taken.contains(0), "no NUL is accepted")
    require(head.target.path.hasPrefix("/") || head.target.path == "*", "paths are absolute")
    require(head.headers.count <= limits.headerCount + 1, "the count of fields is limited")
    let lengths = head.headers.values(of: "content-length")
    let codings = head.headers.values(of: "transfer-encoding")
    require(lengths.count + min(codings.count, 1) <= 1, "one framing at most")
    require((head.framing == .chunked) == !codings.isEmpty, "a coding is never ignored")
    if let length = lengths.first {
        require(Int(length).map { head.framing == ($0 == 0 ? .none : .length($0)) } == true, "a length is a number")
    }
    require(head.version == .http10 || head.headers.values(of: "host").count == 1, "one host")
    _ = head.target.segments
    _ = head.target.queryValue("key")
    return 0
}

private struct ParsedHead {
    var head: RequestHead?
    var refusal: RequestRefusal?
    var taken = 0

    init(_ pieces: [ArraySlice<UInt8>], _ limits: HTTPLimits) {
        var parser = RequestHeadParser(limits: limits)
        var pending: [UInt8] = []
        do throws(RequestRefusal) {
            for piece in pieces where head == nil {
                pending += piece
                let count = try parser.parse(pending.span, head: &head)
                pending.removeFirst(count)
                taken += count
            }
        } catch {
            refusal = error
        }
    }
}
