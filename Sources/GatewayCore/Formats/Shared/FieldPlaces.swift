/// Where the fields of the hub's request stand in a client's own.
///
/// Encoders write their notes and errors in the hub's terms: members as OpenAI and Anthropic call them, `/messages/2` as the
/// hub counts them, the parts of a message as `/content/0`, those of a tool's result as `/content/0/content/1`. The client
/// is told in the terms of what it sent. Worked out only where there is something to tell.
package struct FieldPlaces: Sendable {
    /// Members of the request by their pointers in the hub: the pointers they may have in the client's body. The first that
    /// the body has counts, else the first of all. What a pointer has behind the one listed is kept.
    package var members: [String: [String]] = [:]
    /// The same for the members of a part, relative to it.
    package var partMembers: [String: [String]] = [:]
    /// The same for the members of a tool, relative to it.
    package var toolMembers: [String: [String]] = [:]
    /// The pointer of a message, part or tool; nil where it stands as in the hub.
    package var place: @Sendable (HubSubject) -> String? = { _ in nil }
    /// The pointer of a member, given relative to its part or tool, that does not stand inside that; nil where it does.
    package var outerMember: @Sendable (HubSubject, String) -> String? = { _, _ in nil }
}

/// What a pointer of the hub leads to.
package enum HubSubject: Sendable, Hashable {
    case message(Int)
    case part(message: Int, Int)
    /// A part of a tool's result.
    case inner(message: Int, part: Int, Int)
    case tool(Int)
}

extension FieldPlaces {
    /// The pointer in the client's terms, spelled as the client spells it.
    package func clientPointer(of text: String, in body: JSONObject) -> String {
        guard let pointer = JSONPointer(text), !pointer.tokens.isEmpty else { return text }
        let (subject, rest) = HubSubject.reading(pointer.tokens)
        let written =
            switch subject {
            case nil: member(text, in: body)
            case .message?, .tool?, .part?, .inner?:
                behind(subject, rest, in: body)
            }
        return JSONPointer(written).map { spelled($0, in: .object(body)) } ?? written
    }

    private func behind(_ subject: HubSubject?, _ rest: ArraySlice<String>, in body: JSONObject) -> String {
        guard let subject else { return "" }
        let base = place(subject) ?? subject.hubPointer
        guard !rest.isEmpty else { return base }
        let names = if case .tool = subject { toolMembers } else { partMembers }
        let path = rest.reduce("") { JSONPointer.appending($1, to: $0) }
        if let outer = outerMember(subject, path) { return outer }
        return base + renamed(path, names) { exists(base + $0, in: body) }
    }

    private func member(_ text: String, in body: JSONObject) -> String {
        renamed(text, members) { exists($0, in: body) }
    }

    /// The longest beginning that has another name is replaced.
    private func renamed(_ path: String, _ names: [String: [String]], exists: (String) -> Bool) -> String {
        var head = path[...]
        while !head.isEmpty {
            if let candidates = names[String(head)], let first = candidates.first {
                return (candidates.first(where: exists) ?? first) + path[head.endIndex...]
            }
            head = head.lastIndex(of: "/").map { head[..<$0] } ?? ""
        }
        return path
    }

    private func exists(_ text: String, in body: JSONObject) -> Bool {
        guard let pointer = JSONPointer(text) else { return false }
        return JSONValue.object(body)[JSONPointer(spelled(pointer, in: .object(body))) ?? pointer] != nil
    }

    /// The pointer with each name as it stands in the body: proto3's JSON takes `snake_case` for `camelCase`. What is inside
    /// a text, such as Converse's schemas, has no pointer of its own.
    private func spelled(_ pointer: JSONPointer, in body: JSONValue) -> String {
        var value: JSONValue? = body
        var written = ""
        for token in pointer.tokens {
            if value?.string != nil { break }
            var name = token
            if let object = value?.object, object[token] == nil,
                let key = object.keys.first(where: { $0.isSnakeCase(of: token) })
            {
                name = key
            }
            value = value?.object?[name] ?? JSONPointer.index(name).flatMap { value?[$0] }
            written = JSONPointer.appending(name, to: written)
        }
        return written
    }
}

extension HubSubject {
    /// The subject that a pointer begins with, and what is behind it.
    fileprivate static func reading(_ tokens: [String]) -> (subject: HubSubject?, rest: ArraySlice<String>) {
        guard tokens.count >= 2, let index = JSONPointer.index(tokens[1]) else { return (nil, tokens[...]) }
        if tokens[0] == "tools" { return (.tool(index), tokens.dropFirst(2)) }
        guard tokens[0] == "messages" else { return (nil, tokens[...]) }
        guard let part = part(tokens.dropFirst(2)) else { return (.message(index), tokens.dropFirst(2)) }
        guard let inner = self.part(tokens.dropFirst(4)) else {
            return (.part(message: index, part), tokens.dropFirst(4))
        }
        return (.inner(message: index, part: part, inner), tokens.dropFirst(6))
    }

    private static func part(_ tokens: ArraySlice<String>) -> Int? {
        guard tokens.count >= 2, tokens.first == "content" else { return nil }
        return JSONPointer.index(tokens[tokens.startIndex + 1])
    }

    var hubPointer: String {
        switch self {
        case .message(let index): "/messages/\(index)"
        case .part(let message, let index): "/messages/\(message)/content/\(index)"
        case .inner(let message, let part, let index): "/messages/\(message)/content/\(part)/content/\(index)"
        case .tool(let index): "/tools/\(index)"
        }
    }
}

extension String {
    /// Whether this is the same name with `_` before its capitals, which are small.
    fileprivate func isSnakeCase(of camelCase: String) -> Bool {
        var other = camelCase.utf8.makeIterator()
        var wasUnderscore = false
        for byte in utf8 {
            if byte == UInt8(ascii: "_") {
                wasUnderscore = true
                continue
            }
            guard let next = other.next(), next == byte || (wasUnderscore && next.asciiLowercased == byte) else {
                return false
            }
            wasUnderscore = false
        }
        return other.next() == nil
    }
}
