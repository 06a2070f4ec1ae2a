/// A change to a document, the same whether it is made in a tree or spliced into the bytes of the text.
package enum JSONEdit: Sendable, Equatable {
    /// Replaces what stands at the pointer, or adds it as the last member of its object. Objects on the way that are missing
    /// or null are made. The index `-` adds to an array (RFC 6901 section 4).
    case set(JSONPointer, JSONValue)
    /// Like `set`, but a member that is new becomes the first of its object: for what a format wants in front.
    case prepend(JSONPointer, JSONValue)
    /// Puts an element into an array, before the index at the end of the pointer or, with the index `-`, last. In an
    /// object it does what `set` does.
    case insert(JSONPointer, JSONValue)
    /// Takes away the element, or every member of that name. What is not there needs no removal.
    case remove(JSONPointer)

    package var pointer: JSONPointer {
        switch self {
        case .set(let pointer, _), .prepend(let pointer, _), .insert(let pointer, _), .remove(let pointer): pointer
        }
    }

    /// The value that the edit brings in; nil for a removal.
    var value: JSONValue? {
        switch self {
        case .set(_, let value), .prepend(_, let value), .insert(_, let value): value
        case .remove: nil
        }
    }
}

/// Why an edit cannot be made: the pointer leads through a string, a number or a boolean, or to an element that an array
/// does not have.
package struct JSONEditError: Error, Sendable, Equatable, CustomStringConvertible {
    package let pointer: JSONPointer

    package var description: String { "the document has no place for \(pointer)" }
}

extension JSONValue {
    /// Makes the edits one after the other. Those before one that fails stay made.
    package mutating func apply(_ edits: [JSONEdit]) throws(JSONEditError) {
        for edit in edits { try apply(edit, level: 0) }
    }

    /// - Parameter level: how many tokens of the pointer have been followed to this value.
    mutating func apply(_ edit: JSONEdit, level: Int) throws(JSONEditError) {
        guard level < edit.pointer.tokens.count else {
            guard let value = edit.value else { throw JSONEditError(pointer: edit.pointer) }
            self = value
            return
        }
        switch self {
        case .object(var object):
            self = .null
            defer { self = .object(object) }
            try object.apply(edit, level: level)
        case .array(var elements):
            self = .null
            defer { self = .array(elements) }
            try Self.apply(edit, to: &elements, level: level)
        case .null:
            guard edit.value != nil else { return }
            var object = JSONObject()
            try object.apply(edit, level: level)
            self = .object(object)
        case .bool, .number, .string:
            guard edit.value != nil else { return }
            throw JSONEditError(pointer: edit.pointer)
        }
    }

    private static func apply(_ edit: JSONEdit, to elements: inout [JSONValue], level: Int) throws(JSONEditError) {
        switch try edit.place(at: level, inArrayOf: elements.count) {
        case .inside(let index): try elements[index].apply(edit, level: level + 1)
        case .new(let index): elements.insert(try edit.newValue(below: level), at: index)
        case .gone(let index): elements.remove(at: index)
        case .nowhere: break
        }
    }
}

extension JSONObject {
    fileprivate mutating func apply(_ edit: JSONEdit, level: Int) throws(JSONEditError) {
        let key = edit.pointer.tokens[level]
        let isLast = level == edit.pointer.tokens.count - 1
        if edit.value == nil, isLast {
            removeValue(forKey: key)
        } else if var value = self[key] {
            try value.apply(edit, level: level + 1)
            self[key] = value
        } else if edit.value != nil {
            let member = Member(key: key, value: try edit.newValue(below: level))
            if isLast, case .prepend = edit {
                self = JSONObject(members: [member] + members)
            } else {
                append(member.key, member.value)
            }
        }
    }
}

extension JSONEdit {
    /// What an edit does at one level of an array.
    enum ArrayPlace {
        case inside(Int)
        case new(Int)
        case gone(Int)
        case nowhere
    }

    func place(at level: Int, inArrayOf count: Int) throws(JSONEditError) -> ArrayPlace {
        let token = pointer.tokens[level]
        let isLast = level == pointer.tokens.count - 1
        if token == "-", value != nil { return .new(count) }
        guard let index = JSONPointer.index(token), index < count || (isLast && index == count && isInsertion) else {
            guard value != nil else { return .nowhere }
            throw JSONEditError(pointer: pointer)
        }
        guard isLast else { return .inside(index) }
        guard value != nil else { return .gone(index) }
        return isInsertion ? .new(index) : .inside(index)
    }

    private var isInsertion: Bool {
        if case .insert = self { true } else { false }
    }

    /// What is added where nothing was: the value, inside the objects that the rest of the pointer names.
    func newValue(below level: Int) throws(JSONEditError) -> JSONValue {
        var value = JSONValue.null
        try value.apply(self, level: level + 1)
        return value
    }
}
