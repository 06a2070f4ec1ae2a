import GatewayCore

/// Makes the simplest value that a JSON Schema allows: the demo's answer where the form is prescribed.
enum SampleJSON {
    /// Deep enough for any schema a person writes; also ends schemas that refer to themselves.
    private static let maxDepth = 16
    /// Schemas that refer to themselves several times would grow by a power with each level.
    private static let maxValues = 1000

    /// The answer in that form; nil where plain text will do.
    static func answer(_ format: ResponseFormat, echoing text: String) -> JSONValue? {
        switch format {
        case .text: nil
        case .jsonObject: .object(["echo": .string(text)])
        case .jsonSchema(let schema): value(for: schema.schema)
        }
    }

    static func value(for schema: JSONValue) -> JSONValue {
        var budget = maxValues
        return value(for: schema, root: schema, depth: 0, &budget)
    }

    private static func value(
        for schema: JSONValue, root: JSONValue, depth: Int, _ budget: inout Int
    ) -> JSONValue {
        budget -= 1
        guard depth < maxDepth, budget >= 0 else { return .null }
        if let constant = schema["const"] { return constant }
        if let first = schema["enum"]?[0] { return first }
        if let value = schema["default"] { return value }
        if let reference = schema["$ref"]?.string, reference.hasPrefix("#"),
            let target = JSONPointer(String(reference.dropFirst())).flatMap({ root[$0] })
        {
            return value(for: target, root: root, depth: depth + 1, &budget)
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let first = schema[key]?[0] { return value(for: first, root: root, depth: depth + 1, &budget) }
        }
        let type = schema["type"]?.string ?? schema["type"]?[0]?.string ?? (schema["properties"] == nil ? "" : "object")
        switch type.lowercased() {
        case "object":
            let members = (schema["properties"]?.object ?? [:]).map { member in
                (member.key, value(for: member.value, root: root, depth: depth + 1, &budget))
            }
            return .object(JSONObject(members))
        case "array":
            return .array(schema["items"].map { [value(for: $0, root: root, depth: depth + 1, &budget)] } ?? [])
        case "string": return "demo"
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return true
        default: return .null
        }
    }
}
