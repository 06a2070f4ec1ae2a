/// The API's own dialect of schemas, a subset of OpenAPI 3.0 with types in upper case, as JSON Schema.
enum GeminiSchema {
    /// The same for a function's parameters, which are an object and never null.
    static func argumentsSchema(of schema: JSONValue) -> JSONValue {
        guard case .object(var object) = schema else { return schema }
        object["nullable"] = nil
        return jsonSchema(of: .object(object))
    }

    /// Members keep their order; what is no schema stays as it is.
    static func jsonSchema(of schema: JSONValue) -> JSONValue {
        guard case .object(let object) = schema else { return schema }
        let isNullable = object["nullable"] == true
        var result = JSONObject()
        for member in GeminiFieldNames.camelCased(object) {
            switch member.key {
            case "nullable", "propertyOrdering":
                continue
            case "example":
                result.append("examples", [member.value])
            case "type":
                guard let type = type(member.value, isNullable: isNullable) else { continue }
                result.append("type", type)
            case "format" where member.value == "enum":
                continue
            case "enum":
                result.append("enum", isNullable ? withNull(member.value) : member.value)
            case "items", "additionalProperties":
                result.append(member.key, jsonSchema(of: member.value))
            case "properties":
                result.append("properties", eachMember(of: ordered(member.value, by: object)))
            case "defs", "$defs":
                result.append("$defs", eachMember(of: member.value))
            case "anyOf":
                result.append("anyOf", .array((member.value.array ?? []).map(jsonSchema)))
            case "ref":
                result.append("$ref", member.value)
            case "minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength":
                result.append(member.key, number(member.value))
            default:
                result.append(member.key, member.value)
            }
        }
        return .object(result)
    }

    /// The members in the order that the schema asks for: other APIs write them as they stand.
    private static func ordered(_ properties: JSONValue, by schema: JSONObject) -> JSONValue {
        let order = GeminiFieldNames.camelCased(schema)["propertyOrdering"]?.array?.compactMap(\.string) ?? []
        guard case .object(let object) = properties, !order.isEmpty else { return properties }
        let places = Dictionary(zip(order, order.indices)) { first, _ in first }
        let members = object.members.enumerated().sorted { left, right in
            let (first, second) = (places[left.element.key] ?? .max, places[right.element.key] ?? .max)
            return first == second ? left.offset < right.offset : first < second
        }
        return .object(JSONObject(members: members.map(\.element)))
    }

    private static func type(_ value: JSONValue, isNullable: Bool) -> JSONValue? {
        guard let word = value.string else { return value }
        guard word != "TYPE_UNSPECIFIED" else { return nil }
        let type = JSONValue.string(word.lowercased())
        return isNullable ? [type, "null"] : type
    }

    private static func withNull(_ value: JSONValue) -> JSONValue {
        guard case .array(let values) = value, !values.contains(.null) else { return value }
        return .array(values + [.null])
    }

    private static func eachMember(of value: JSONValue) -> JSONValue {
        guard case .object(let object) = value else { return value }
        return .object(
            JSONObject(
                members: object.members.map { JSONObject.Member(key: $0.key, value: jsonSchema(of: $0.value)) }))
    }

    /// 64-bit integers may come as strings in proto3's JSON.
    private static func number(_ value: JSONValue) -> JSONValue {
        guard let text = value.string, let int = Int(text) else { return value }
        return .number(JSONNumber(int))
    }
}
