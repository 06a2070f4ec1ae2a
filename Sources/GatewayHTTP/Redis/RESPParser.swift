/// Reads replies from a stream of bytes that comes in any pieces.
///
/// Strict, and bounded: what a reply may take is limited in line length, bytes, elements and depth, and no length that the
/// peer tells is reserved before its bytes are there.
package struct RESPParser: Sendable {
    package struct Limits: Sendable {
        /// Of everything but bulk strings.
        package var lineBytes = 64 << 10
        /// Of all strings of one reply together.
        package var replyBytes = 64 << 20
        /// Of one reply, at all depths together.
        package var elements = 1 << 20
        package var depth = 16

        package init() {}
    }

    private enum Kind {
        case array
        /// What the server says unasked; never given out.
        case push
        /// What the server says of the reply that follows; never given out.
        case attribute
    }

    private struct Aggregate {
        var kind: Kind
        var missing: Int
        var elements: [RESPValue] = []
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    private var position = 0
    /// Up to where no end of the line at `position` is.
    private var searched = 0
    private var open: [Aggregate] = []
    private var replyBytes = 0
    private var elements = 0
    private var failure: RESPError?

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Bytes that are held.
    package var buffered: Int { buffer.count - position }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if position > 0, position == buffer.count || position > 64 << 10 {
            buffer.removeFirst(position)
            searched -= position
            position = 0
            searched = max(searched, 0)
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole reply; nil until more bytes come. After an error there is nothing but that error.
    package mutating func next() throws(RESPError) -> RESPValue? {
        if let failure { throw failure }
        do {
            while true {
                guard let value = try step() else { return nil }
                let reply = close(value)
                if open.isEmpty {
                    replyBytes = 0
                    elements = 0
                }
                if let reply { return reply }
            }
        } catch {
            failure = error
            throw error
        }
    }

    // MARK: Aggregates

    /// What reading one more piece gave.
    private enum Piece {
        case value(RESPValue)
        /// An aggregate was opened, or an empty one that is never given out was read.
        case nothing
    }

    /// Puts the piece where it belongs; the whole reply when it was the last one.
    private mutating func close(_ piece: Piece) -> RESPValue? {
        guard case .value(var value) = piece else { return nil }
        while let last = open.indices.last {
            open[last].elements.append(value)
            open[last].missing -= 1
            guard open[last].missing == 0 else { return nil }
            let whole = open.removeLast()
            guard whole.kind == .array else { return nil }
            value = .array(whole.elements)
        }
        return value
    }

    private mutating func begin(_ kind: Kind, count: Int) throws(RESPError) -> Piece {
        // A push stands between replies, never inside one.
        if kind == .push, !open.isEmpty { throw .malformed("a push inside a reply") }
        guard open.count < limits.depth else { throw .tooLarge("depth") }
        guard count <= limits.elements else { throw .tooLarge("elements") }
        try note(bytes: 0)
        guard count > 0 else { return kind == .array ? .value(.array([])) : .nothing }
        open.append(Aggregate(kind: kind, missing: count))
        return .nothing
    }

    // MARK: Pieces

    /// Nil until more bytes come.
    private mutating func step() throws(RESPError) -> Piece? {
        guard let line = try peekLine() else { return nil }
        guard let type = buffer[line].first else { throw .malformed("an empty line") }
        let text = buffer[line].dropFirst()
        switch type {
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"):
            return try bulk(type, text, after: line.upperBound + 2)
        default: break
        }
        take(line.upperBound + 2)
        switch type {
        case UInt8(ascii: "*"), UInt8(ascii: "~"):
            if type == UInt8(ascii: "*"), text.elementsEqual("-1".utf8) { return try scalar(.null) }
            return try begin(.array, count: count(text))
        case UInt8(ascii: "%"): return try begin(.array, count: count(text) * 2)
        case UInt8(ascii: ">"): return try begin(.push, count: count(text))
        case UInt8(ascii: "|"): return try begin(.attribute, count: count(text) * 2)
        case UInt8(ascii: "+"): return try scalar(.simple(String(decoding: text, as: UTF8.self)), bytes: text.count)
        case UInt8(ascii: "-"):
            return try scalar(.error(RESPRefusal(String(decoding: text, as: UTF8.self))), bytes: text.count)
        case UInt8(ascii: ":"): return try scalar(.integer(integer(text)))
        case UInt8(ascii: "_"):
            guard text.isEmpty else { throw .malformed("a null with contents") }
            return try scalar(.null)
        case UInt8(ascii: "#"): return try scalar(.boolean(boolean(text)))
        case UInt8(ascii: ","): return try scalar(.double(double(text)))
        case UInt8(ascii: "("):
            let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text
            guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { throw .malformed("a big number") }
            return try scalar(.bytes(Array(text)), bytes: text.count)
        default: throw .malformed("type \(type)")
        }
    }

    private mutating func scalar(_ value: RESPValue, bytes: Int = 0) throws(RESPError) -> Piece {
        try note(bytes: bytes)
        return .value(value)
    }

    private mutating func note(bytes: Int) throws(RESPError) {
        elements += 1
        guard elements <= limits.elements else { throw .tooLarge("elements") }
        replyBytes += bytes
        guard replyBytes <= limits.replyBytes else { throw .tooLarge("reply") }
    }

    private mutating func bulk(_ type: UInt8, _ text: ArraySlice<UInt8>, after start: Int) throws(RESPError) -> Piece? {
        if type == UInt8(ascii: "$"), text.elementsEqual("-1".utf8) {
            take(start)
            return try scalar(.null)
        }
        let length = try count(text)
        guard length <= limits.replyBytes - replyBytes else { throw .tooLarge("reply") }
        guard buffer.count - start >= length + 2 else { return nil }
        let end = start + length
        guard buffer[end] == 13, buffer[end + 1] == 10 else { throw .malformed("a string is longer than it says") }
        let bytes = buffer[start..<end]
        let value: RESPValue
        switch type {
        case UInt8(ascii: "!"): value = .error(RESPRefusal(String(decoding: bytes, as: UTF8.self)))
        case UInt8(ascii: "="):
            // Three letters of a format and a colon stand before the text.
            guard bytes.count >= 4, bytes[bytes.startIndex + 3] == UInt8(ascii: ":") else {
                throw .malformed("a verbatim string without a format")
            }
            value = .bytes(Array(bytes.dropFirst(4)))
        default: value = .bytes(Array(bytes))
        }
        take(end + 2)
        return try scalar(value, bytes: length)
    }

    // MARK: Lines

    /// The bytes up to the next CRLF, which are left where they are.
    private mutating func peekLine() throws(RESPError) -> Range<Int>? {
        var place = max(searched, position)
        while place < buffer.count {
            switch buffer[place] {
            case 13:
                guard place + 1 < buffer.count else {
                    searched = place
                    return nil
                }
                guard buffer[place + 1] == 10 else { throw .malformed("a line with a carriage return in it") }
                searched = place
                return position..<place
            case 10: throw .malformed("a line that ends without a carriage return")
            default: place += 1
            }
            guard place - position <= limits.lineBytes else { throw .tooLarge("line") }
        }
        searched = place
        return nil
    }

    private mutating func take(_ end: Int) {
        position = end
        searched = end
    }

    private func integer(_ text: ArraySlice<UInt8>) throws(RESPError) -> Int64 {
        let digits = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit), let value = Int64(String(decoding: text, as: UTF8.self))
        else { throw .malformed("an integer") }
        return value
    }

    /// Of bytes or elements. Streamed ones (`?`), which no server sends, are not taken.
    private func count(_ text: ArraySlice<UInt8>) throws(RESPError) -> Int {
        guard !text.isEmpty, text.count <= 10, text.allSatisfy(\.isDigit),
            let value = Int(String(decoding: text, as: UTF8.self))
        else { throw .malformed("a length") }
        return value
    }

    private func boolean(_ text: ArraySlice<UInt8>) throws(RESPError) -> Bool {
        if text.elementsEqual("t".utf8) { return true }
        guard text.elementsEqual("f".utf8) else { throw .malformed("a boolean") }
        return false
    }

    private func double(_ text: ArraySlice<UInt8>) throws(RESPError) -> Double {
        let allowed = "0123456789+-.eEinfa".utf8
        guard text.count <= 64, text.allSatisfy({ allowed.contains($0) }),
            let value = Double(String(decoding: text, as: UTF8.self))
        else { throw .malformed("a double") }
        return value
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
