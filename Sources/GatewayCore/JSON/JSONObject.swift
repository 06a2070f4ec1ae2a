/// The members of a JSON object in the order they were written.
///
/// Look-up is linear: the objects of the wire formats have few members. A member that stands twice is kept twice; look-up
/// returns the last one, as most parsers do. Keys are compared scalar by scalar (RFC 8259 section 8.3), not as Swift
/// compares strings, where a composed and a decomposed accent are equal.
public struct JSONObject: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        func isNamed(_ name: String) -> Bool { key.hasSameUTF8(as: name) }
    }

    public private(set) var members: [Member]

    public init() {
        members = []
    }

    public init(members: [Member]) {
        self.members = members
    }

    public init(_ pairs: [(String, JSONValue)]) {
        members = []
        // Many an object that begins empty stays so.
        guard !pairs.isEmpty else { return }
        // What begins with a few members mostly gets some more.
        members.reserveCapacity(pairs.count + 4)
        for (key, value) in pairs { members.append(Member(key: key, value: value)) }
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }
    public var keys: [String] { members.map(\.key) }

    /// Assigning a value replaces the last member of that name in place or appends one; assigning nil removes all.
    public subscript(key: String) -> JSONValue? {
        get { lastIndex(of: key).map { members[$0].value } }
        set {
            guard let newValue else {
                members.removeAll { $0.isNamed(key) }
                return
            }
            if let index = lastIndex(of: key) {
                members[index].value = newValue
            } else {
                members.append(Member(key: key, value: newValue))
            }
        }
    }

    /// The place of the last member of that name, of those before the end that is given.
    func lastIndex(of key: String, before end: Int = .max) -> Int? {
        let length = key.utf8.count
        return members.withUnsafeBufferPointer { members in
            var index = Swift.min(end, members.count)
            while index > 0 {
                index &-= 1
                // The lengths tell most keys apart without a look at their text. Only the key is asked, as the whole member
                // would be retained for it.
                if members[index].key.utf8.count == length, members[index].key.hasSameUTF8(as: key) { return index }
            }
            return nil
        }
    }

    /// Removes every member of that name and returns the value of the last.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let value = self[key] else { return nil }
        members.removeAll { $0.isNamed(key) }
        return value
    }

    /// Appends without looking for a member of the same name; for builders that know there is none.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
    }

    /// Appends the member when there is a value.
    package mutating func append(_ key: String, ifPresent value: JSONValue?) {
        guard let value else { return }
        append(key, value)
    }
}

extension JSONObject: Sequence {
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
