/// Writes checked JSON in canonical form in one pass over its bytes: without white space, the members of an object in the order
/// of their keys as written, and every string spelled in the one way of `JSONText`. Numbers keep their text. Of members that
/// stand twice the last counts, as in every reader of ours, and half a surrogate pair is U+FFFD.
struct JSONCanonicalWriter {
    /// A member as it has been written, from the quote of its key on.
    private struct Member {
        var start: Int
        var keyEnd: Int
        var end: Int
    }

    private var scanner: JSONScanner
    private var bytes: [UInt8]
    /// The members of all objects that are open, those of the innermost last.
    private var members: [Member] = []
    private var scratch: [UInt8] = []

    fileprivate init(_ scanner: JSONScanner, continuing bytes: consuming [UInt8]) {
        self.scanner = scanner
        self.bytes = bytes
    }

    fileprivate consuming func takeBytes() -> [UInt8] { bytes }

    fileprivate mutating func writeRoot(_ root: JSONPeek.Value, without names: [String]) throws(JSONError) {
        scanner.offset = root.range.lowerBound
        if root.kind == .object {
            try writeObject(depth: 0, without: names)
        } else {
            try writeValue(depth: 0)
        }
    }

    private mutating func writeValue(depth: Int) throws(JSONError) {
        let first = try scanner.peekToken()
        switch first {
        case UInt8(ascii: "{"): try writeObject(depth: depth, without: [])
        case UInt8(ascii: "["): try writeArray(depth: depth)
        case UInt8(ascii: "\""): writeString(try scanner.scanString())
        default:
            let start = scanner.offset
            try scanner.skipValue(first, depth: depth)
            write(start..<scanner.offset)
        }
    }

    private mutating func writeArray(depth: Int) throws(JSONError) {
        bytes.append(UInt8(ascii: "["))
        if try scanner.enterArray(depth: depth) {
            try writeValue(depth: depth + 1)
            while try scanner.continueArray() {
                bytes.append(UInt8(ascii: ","))
                try writeValue(depth: depth + 1)
            }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// - Parameter names: of members to leave out; nothing in them needs an escape.
    private mutating func writeObject(depth: Int, without names: [String]) throws(JSONError) {
        bytes.append(UInt8(ascii: "{"))
        let firstMember = members.count
        if try scanner.enterObject(depth: depth) {
            repeat {
                let end = bytes.count
                if members.count > firstMember { bytes.append(UInt8(ascii: ",")) }
                let start = bytes.count
                writeString(try scanner.scanKey())
                let keyEnd = bytes.count
                if names.contains(where: { isKey(start..<keyEnd, $0) }) {
                    bytes.removeLast(keyEnd - end)
                    try scanner.skipValue(try scanner.peekToken(), depth: depth + 1)
                } else {
                    bytes.append(UInt8(ascii: ":"))
                    try writeValue(depth: depth + 1)
                    members.append(Member(start: start, keyEnd: keyEnd, end: bytes.count))
                }
            } while try scanner.continueObject()
        }
        putInOrder(from: firstMember)
        members.removeLast(members.count - firstMember)
        bytes.append(UInt8(ascii: "}"))
    }
}

extension JSONCanonicalWriter {
    private mutating func write(_ range: Range<Int>) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: scanner.base + range.lowerBound, count: range.count))
    }

    /// Writes the string with its quotes.
    private mutating func writeString(_ token: JSONScanner.StringToken) {
        guard token.hasLongEscapes else { return write(token.start - 1..<token.end + 1) }
        let content = scanner.content(of: token)
        bytes.append(addingCapacity: content.count + 2) { span in
            span.append(UInt8(ascii: "\""))
            span.withUnsafeMutableBufferPointer { target, count in
                // SAFETY: there is room for as many bytes as the content has, and one more.
                let room = UnsafeMutableBufferPointer(rebasing: target[count...])
                count += JSONScanner.write(content, as: .escaped, into: room)
            }
            span.append(UInt8(ascii: "\""))
        }
    }

    private func isKey(_ range: Range<Int>, _ name: String) -> Bool {
        guard range.count == name.utf8.count + 2 else { return false }
        return name.withBytes { name in
            bytes.withUnsafeBufferPointer { name.hasSameBytes(as: $0[range.lowerBound + 1..<range.upperBound - 1]) }
        }
    }

    /// Puts the members that stand last in `members`, and with them the end of the text, into the order of their keys.
    private mutating func putInOrder(from first: Int) {
        let isOrdered = bytes.withUnsafeBufferPointer { bytes in
            members[first...].indices.dropFirst().allSatisfy { Self.precedes(members[$0 - 1], members[$0], in: bytes) }
        }
        guard !isOrdered else { return }
        let start = members[first].start
        var order = Array(members[first...])
        bytes.withUnsafeBufferPointer { bytes in
            // Where keys are equal the place decides.
            order.sort { one, other in
                if Self.precedes(one, other, in: bytes) { return true }
                return !Self.precedes(other, one, in: bytes) && one.start < other.start
            }
            scratch.removeAll(keepingCapacity: true)
            scratch.reserveCapacity(bytes.count - start)
            for (place, member) in order.enumerated() {
                let isRepeated = place + 1 < order.count && !Self.precedes(member, order[place + 1], in: bytes)
                guard !isRepeated else { continue }
                if !scratch.isEmpty { scratch.append(UInt8(ascii: ",")) }
                scratch.append(contentsOf: bytes[member.start..<member.end])
            }
        }
        bytes.replaceSubrange(start..., with: scratch)
    }

    /// Whether the key of one comes before the other's, both as they are written.
    private static func precedes(_ one: Member, _ other: Member, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes[one.start..<one.keyEnd].lexicographicallyPrecedes(bytes[other.start..<other.keyEnd])
    }
}

extension JSONPeek {
    /// Appends the text in canonical form.
    ///
    /// - Parameter names: of members of the root to leave out; nothing in them needs an escape.
    func writeCanonically(without names: [String] = [], into output: inout [UInt8]) {
        output.reserveCapacity(output.count + root.range.count)
        bytes.span.withUnsafeBufferPointer { buffer in
            // The text was checked as a whole and within the limits, so nothing here can fail.
            guard let scanner = try? JSONScanner(buffer, limits: JSONLimits(depth: .max)) else { return }
            var taken: [UInt8] = []
            swap(&taken, &output)
            var writer = JSONCanonicalWriter(scanner, continuing: consume taken)
            try? writer.writeRoot(root, without: names)
            output = writer.takeBytes()
        }
    }
}
