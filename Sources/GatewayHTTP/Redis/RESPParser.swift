/// Reads replies from the bytes of a connection, however they are cut.
///
/// Arrays that are not complete yet are kept on a stack, so that no byte is looked at twice, but for the length of a bulk string
/// that is still coming. Everything has a limit: the peer cannot make it grow.
package struct RESPParser {
    package struct Limits: Sendable {
        /// Of one bulk string, in bytes.
        package var bulkBytes = 64 << 20
        /// Of all that is waiting for the rest of a reply, in bytes and elements together.
        package var replySize = 128 << 20
        package var depth = 8
        /// Of a line: a simple string, an error or a number.
        package var lineBytes = 64 << 10

        package init() {}
    }

    private struct OpenArray {
        var elements: [RESPValue]
        var missing: Int
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    private var offset = 0
    /// Where the search for a line's end goes on.
    private var searched = 0
    private var open: [OpenArray] = []
    /// What the open arrays hold already.
    private var heldSize = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        if offset > 0 {
            buffer.removeFirst(offset)
            searched -= offset
            offset = 0
        }
        buffer += bytes
    }

    /// The next whole reply; nil when its rest has not come.
    package mutating func next() throws(RESPError) -> RESPValue? {
        while let value = try nextPart() {
            guard let whole = try close(value) else { continue }
            return whole
        }
        return nil
    }

    /// The next value that is no array, or an array that is empty or null; nil where bytes are missing. The head of another array
    /// is put on the stack.
    private mutating func nextPart() throws(RESPError) -> RESPValue? {
        while true {
            guard let end = try lineEnd() else { return nil }
            let mark = buffer[offset]
            let line = buffer[(offset + 1)..<end]
            switch mark {
            case UInt8(ascii: "+"): return take(through: end, .simple(String(decoding: line, as: UTF8.self)))
            case UInt8(ascii: "-"): return take(through: end, .error(String(decoding: line, as: UTF8.self)))
            case UInt8(ascii: ":"): return take(through: end, .integer(try number(line)))
            case UInt8(ascii: "$"): return try bulk(lineEnd: end)
            case UInt8(ascii: "*"):
                let count = try number(line)
                guard count > 0 else { return take(through: end, count < 0 ? .null : .array([])) }
                guard open.count < limits.depth else { throw RESPError(message: "a reply is nested too deep") }
                guard count <= limits.replySize else { throw RESPError(message: "an array of a reply is too long") }
                open.append(OpenArray(elements: [], missing: count))
                skip(through: end)
            default: throw RESPError(message: "a reply begins with byte \(mark)")
            }
        }
    }

    /// Puts the value where it belongs; the whole reply when that was its last part.
    private mutating func close(_ value: RESPValue) throws(RESPError) -> RESPValue? {
        var value = value
        heldSize += Self.size(of: value)
        guard heldSize <= limits.replySize else { throw RESPError(message: "a reply is too large") }
        while var array = open.popLast() {
            array.elements.append(value)
            array.missing -= 1
            guard array.missing == 0 else {
                open.append(array)
                return nil
            }
            value = .array(array.elements)
        }
        heldSize = 0
        return value
    }

    private mutating func bulk(lineEnd end: Int) throws(RESPError) -> RESPValue? {
        let count = try number(buffer[(offset + 1)..<end])
        guard count >= 0 else { return take(through: end, .null) }
        guard count <= limits.bulkBytes else { throw RESPError(message: "a string of a reply is too long") }
        let start = end + 2
        guard buffer.count >= start + count + 2 else { return nil }
        guard buffer[start + count] == 0x0D, buffer[start + count + 1] == 0x0A else {
            throw RESPError(message: "a string of a reply does not end where it should")
        }
        return take(through: start + count, .bulk(Array(buffer[start..<(start + count)])))
    }

    /// Where the line that starts at `offset` ends, before its CR LF; nil when it has not come whole.
    private mutating func lineEnd() throws(RESPError) -> Int? {
        searched = max(searched, offset)
        while searched + 1 < buffer.count {
            if buffer[searched] == 0x0D {
                guard buffer[searched + 1] == 0x0A, searched > offset else {
                    throw RESPError(message: "a line of a reply is broken")
                }
                return searched
            }
            searched += 1
        }
        guard buffer.count - offset <= limits.lineBytes else {
            throw RESPError(message: "a line of a reply is too long")
        }
        return nil
    }

    private func number(_ digits: ArraySlice<UInt8>) throws(RESPError) -> Int {
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw RESPError(message: "a number of a reply is none")
        }
        return value
    }

    private mutating func take(through end: Int, _ value: RESPValue) -> RESPValue {
        skip(through: end)
        return value
    }

    private mutating func skip(through end: Int) {
        offset = end + 2
        searched = offset
    }

    private static func size(of value: RESPValue) -> Int {
        switch value {
        case .simple(let text), .error(let text): text.utf8.count + MemoryLayout<RESPValue>.stride
        case .bulk(let bytes): bytes.count + MemoryLayout<RESPValue>.stride
        case .integer, .array, .null: MemoryLayout<RESPValue>.stride
        }
    }
}

/// The server sent what the protocol does not allow: its connection is of no more use.
package struct RESPError: Error, Sendable, Equatable {
    package var message: String
}
