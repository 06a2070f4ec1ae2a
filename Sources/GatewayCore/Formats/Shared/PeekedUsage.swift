/// Counts in a text that was peeked at.
struct PeekedUsage: UsageFields {
    private let members: UsageMembers
    /// Which of the objects this is.
    private let object: Int

    /// Nil unless the value is an object.
    init?(_ text: JSONPeek, _ value: JSONPeek.Value?) {
        guard let value, value.kind == .object else { return nil }
        members = UsageMembers(text, value)
        object = 0
    }

    private init(_ members: UsageMembers, object: Int) {
        self.members = members
        self.object = object
    }

    func count(_ key: String) -> Int? {
        guard let number = members.number(key, in: object), let int = members.text.int(number), int < 1 << 53 else {
            return nil
        }
        return max(0, int)
    }

    func number(_ key: String) -> String? {
        members.number(key, in: object).map { String(decoding: members.text.text(of: $0), as: UTF8.self) }
    }

    func fields(_ key: String) -> PeekedUsage? {
        members.object(key, in: object).map { PeekedUsage(members, object: $0) }
    }
}

/// The members of an object, and of the objects inside it, noted in one pass. A class, since it is asked a dozen times.
private final class UsageMembers {
    private struct Member {
        enum Value {
            case number(Range<Int>)
            /// The number of the object, in the order in which they begin.
            case object(Int)
            case other
        }

        /// Without its quotes, as it is written.
        var key: Range<Int>
        var value: Value
    }

    let text: JSONPeek
    private let members: [Member]
    /// For each member the object that it stands in and the length of its key, which tell nearly all apart.
    private let tags: [UInt64]

    init(_ text: JSONPeek, _ value: JSONPeek.Value) {
        var walk = Walk()
        text.bytes.withUnsafeBufferPointer { bytes in
            var place = value.range.lowerBound + 1
            walk.note(bytes, &place, object: 0)
        }
        self.text = text
        (members, tags) = (walk.members, walk.tags)
    }

    func number(_ key: String, in object: Int) -> JSONPeek.Value? {
        guard case .number(let range)? = value(key, in: object) else { return nil }
        return JSONPeek.Value(kind: .number, range: range)
    }

    func object(_ key: String, in object: Int) -> Int? {
        guard case .object(let number)? = value(key, in: object) else { return nil }
        return number
    }

    /// Of the last one where a key stands twice, as `JSONObject` has it.
    private func value(_ key: String, in object: Int) -> Member.Value? {
        let tag = Self.tag(object: object, keyLength: key.utf8.count)
        let escaped = Self.tag(object: object, keyLength: Self.escapedKey)
        var place = tags.count - 1
        while place >= 0 {
            if tags[place] == tag ? isKey(place, key) : tags[place] == escaped && isEscapedKey(place, key) {
                return members[place].value
            }
            place -= 1
        }
        return nil
    }

    private func isKey(_ place: Int, _ key: String) -> Bool {
        key.withBytes { key in
            text.bytes.withUnsafeBufferPointer { key.hasSameBytes(as: $0[members[place].key]) }
        }
    }

    private func isEscapedKey(_ place: Int, _ key: String) -> Bool {
        let range = members[place].key
        let quoted = JSONPeek.Value(kind: .string, range: range.lowerBound - 1..<range.upperBound + 1)
        return text.string(quoted)?.hasSameUTF8(as: key) == true
    }

    /// Stands for the length of a key that is written with escapes.
    private static let escapedKey = Int(UInt32.max)

    private static func tag(object: Int, keyLength: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: object) << 32 | UInt64(truncatingIfNeeded: keyLength)
    }

    /// Goes through the text, which was checked, its depth too; no place is read beyond its end all the same.
    private struct Walk {
        var members: [Member] = []
        var tags: [UInt64] = []
        private var objects = 1

        init() {
            members.reserveCapacity(20)
            tags.reserveCapacity(20)
        }

        /// Notes the members up to the end of an object whose brace was passed.
        mutating func note(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, object: Int) {
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "\""):
                    let start = place + 1
                    let hasEscapes = Self.passString(bytes, &place)
                    let key = start..<max(start, place - 1)
                    Self.pass(bytes, &place) { $0 <= 0x20 || $0 == UInt8(ascii: ":") }
                    let value = passValue(bytes, &place)
                    members.append(Member(key: key, value: value))
                    tags.append(tag(object: object, keyLength: hasEscapes ? escapedKey : key.count))
                    if case .object(let number) = value { note(bytes, &place, object: number) }
                case UInt8(ascii: "}"):
                    place += 1
                    return
                default: place += 1
                }
            }
        }

        /// Passes a value, of an object its brace.
        private mutating func passValue(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Member.Value {
            guard place < bytes.count else { return .other }
            let start = place
            switch bytes[place] {
            case UInt8(ascii: "{"):
                place += 1
                objects += 1
                return .object(objects - 1)
            case UInt8(ascii: "["):
                Self.passArray(bytes, &place)
                return .other
            case UInt8(ascii: "\""):
                _ = Self.passString(bytes, &place)
                return .other
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                Self.pass(bytes, &place) { $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
                return .number(start..<place)
            default:
                Self.pass(bytes, &place) { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
                return .other
            }
        }

        @inline(__always)
        private static func pass(
            _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, while isPart: (UInt8) -> Bool
        ) {
            while place < bytes.count, isPart(bytes[place]) { place += 1 }
        }

        /// True when there is an escape in it.
        private static func passString(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Bool {
            var hasEscapes = false
            place += 1
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "\""):
                    place += 1
                    return hasEscapes
                case UInt8(ascii: "\\"):
                    hasEscapes = true
                    place += 2
                default: place += 1
                }
            }
            return hasEscapes
        }

        private static func passArray(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) {
            var depth = 0
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "\""):
                    _ = passString(bytes, &place)
                    continue
                case UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "]"): depth -= 1
                default: break
                }
                place += 1
                if depth == 0 { return }
            }
        }
    }
}
