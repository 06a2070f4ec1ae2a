extension JSONPeek {
    /// The text with the edits made, one after the other: what is not edited stays byte for byte as it was, white space
    /// included, and is copied once.
    package func bytes(applying edits: [JSONEdit]) throws(JSONEditError) -> [UInt8] {
        guard !edits.isEmpty else { return bytes }
        var node = SplicedNode.raw(root)
        for edit in edits { try node.apply(edit, level: 0, in: self) }
        let added = edits.count * 64
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + added)
        output.append(contentsOf: bytes[..<root.range.lowerBound])
        node.write(from: bytes, into: &output)
        output.append(contentsOf: bytes[root.range.upperBound...])
        return output
    }

    /// The text with each of the values replaced by other bytes, copied once.
    ///
    /// - Parameter replacements: JSON for values of this text, none of them inside another.
    package func bytes(replacing replacements: [(value: Value, json: [UInt8])]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + replacements.reduce(0) { $0 + $1.json.count })
        var copied = 0
        for (value, json) in replacements.sorted(by: { $0.value.range.lowerBound < $1.value.range.lowerBound }) {
            precondition(value.range.lowerBound >= copied, "replaced values must not overlap")
            output.append(contentsOf: bytes[copied..<value.range.lowerBound])
            output.append(contentsOf: json)
            copied = value.range.upperBound
        }
        output.append(contentsOf: bytes[copied...])
        return output
    }
}

/// A value of a text that is being edited: untouched, replaced, or opened because something inside it is edited.
private enum SplicedNode {
    case raw(JSONPeek.Value)
    case value(JSONValue)
    case container(SplicedContainer)

    mutating func apply(_ edit: JSONEdit, level: Int, in text: JSONPeek) throws(JSONEditError) {
        guard level < edit.pointer.tokens.count else {
            guard let value = edit.value else { throw JSONEditError(pointer: edit.pointer) }
            self = .value(value)
            return
        }
        switch self {
        case .raw(let raw) where raw.kind == .object || raw.kind == .array:
            // Opened in place even when the edit then changes nothing: an opened container is written back as it was.
            var container = SplicedContainer(raw, in: text)
            try container.apply(edit, level: level, in: text)
            self = .container(container)
        case .raw(let raw):
            guard edit.value != nil else { return }
            guard raw.kind == .null else { throw JSONEditError(pointer: edit.pointer) }
            var value = JSONValue.null
            try value.apply(edit, level: level)
            self = .value(value)
        case .value(var value):
            try value.apply(edit, level: level)
            self = .value(value)
        case .container(var container):
            self = .value(.null)
            defer { self = .container(container) }
            try container.apply(edit, level: level, in: text)
        }
    }

    func write(from bytes: [UInt8], into output: inout [UInt8]) {
        switch self {
        case .raw(let raw): output.append(contentsOf: bytes[raw.range])
        case .value(let value): value.write(into: &output)
        case .container(let container): container.write(from: bytes, into: &output)
        }
    }
}

/// An object or array that has been opened: its parts with the white space between them.
private struct SplicedContainer {
    struct Part {
        enum Lead {
            /// What the text has before an element, white space, or before a member's value: its key and the colon too.
            case raw(Range<Int>, JSONPeek.Member?)
            case key(String)
            case none
        }

        var lead: Lead
        var node: SplicedNode
        /// The white space between the value and the comma or bracket that follows.
        var trail: Range<Int>

        func isNamed(_ name: String, in text: JSONPeek) -> Bool {
            switch lead {
            case .raw(_, let member?): text.isKey(of: member, equalTo: name)
            case .key(let key): key.utf8.elementsEqual(name.utf8)
            case .raw(_, nil), .none: false
            }
        }
    }

    private let isObject: Bool
    private var parts: [Part]
    /// What stands between the brackets of a container without parts.
    private var filling: Range<Int>

    init(_ value: JSONPeek.Value, in text: JSONPeek) {
        isObject = value.kind == .object
        var start = value.range.lowerBound + 1
        filling = start..<value.range.upperBound - 1
        parts = []
        func add(_ value: JSONPeek.Value, _ member: JSONPeek.Member?) {
            let range = value.range
            var next = range.upperBound
            while next < text.bytes.count, text.bytes[next] <= 0x20 { next += 1 }
            let lead = Part.Lead.raw(start..<range.lowerBound, member)
            parts.append(Part(lead: lead, node: .raw(value), trail: range.upperBound..<next))
            start = next + 1
        }
        if isObject {
            let members = value == text.root ? text.members : text.members(of: value)
            parts.reserveCapacity(members.count + 1)
            for member in members { add(member.value, member) }
        } else {
            for element in text.elements(of: value) { add(element, nil) }
        }
    }

    mutating func apply(_ edit: JSONEdit, level: Int, in text: JSONPeek) throws(JSONEditError) {
        if isObject {
            try applyToObject(edit, level: level, in: text)
        } else {
            switch try edit.place(at: level, inArrayOf: parts.count) {
            case .inside(let index): try parts[index].node.apply(edit, level: level + 1, in: text)
            case .new(let index): insert(nil, try edit.newValue(below: level), at: index)
            case .gone(let index): remove(at: index)
            case .nowhere: break
            }
        }
    }

    private mutating func applyToObject(_ edit: JSONEdit, level: Int, in text: JSONPeek) throws(JSONEditError) {
        let key = edit.pointer.tokens[level]
        let isLast = level == edit.pointer.tokens.count - 1
        if edit.value == nil, isLast {
            for index in parts.indices.reversed() where parts[index].isNamed(key, in: text) { remove(at: index) }
        } else if let index = parts.lastIndex(where: { $0.isNamed(key, in: text) }) {
            try parts[index].node.apply(edit, level: level + 1, in: text)
        } else if edit.value != nil {
            let value = try edit.newValue(below: level)
            if isLast, case .prepend = edit {
                insert(key, value, at: 0)
            } else {
                insert(key, value, at: parts.count)
            }
        }
    }

    /// A part that becomes the last takes over the white space before the closing bracket.
    private mutating func insert(_ key: String?, _ value: JSONValue, at index: Int) {
        var part = Part(lead: key.map { .key($0) } ?? .none, node: .value(value), trail: 0..<0)
        if index == parts.count, let last = parts.indices.last { swap(&part.trail, &parts[last].trail) }
        parts.insert(part, at: index)
        filling = 0..<0
    }

    private mutating func remove(at index: Int) {
        let removed = parts.remove(at: index)
        if index == parts.count, let last = parts.indices.last { parts[last].trail = removed.trail }
        filling = 0..<0
    }

    func write(from bytes: [UInt8], into output: inout [UInt8]) {
        output.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        if parts.isEmpty { output.append(contentsOf: bytes[filling]) }
        for (index, part) in parts.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            switch part.lead {
            case .raw(let range, _): output.append(contentsOf: bytes[range])
            case .key(let key): JSONText.writeKey(key, .first, into: &output)
            case .none: break
            }
            part.node.write(from: bytes, into: &output)
            output.append(contentsOf: bytes[part.trail])
        }
        output.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }
}
