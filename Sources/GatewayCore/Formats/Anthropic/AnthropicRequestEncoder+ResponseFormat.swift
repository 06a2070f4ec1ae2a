/// The form of the reply's text, and schemas the API holds a model to.
extension AnthropicRequestEncoder {
    /// The `output_config.format`, or nil after an instruction took its place.
    mutating func encodeResponseFormat() -> JSONObject? {
        switch request.responseFormat {
        case nil, .text?:
            return nil
        case .jsonObject?:
            note(.emulated, "/response_format", "Anthropic has no JSON mode; an instruction asks for an object.")
            instructions.append("Answer with one valid JSON object and nothing else: no prose, no code fences.")
            return nil
        case .jsonSchema(let schema)? where traits.structuredOutputs:
            let pointer = "/response_format/json_schema"
            schema.noteNaming(for: .anthropic, &notes)
            return ["type": "json_schema", "schema": enforceable(schema.schema, at: "\(pointer)/schema")]
        case .jsonSchema(let schema)?:
            note(.emulated, "/response_format", "This model takes no schema; an instruction shows it the schema.")
            instructions.append(
                """
                Answer with one valid JSON value that matches this JSON Schema, and nothing else: no prose, no code \
                fences.
                \(schema.schema.serializedString)
                """)
            return nil
        }
    }

    /// The schema as the API takes it where it enforces it, with notes of what that changed.
    mutating func enforceable(_ schema: JSONValue, at pointer: String) -> JSONValue {
        var rewriter = SchemaRewriter()
        let rewritten = rewriter.rewrite(schema)
        if rewriter.hasClosed {
            note(.changed, pointer, "Anthropic demands `additionalProperties: false` of every object.", level: .info)
        }
        if rewriter.hasRestricted {
            note(.changed, pointer, "Anthropic allows no additional properties; they are forbidden now.")
        }
        if !rewriter.describedKeywords.isEmpty {
            let keywords = rewriter.describedKeywords.joined(separator: ", ")
            note(.emulated, pointer, "Anthropic does not enforce \(keywords); the descriptions tell the model instead.")
        }
        return rewritten
    }
}

/// Brings a JSON Schema into the subset that structured outputs take: every object closed, no constraints on numbers,
/// lengths and counts. The constraints move into descriptions, as Anthropic's own SDKs do it.
private struct SchemaRewriter {
    /// A schema left it open whether there are more properties.
    var hasClosed = false
    /// A schema invited more properties.
    var hasRestricted = false
    var describedKeywords: [String] = []

    /// "Structured outputs: JSON Schema limitations" on platform.claude.com.
    private static let unsupportedKeywords: Set<String> = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "maxItems",
        "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties", "patternProperties",
        "propertyNames",
    ]
    private static let supportedFormats: Set<String> = [
        "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
    ]

    mutating func rewrite(_ schema: JSONValue) -> JSONValue {
        guard case .object(let object) = schema else { return schema }
        var result = JSONObject()
        var described: [JSONObject.Member] = []
        for member in object {
            switch member.key {
            case "properties", "$defs", "definitions":
                result.append(member.key, rewriteValues(member.value))
            case "items", "anyOf", "allOf", "not":
                result.append(member.key, rewriteAll(member.value))
            case "oneOf":
                result.append("anyOf", rewriteAll(member.value))
            default:
                if Self.isSupported(member) {
                    result.append(member.key, member.value)
                } else {
                    described.append(member)
                }
            }
        }
        describe(described, in: &result)
        closeObject(&result)
        return .object(result)
    }

    private static func isSupported(_ member: JSONObject.Member) -> Bool {
        switch member.key {
        case "minItems": member.value.int == 0 || member.value.int == 1
        case "format": member.value.string.map(supportedFormats.contains) ?? false
        default: !unsupportedKeywords.contains(member.key)
        }
    }

    private mutating func describe(_ members: [JSONObject.Member], in object: inout JSONObject) {
        guard !members.isEmpty else { return }
        for member in members where !describedKeywords.contains(member.key) { describedKeywords.append(member.key) }
        let text = members.map { "\($0.key): \($0.value.serializedString)" }.joined(separator: ", ")
        let before = object["description"]?.string.map { "\($0)\n\n" } ?? ""
        object["description"] = .string("\(before){\(text)}")
    }

    private mutating func closeObject(_ object: inout JSONObject) {
        guard object["properties"] != nil || object["type"]?.namesObject == true else { return }
        switch object["additionalProperties"] {
        case .bool(false)?: return
        case nil: hasClosed = true
        case _?: hasRestricted = true
        }
        object["additionalProperties"] = false
    }

    private mutating func rewriteValues(_ value: JSONValue) -> JSONValue {
        guard case .object(let object) = value else { return value }
        var members: [JSONObject.Member] = []
        for member in object { members.append(JSONObject.Member(key: member.key, value: rewrite(member.value))) }
        return .object(JSONObject(members: members))
    }

    private mutating func rewriteAll(_ value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return rewrite(value) }
        var rewritten: [JSONValue] = []
        for element in elements { rewritten.append(rewrite(element)) }
        return .array(rewritten)
    }
}

extension JSONValue {
    /// For a schema's `type`, a word or a list of words.
    fileprivate var namesObject: Bool { string == "object" || (array?.contains("object") ?? false) }
}
