/// Brings a JSON Schema into what a provider takes, and tells of each keyword what became of it.
struct SchemaRewriter {
    private let rules: SchemaRules
    /// What the notes' pointers begin with.
    private let pointer: String
    /// Of the notes about what only describes the wish, not enforces it.
    private let level: ConversionNote.Level
    private(set) var notes: [ConversionNote] = []
    private var hasClosed = false
    /// Whether every object requires every property it has.
    private(set) var requiresEverything = true

    /// - Parameter isEnforced: whether the provider holds the model to the schema; else it is only shown to it, and
    ///   moving a wish into a description loses nothing.
    init(_ rules: SchemaRules, at pointer: String, isEnforced: Bool) {
        self.rules = rules
        self.pointer = pointer
        level = isEnforced ? .warning : .info
    }

    /// Members keep their order; what is no schema stays as it is.
    mutating func rewrite(_ schema: JSONValue) -> JSONValue {
        let rewritten = rewrite(schema, at: "")
        if hasClosed {
            note(.changed, "", "\(rules.provider) demands `additionalProperties: false` of every object.", .info)
        }
        return rewritten
    }

    private mutating func rewrite(_ schema: JSONValue, at path: String) -> JSONValue {
        guard case .object(let object) = schema else { return schema }
        var result = JSONObject()
        var described: [JSONObject.Member] = []
        for member in object {
            let place = JSONPointer.appending(member.key, to: path)
            switch rules.rule(for: member.key) {
            case .kept:
                result.append(member.key, rewritten(member, at: place))
            case .limited(let values) where values.contains(member.value):
                result.append(member.key, member.value)
            case .renamed(let name) where object[name] == nil:
                result.append(name, rewritten(member, at: place))
            case .listed where member.value.isTextOrNumber && object["enum"] == nil:
                result.append("enum", [member.value])
            case .merged where canMerge(member.value, into: object):
                merge(member.value, into: &result, at: JSONPointer.appending("0", to: place))
            case .omitted:
                note(.dropped, place, "\(rules.provider) knows no `\(member.key)`, which demands nothing.", .info)
            case .limited, .renamed, .listed, .merged, .described:
                note(
                    .emulated, place,
                    "\(rules.provider) does not enforce `\(member.key)`; the description tells the model instead.",
                    level)
                described.append(member)
            }
        }
        describe(described, in: &result)
        if rules.closesObjects { close(&result, at: path) }
        if rules.isolatesReferences { isolateReference(&result) }
        return .object(result)
    }

    // MARK: Schemas inside

    private mutating func rewritten(_ member: JSONObject.Member, at place: String) -> JSONValue {
        switch (member.key, member.value) {
        case ("properties", .object(let object)), ("$defs", .object(let object)), ("definitions", .object(let object)):
            var members: [JSONObject.Member] = []
            for inner in object {
                let value = rewrite(inner.value, at: JSONPointer.appending(inner.key, to: place))
                members.append(JSONObject.Member(key: inner.key, value: value))
            }
            return .object(JSONObject(members: members))
        case ("anyOf", .array(let list)), ("oneOf", .array(let list)), ("allOf", .array(let list)),
            ("prefixItems", .array(let list)), ("items", .array(let list)):
            var schemas: [JSONValue] = []
            for (index, inner) in list.enumerated() { schemas.append(rewrite(inner, at: "\(place)/\(index)")) }
            return .array(schemas)
        case ("items", .object), ("additionalProperties", .object):
            return rewrite(member.value, at: place)
        case ("$ref", .string(let reference)):
            return .string(renamed(reference))
        case (_, let value):
            return value
        }
    }

    /// References lead to where the definitions stand now.
    private func renamed(_ reference: String) -> String {
        let old = "#/definitions/"
        guard case .renamed(let name) = rules.rule(for: "definitions"), reference.hasPrefix(old) else {
            return reference
        }
        return "#/\(name)/" + reference.dropFirst(old.utf8.count)
    }

    // MARK: What the provider wants otherwise

    private func canMerge(_ value: JSONValue, into object: JSONObject) -> Bool {
        guard let only = value.array?.first?.object, value.array?.count == 1 else { return false }
        return only.allSatisfy { object[$0.key] == nil }
    }

    private mutating func merge(_ value: JSONValue, into result: inout JSONObject, at place: String) {
        guard let only = value.array?.first, case .object(let object) = rewrite(only, at: place) else { return }
        for member in object { result[member.key] = member.value }
    }

    private func describe(_ members: [JSONObject.Member], in object: inout JSONObject) {
        guard !members.isEmpty else { return }
        let text = members.map { "\($0.key): \($0.value.serializedString)" }.joined(separator: ", ")
        let before = object["description"]?.string.map { "\($0)\n\n" } ?? ""
        object["description"] = .string("\(before){\(text)}")
    }

    private mutating func close(_ object: inout JSONObject, at path: String) {
        guard object["properties"] != nil || object["type"]?.namesObject == true else { return }
        switch object["additionalProperties"] {
        case .bool(false)?: break
        case nil: hasClosed = true
        case _?:
            note(
                .changed, JSONPointer.appending("additionalProperties", to: path),
                "\(rules.provider) allows no additional properties; they are forbidden now.", .warning)
        }
        object["additionalProperties"] = false
        let required = Set(object["required"]?.array?.compactMap(\.string) ?? [])
        for key in object["properties"]?.object?.keys ?? [] where !required.contains(key) { requiresEverything = false }
    }

    /// Alone inside an `anyOf`, the reference says the same.
    private func isolateReference(_ object: inout JSONObject) {
        guard let reference = object["$ref"], object["anyOf"] == nil,
            object.contains(where: { !$0.key.hasPrefix("$") })
        else { return }
        object["$ref"] = nil
        object.append("anyOf", [["$ref": reference]])
    }

    private mutating func note(
        _ action: ConversionNote.Action, _ path: String, _ message: String, _ level: ConversionNote.Level
    ) {
        notes.append(ConversionNote(action, pointer + path, message, level: level))
    }
}

extension SchemaRules {
    /// The schema as the provider takes it, with a note for each keyword that it does not take.
    func rewrite(
        _ schema: JSONValue, at pointer: String, isEnforced: Bool, _ notes: inout [ConversionNote]
    ) -> JSONValue {
        var rewriter = SchemaRewriter(self, at: pointer, isEnforced: isEnforced)
        let rewritten = rewriter.rewrite(schema)
        notes += rewriter.notes
        return rewritten
    }
}

extension JSONValue {
    /// For a schema's `type`, a word or a list of words.
    fileprivate var namesObject: Bool { string == "object" || (array?.contains("object") ?? false) }

    fileprivate var isTextOrNumber: Bool {
        switch self {
        case .string, .number: true
        case .null, .bool, .array, .object: false
        }
    }
}
