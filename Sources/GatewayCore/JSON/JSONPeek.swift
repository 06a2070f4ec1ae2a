/// A raw body that was checked once by RFC 8259, with the places of its top-level members: what the gateway reads of a body
/// that it only forwards.
///
/// Ranges are indexes into `bytes`. Whatever is asked later reads the bytes again from there; nothing is copied.
package struct JSONPeek: Sendable {
    package enum Kind: Sendable, Equatable {
        case null, bool, number, string, array, object
    }

    /// Where a value stands, without the white space around it.
    package struct Value: Sendable, Equatable {
        package let kind: Kind
        package let range: Range<Int>
    }

    /// A member of an object, in the order of the text.
    package struct Member: Sendable, Equatable {
        /// The key with its quotes and as it is written, escapes included.
        package let keyRange: Range<Int>
        package let value: Value
        let keyHasEscapes: Bool
    }

    package let bytes: [UInt8]
    package let root: Value

    /// The members of the root; empty when the root is not an object. A key that stands twice is here twice.
    package let members: [Member]

    /// Checks the whole text in one pass.
    package init(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        let (root, members) = try bytes.span.withUnsafeBufferPointer {
            (buffer) throws(JSONError) -> (Value, [Member]) in
            try JSONScanner.scanDocument(buffer, limits: limits) { (scanner) throws(JSONError) in
                var members: [Member] = []
                let first = try scanner.peekToken()
                let start = scanner.offset
                if first == UInt8(ascii: "{") {
                    members = try scanner.scanMembers(depth: 0)
                } else {
                    try scanner.skipValue(first, depth: 0)
                }
                return (Value(kind: Kind(firstByte: first), range: start..<scanner.offset), members)
            }
        }
        self.bytes = bytes
        self.root = root
        self.members = members
    }

    /// The value of a top-level member; of the last one where the key stands twice, as `JSONObject` has it.
    package subscript(key: String) -> Value? { value(of: key, in: members) }

    /// The value of a member of an object inside the text; nil where the value is no object.
    package subscript(key: String, in value: Value) -> Value? { self.value(of: key, in: members(of: value)) }

    /// What stands at the pointer, as it would be found in the tree.
    package subscript(pointer: JSONPointer) -> Value? {
        var value = root
        for (level, token) in pointer.tokens.enumerated() {
            let next: Value? =
                switch value.kind {
                case .object: self.value(of: token, in: level == 0 ? members : members(of: value))
                case .array: JSONPointer.index(token).flatMap { index in element(index, of: value) }
                case .null, .bool, .number, .string: nil
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    private func element(_ index: Int, of value: Value) -> Value? {
        let elements = elements(of: value)
        return elements.indices.contains(index) ? elements[index] : nil
    }

    func value(of key: String, in members: [Member]) -> Value? {
        key.withBytes { key in
            for member in members.reversed() where isKey(of: member, equalTo: key) { return member.value }
            return nil
        }
    }

    func isKey(of member: Member, equalTo key: String) -> Bool {
        guard member.keyHasEscapes || member.keyRange.count - 2 == key.utf8.count else { return false }
        return key.withBytes { isKey(of: member, equalTo: $0) }
    }

    @inline(__always)
    private func isKey(of member: Member, equalTo key: UnsafeBufferPointer<UInt8>) -> Bool {
        if member.keyHasEscapes { return self.key(of: member).utf8.elementsEqual(key) }
        guard member.keyRange.count - 2 == key.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            let start = member.keyRange.lowerBound + 1
            return key.hasSameBytes(as: bytes[start..<start + key.count])
        }
    }
}

extension JSONPeek.Kind {
    /// - Parameter firstByte: of a value that has been scanned.
    init(firstByte: UInt8) {
        switch firstByte {
        case UInt8(ascii: "{"): self = .object
        case UInt8(ascii: "["): self = .array
        case UInt8(ascii: "\""): self = .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
        case UInt8(ascii: "n"): self = .null
        default: self = .number
        }
    }
}

extension JSONScanner {
    /// Passes an object and notes its members.
    mutating func scanMembers(depth: Int) throws(JSONError) -> [JSONPeek.Member] {
        guard try enterObject(depth: depth) else { return [] }
        var members: [JSONPeek.Member] = []
        members.reserveCapacity(8)
        repeat {
            let key = try scanKey()
            let value = try scanValue(depth: depth + 1)
            members.append(
                JSONPeek.Member(keyRange: key.start - 1..<key.end + 1, value: value, keyHasEscapes: key.hasEscapes))
        } while try continueObject()
        return members
    }

    /// Passes an array and notes its elements.
    mutating func scanElements(depth: Int) throws(JSONError) -> [JSONPeek.Value] {
        guard try enterArray(depth: depth) else { return [] }
        var elements: [JSONPeek.Value] = []
        repeat {
            elements.append(try scanValue(depth: depth + 1))
        } while try continueArray()
        return elements
    }

    /// Passes an array up to the end of its first element.
    mutating func scanFirstElement(depth: Int) throws(JSONError) -> JSONPeek.Value? {
        guard try enterArray(depth: depth) else { return nil }
        return try scanValue(depth: depth + 1)
    }

    private mutating func scanValue(depth: Int) throws(JSONError) -> JSONPeek.Value {
        let first = try peekToken()
        let start = offset
        try skipValue(first, depth: depth)
        return JSONPeek.Value(kind: JSONPeek.Kind(firstByte: first), range: start..<offset)
    }
}
