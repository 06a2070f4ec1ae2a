import GatewayCore
import Glibc

/// Reads one response off the bytes of its connection (RFC 9112): the head, then the body without the chunked coding. Pure.
///
/// Strict where two readers could see two different messages: one length, no folded lines, no codings that were not asked for.
/// Informational responses are read over. After an error the parser must not be used again.
struct ResponseParser {
    private enum Stage: Equatable {
        case head
        /// Bytes of the body that are still to come.
        case length(Int)
        case chunked, untilClose, complete
    }

    private(set) var head: ResponseHeadReader
    private var stage = Stage.head
    private let isHeadAnswered: Bool
    /// The beginning of a line of the head whose end has not come.
    private var line: [UInt8] = []
    private var chunks: ChunkedBodyDecoder?
    /// Whether any byte has come.
    private(set) var hasBegun = false
    /// Whether the connection may carry another request once the response is complete.
    private(set) var isPersistent = false

    /// - Parameter isHeadAnswered: whether the request was a HEAD.
    init(isHeadAnswered: Bool = false, limits: ResponseHeadReader.Limits = ResponseHeadReader.Limits()) {
        self.isHeadAnswered = isHeadAnswered
        head = ResponseHeadReader(limits: limits)
    }

    var isHeadComplete: Bool { stage != .head }
    var isComplete: Bool { stage == .complete }

    /// Takes bytes and appends those of the body to `body`. Returns how many it took: all of them, or those up to the end of
    /// the response.
    mutating func read(
        _ bytes: UnsafeBufferPointer<UInt8>, into body: inout [UInt8]
    ) throws(TransportError) -> Int {
        hasBegun = hasBegun || !bytes.isEmpty
        let start = stage == .head ? try readHead(bytes) : 0
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        switch stage {
        case .head, .complete: return start
        case .untilClose:
            body.append(contentsOf: rest)
            return bytes.count
        case .length(let remaining):
            let count = min(remaining, rest.count)
            body.append(contentsOf: rest[..<count])
            stage = count == remaining ? .complete : .length(remaining - count)
            return start + count
        case .chunked: return start + (try readChunks(rest, into: &body))
        }
    }

    /// The server has ended the connection, which completes a body without a length and breaks off everything else.
    mutating func end() throws(TransportError) {
        switch stage {
        case .complete: break
        case .untilClose: stage = .complete
        case .length, .chunked: throw .truncated(detail: "the connection ended inside the body")
        case .head:
            throw .truncated(
                detail: hasBegun ? "the connection ended inside the head" : "the connection ended without a response")
        }
    }

    /// Hands over the fields of the head, which are of no use here any more.
    mutating func takeFields() -> HTTPFields {
        HTTPFields(head.takeFields())
    }

    private mutating func readHead(_ bytes: UnsafeBufferPointer<UInt8>) throws(TransportError) -> Int {
        var start = 0
        while let end = bytes.lineEnd(from: start) {
            let piece = UnsafeBufferPointer(rebasing: bytes[start..<end])
            start = end
            let step: ResponseHeadReader.Step
            if line.isEmpty {
                step = try head.read(piece)
            } else {
                line.append(contentsOf: piece)
                step = try line.withUnsafeBufferPointer { whole throws(TransportError) in try head.read(whole) }
                line = []
            }
            guard step == .unfinished else {
                try beginBody()
                return start
            }
        }
        // Counted when its end has come; until then it must not grow without bound either.
        guard line.count + bytes.count - start <= head.limits.bytes else {
            throw .malformed(detail: "response head above \(head.limits.bytes) bytes")
        }
        line.append(contentsOf: bytes[start...])
        return bytes.count
    }

    private mutating func beginBody() throws(TransportError) {
        guard let minorVersion = head.minorVersion else {
            throw .malformed(detail: "response in another version than HTTP/1")
        }
        let framing = try head.semantics.framing(
            status: head.status, minorVersion: minorVersion, isHeadAnswered: isHeadAnswered)
        isPersistent = framing != .untilClose && head.semantics.isPersistent(minorVersion: minorVersion)
        switch framing {
        case .none: stage = .complete
        case .length(let length): stage = .length(length)
        case .chunked:
            stage = .chunked
            chunks = ChunkedBodyDecoder(limit: .max)
        case .untilClose: stage = .untilClose
        }
    }

    private mutating func readChunks(
        _ bytes: UnsafeBufferPointer<UInt8>, into body: inout [UInt8]
    ) throws(TransportError) -> Int {
        do throws(ChunkedBodyError) {
            let count = try chunks?.decode(bytes.span, into: &body) ?? 0
            if chunks?.isComplete == true { stage = .complete }
            return count
        } catch {
            throw .malformed(detail: "response with broken chunks")
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The place behind the next line feed.
    fileprivate func lineEnd(from start: Int) -> Int? {
        guard let baseAddress, start < count else { return nil }
        guard let found = memchr(baseAddress + start, 0x0a, count - start) else { return nil }
        return UnsafeRawPointer(baseAddress).distance(to: UnsafeRawPointer(found)) + 1
    }
}
