import GatewayCore
import Glibc

/// Builds the head of a response from its lines, each with its line end (RFC 9112 sections 4 and 5).
///
/// Informational responses (100 Continue, 103 Early Hints) are read over; what comes after the final head is for the
/// caller to keep away, since trailers look the same.
struct ResponseHeadReader {
    struct Limits: Sendable {
        var bytes = 64 * 1024
        var fields = 256
    }

    enum Step: Equatable {
        case unfinished, complete
    }

    private(set) var status = 0
    /// Of HTTP/1; nil for other versions.
    private(set) var minorVersion: Int?
    private(set) var fields: [HTTPFields.Field] = []
    private(set) var semantics = ResponseSemantics()
    private var bytes = 0
    let limits: Limits

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    mutating func read(_ line: UnsafeBufferPointer<UInt8>) throws(TransportError) -> Step {
        bytes += line.count
        guard bytes <= limits.bytes else { throw .malformed(detail: "response head above \(limits.bytes) bytes") }
        let text = Self.trimmingLineEnd(line)
        // Other readers may take them for the end of a line or of a value (RFC 9110 section 5.5).
        guard !text.has(0x0d), !text.has(0) else {
            throw .malformed(detail: "response head with a carriage return or a NUL inside a line")
        }
        guard status != 0 else {
            status = try Self.status(of: text)
            minorVersion = Self.minorVersion(of: text)
            // An answer to a wish that is never expressed: what follows would be no HTTP/1.
            guard status != 101 else { throw .malformed(detail: "response that switches protocols") }
            fields.reserveCapacity(16)
            return .unfinished
        }
        guard text.isEmpty else {
            try readField(text)
            return .unfinished
        }
        guard status < 200 else { return .complete }
        status = 0
        fields.removeAll(keepingCapacity: true)
        semantics = ResponseSemantics()
        return .unfinished
    }

    /// Hands over the fields once the head is complete.
    mutating func takeFields() -> [HTTPFields.Field] {
        let taken = fields
        fields = []
        return taken
    }

    private mutating func readField(_ line: UnsafeBufferPointer<UInt8>) throws(TransportError) {
        guard fields.count < limits.fields else {
            throw .malformed(detail: "response head above \(limits.fields) fields")
        }
        guard let colon = line.first(UInt8(ascii: ":"), from: 0), colon > 0 else {
            throw .malformed(detail: "response head with a line that is no field")
        }
        let name = UnsafeBufferPointer(rebasing: line[..<colon])
        let usual = FieldName.usual(name)
        guard usual != nil || name.isVisible else {
            throw .malformed(detail: "response head with a field name that is none, or a folded field")
        }
        let value = UnsafeBufferPointer(rebasing: line[(colon + 1)...]).trimmed
        try semantics.note(name: name, value: value)
        let field = HTTPFields.Field(
            name: usual ?? String(decoding: name, as: UTF8.self),
            value: String(decoding: value, as: UTF8.self))
        fields.append(field)
    }

    /// "HTTP/1.1 200 OK" or "HTTP/2 200".
    private static func status(of line: UnsafeBufferPointer<UInt8>) throws(TransportError) -> Int {
        guard line.begins(with: "HTTP/"), let space = line.first(0x20, from: 0), space + 4 <= line.count else {
            throw .malformed(detail: "response without a status line")
        }
        var status = 0
        for byte in line[(space + 1)..<(space + 4)] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                throw .malformed(detail: "response with a status that is no number")
            }
            status = status * 10 + Int(byte - UInt8(ascii: "0"))
        }
        guard status >= 100, space + 4 == line.count || line[space + 4] == 0x20 else {
            throw .malformed(detail: "response with a status out of range")
        }
        return status
    }

    private static func minorVersion(of line: UnsafeBufferPointer<UInt8>) -> Int? {
        guard line.count > 8, line.begins(with: "HTTP/1."), line[8] == 0x20 else { return nil }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[7]) ? Int(line[7] - UInt8(ascii: "0")) : nil
    }

    private static func trimmingLineEnd(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var count = line.count
        if count > 0, line[count - 1] == 0x0a { count -= 1 }
        if count > 0, line[count - 1] == 0x0d { count -= 1 }
        return UnsafeBufferPointer(rebasing: line[..<count])
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func has(_ byte: UInt8) -> Bool { first(byte, from: 0) != nil }

    fileprivate func begins(with word: StaticString) -> Bool {
        count >= word.utf8CodeUnitCount
            && UnsafeBufferPointer(rebasing: self[..<word.utf8CodeUnitCount]).isExactly(word)
    }

    /// Whether it is visible ASCII alone.
    fileprivate var isVisible: Bool {
        var misfits: UInt8 = 0
        for byte in self { misfits |= byte > 0x20 && byte < 0x7f ? 0 : 1 }
        return misfits == 0
    }
}
