import GatewayCore
import Glibc

/// Reads the head of a request as strictly as RFC 9112 allows, line by line as bytes arrive. Pure.
///
/// After an error the parser must not be used again.
package struct RequestHeadParser {
    private enum Stage { case requestLine, fields, complete }

    private let limits: HTTPLimits
    private var stage = Stage.requestLine
    /// Bytes at the start of the next input that were searched for a line end already.
    private var searched = 0
    private var headBytes = 0
    private var line: RequestLine?
    private var fields: [HTTPFields.Field] = []
    private var semantics = HeadSemantics()

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Whether nothing of a request was seen yet.
    package var isUntouched: Bool { headBytes == 0 && searched == 0 }

    /// Takes complete lines and returns how many bytes they were. What is not taken must come again, at the start of
    /// the next input. `head` holds the head once it is complete; what follows is the body's.
    package mutating func parse(_ input: Span<UInt8>, head: inout RequestHead?) throws(RequestRefusal) -> Int {
        try input.withUnsafeBufferPointer { bytes throws(RequestRefusal) in
            var start = 0
            while stage != .complete {
                guard let end = bytes.firstLineFeed(from: start + searched) else {
                    searched = bytes.count - start
                    try checkUnfinished(bytes, from: start)
                    return start
                }
                searched = 0
                headBytes += end + 1 - start
                guard headBytes <= limits.headBytes else { throw tooLarge }
                guard end > start, bytes[end - 1] == UInt8(ascii: "\r") else { throw .malformed(.bareLineFeed) }
                try parseLine(UnsafeBufferPointer(rebasing: bytes[start..<end - 1]))
                start = end + 1
            }
            head = try finish()
            return start
        }
    }

    private var tooLarge: RequestRefusal {
        stage == .requestLine ? .targetTooLong(limit: limits.targetBytes) : .headTooLarge(limit: limits.headBytes)
    }

    /// Refuses what can no longer become a valid line, without waiting for its end.
    private func checkUnfinished(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(RequestRefusal) {
        guard headBytes + searched <= limits.headBytes else { throw tooLarge }
        guard stage == .requestLine, start < bytes.count else { return }
        guard searched <= limits.targetBytes + RequestLine.overhead else { throw tooLarge }
        guard bytes[start].isTokenCharacter || bytes[start] == UInt8(ascii: "\r") else {
            throw .malformed(.requestLine)
        }
    }

    private mutating func parseLine(_ bytes: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) {
        switch stage {
        case .requestLine:
            // An empty line before the request line is ignored (RFC 9112 section 2.2).
            guard !bytes.isEmpty else { return }
            line = try RequestLine(bytes, targetLimit: limits.targetBytes)
            fields.reserveCapacity(12)
            stage = .fields
        case .fields:
            if bytes.isEmpty { stage = .complete } else { try parseField(bytes) }
        case .complete: break
        }
    }

    private mutating func parseField(_ bytes: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) {
        guard fields.count < limits.headerCount else { throw .tooManyHeaders(limit: limits.headerCount) }
        let (name, value) = try FieldLine.split(bytes)
        try semantics.note(name: name, value: value)
        fields.append(HTTPFields.Field(name: name, value: FieldLine.text(value)))
    }

    private mutating func finish() throws(RequestRefusal) -> RequestHead {
        guard let line = line.take() else { throw .malformed(.requestLine) }
        var headers = HTTPFields(fields)
        fields = []
        // The authority of an absolute target replaces what the Host field says (RFC 9112 section 3.2.2).
        if let authority = line.authority { headers["host"] = authority }
        let head = try semantics.resolve(
            method: line.method, target: line.target, version: line.version, headers: headers)
        self = RequestHeadParser(limits: limits)
        return head
    }
}

extension UnsafeBufferPointer<UInt8> {
    func firstLineFeed(from start: Int) -> Int? { first(UInt8(ascii: "\n"), from: start) }

    /// The first place of that byte at or after `start`.
    func first(_ byte: UInt8, from start: Int) -> Int? {
        guard let baseAddress, start < count else { return nil }
        // SAFETY: the search stays inside the buffer.
        guard let found = memchr(baseAddress + start, Int32(byte), count - start) else { return nil }
        return UnsafeRawPointer(baseAddress).distance(to: UnsafeRawPointer(found))
    }
}
