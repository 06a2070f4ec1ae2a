// fuzz-sources: Sources/GatewayHTTP/Redis/RESPParser.swift Sources/GatewayHTTP/Redis/RESPValue.swift

@testable import GatewayCore

/// A stream of replies gives the same however it is split, and takes no more than the limits say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRESP(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    var limits = RESPParser.Limits()
    limits.lineBytes = Int.random(in: 8...256, using: &input)
    limits.replyBytes = Int.random(in: 0...512, using: &input)
    limits.elements = Int.random(in: 1...64, using: &input)
    limits.depth = Int.random(in: 1...6, using: &input)
    let whole = ParsedReplies([input.bytes[...]], limits)
    let split = ParsedReplies(input.pieces(), limits)
    require(split == whole, "a split changes nothing")
    for value in whole.values {
        let size = value.size
        require(size.elements <= limits.elements && size.bytes <= limits.replyBytes, "the limits hold")
    }
    return 0
}

private struct ParsedReplies: Equatable {
    /// Numbers that are none are equal here.
    var values: [RESPValue] = []
    var error: RESPError?

    init(_ pieces: [ArraySlice<UInt8>], _ limits: RESPParser.Limits) {
        var parser = RESPParser(limits: limits)
        do throws(RESPError) {
            for piece in pieces {
                parser.append(piece)
                while let value = try parser.next() { values.append(value.withoutNaN) }
            }
        } catch {
            self.error = error
        }
    }
}

extension RESPValue {
    fileprivate var withoutNaN: RESPValue {
        switch self {
        case .double(let number) where number.isNaN: .null
        case .array(let elements): .array(elements.map(\.withoutNaN))
        default: self
        }
    }

    fileprivate var size: (elements: Int, bytes: Int) {
        switch self {
        case .bytes(let bytes): (1, bytes.count)
        case .array(let elements):
            elements.map(\.size).reduce((1, 0)) { ($0.0 + $1.elements, $0.1 + $1.bytes) }
        default: (1, 0)
        }
    }
}
