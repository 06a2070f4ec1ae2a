/// Reads the members of one wire object with their types checked, and remembers which were read, so that the rest can be
/// kept as extras.
///
/// A member that is `null` counts as absent: the formats allow it wherever a member may be left out. Of a member that
/// stands twice the last counts. Errors carry the JSON pointer of the member at fault.
package struct FieldReader {
    package let object: JSONObject
    /// JSON pointer of the object itself; empty for the whole body.
    package let pointer: String
    /// One bit for each of the first 64 members.
    private var readMask: UInt64 = 0
    /// Indexes of the read members beyond the mask, which no honest object of the wire formats has.
    private var readBeyondMask: Set<Int> = []
    /// The lengths of the keys that there are, modulo 64, as one bit each: most members that are asked for are not there, and
    /// few of their keys are as long as another's.
    private let keyLengths: UInt64
    /// Those that several keys have: only among these a member can stand twice.
    private let sharedLengths: UInt64

    package init(_ object: JSONObject, at pointer: String = "") {
        self.object = object
        self.pointer = pointer
        var lengths: UInt64 = 0
        var shared: UInt64 = 0
        for index in object.members.indices {
            let length = Self.length(of: object.members[index].key)
            shared |= lengths & length
            lengths |= length
        }
        keyLengths = lengths
        sharedLengths = shared
    }

    @inline(__always)
    private static func length(of key: String) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: key.utf8.count) }

    @inline(__always)
    private func mayHold(_ key: String) -> Bool { keyLengths & Self.length(of: key) != 0 }

    /// For an element or member that must be an object.
    package init(checking value: JSONValue, at pointer: String) throws(ConversionError) {
        guard case .object(let object) = value else {
            throw ConversionError(pointer, "must be an object, not \(value.kindName)")
        }
        self.init(object, at: pointer)
    }
}

extension FieldReader {
    /// The member whatever its kind; nil when absent or null. It counts as read.
    package mutating func value(_ key: String) -> JSONValue? {
        guard mayHold(key), let last = object.lastIndex(of: key) else { return nil }
        markRead(last)
        if sharedLengths & Self.length(of: key) != 0 {
            var earlier = last
            while let index = object.lastIndex(of: key, before: earlier) {
                markRead(index)
                earlier = index
            }
        }
        let value = object.members[last].value
        return if case .null = value { nil } else { value }
    }

    /// The member without counting it as read, for decisions about how to read; nil when absent or null.
    package func peek(_ key: String) -> JSONValue? {
        guard mayHold(key) else { return nil }
        let value = object[key]
        return if case .null? = value { nil } else { value }
    }

    /// Counts the member as read; for constants such as `type` and for what the hub says otherwise.
    package mutating func skip(_ keys: String...) {
        for key in keys { _ = value(key) }
    }

    /// Gives a member back that could not be understood, so that it is kept with the rest.
    package mutating func unread(_ key: String) {
        for index in object.members.indices where object.members[index].isNamed(key) {
            if index < 64 { readMask &= ~(1 << UInt64(index)) } else { readBeyondMask.remove(index) }
        }
    }

    /// The members no one has read, in their order; nil when there are none.
    package func rest(origin: WireFormat) -> Extras? {
        var rest = JSONObject()
        for index in object.members.indices where !isRead(index) {
            rest.append(object.members[index].key, object.members[index].value)
        }
        return rest.isEmpty ? nil : Extras(origin: origin, fields: rest)
    }

    private mutating func markRead(_ index: Int) {
        if index < 64 { readMask |= 1 << UInt64(index) } else { readBeyondMask.insert(index) }
    }

    private func isRead(_ index: Int) -> Bool {
        index < 64 ? readMask & (1 << UInt64(index)) != 0 : readBeyondMask.contains(index)
    }
}

// MARK: - Optional members

extension FieldReader {
    package mutating func optionalString(_ key: String) throws(ConversionError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let string) = value else { throw mismatch(key, value, "a string") }
        return string
    }

    package mutating func optionalBool(_ key: String) throws(ConversionError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let bool) = value else { throw mismatch(key, value, "a boolean") }
        return bool
    }

    /// The number with its text kept.
    package mutating func optionalNumber(_ key: String) throws(ConversionError) -> JSONNumber? {
        guard let value = value(key) else { return nil }
        guard case .number(let number) = value else { throw mismatch(key, value, "a number") }
        return number
    }

    /// Refuses fractions and numbers beyond 64 bits; takes `1.0` and `1e3`.
    package mutating func optionalInt(_ key: String) throws(ConversionError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let int = value.int else { throw mismatch(key, value, "an integer") }
        return int
    }

    package mutating func optionalObject(_ key: String) throws(ConversionError) -> JSONObject? {
        guard let value = value(key) else { return nil }
        guard case .object(let object) = value else { throw mismatch(key, value, "an object") }
        return object
    }

    package mutating func optionalArray(_ key: String) throws(ConversionError) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let array) = value else { throw mismatch(key, value, "an array") }
        return array
    }

    package mutating func optionalStrings(_ key: String) throws(ConversionError) -> [String]? {
        guard let array = try optionalArray(key) else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(array.count)
        for (index, element) in array.enumerated() {
            guard case .string(let string) = element else {
                throw ConversionError("\(pointer(to: key))/\(index)", "must be a string, not \(element.kindName)")
            }
            strings.append(string)
        }
        return strings
    }

    /// A reader of the object under `key`.
    package mutating func optionalReader(_ key: String) throws(ConversionError) -> FieldReader? {
        guard let object = try optionalObject(key) else { return nil }
        return FieldReader(object, at: pointer(to: key))
    }

    /// A reader for each element of an array of objects.
    package mutating func optionalReaders(_ key: String) throws(ConversionError) -> [FieldReader]? {
        guard let array = try optionalArray(key) else { return nil }
        var readers: [FieldReader] = []
        readers.reserveCapacity(array.count)
        for (index, element) in array.enumerated() {
            readers.append(try FieldReader(checking: element, at: "\(pointer(to: key))/\(index)"))
        }
        return readers
    }
}

// MARK: - Required members

extension FieldReader {
    package mutating func string(_ key: String) throws(ConversionError) -> String {
        guard let string = try optionalString(key) else { throw missing(key) }
        return string
    }

    package mutating func int(_ key: String) throws(ConversionError) -> Int {
        guard let int = try optionalInt(key) else { throw missing(key) }
        return int
    }

    package mutating func array(_ key: String) throws(ConversionError) -> [JSONValue] {
        guard let array = try optionalArray(key) else { throw missing(key) }
        return array
    }

    package mutating func reader(_ key: String) throws(ConversionError) -> FieldReader {
        guard let reader = try optionalReader(key) else { throw missing(key) }
        return reader
    }

    package mutating func readers(_ key: String) throws(ConversionError) -> [FieldReader] {
        guard let readers = try optionalReaders(key) else { throw missing(key) }
        return readers
    }

    /// JSON pointer of the member `key`.
    package func pointer(to key: String) -> String {
        JSONPointer.appending(key, to: pointer)
    }

    package func missing(_ key: String) -> ConversionError {
        ConversionError(pointer(to: key), "is required")
    }

    /// - Parameter expected: with its article, such as "a string".
    package func mismatch(_ key: String, _ value: JSONValue, _ expected: String) -> ConversionError {
        ConversionError(pointer(to: key), "must be \(expected), not \(value.kindName)")
    }
}
