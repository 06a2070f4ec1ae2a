@testable import GatewayCore

/// What two messages on the wire must have in common: everything but the order of members in the envelopes and what each
/// side mints itself.
enum WireComparison {
    /// Members whose content is the client's or the model's own, where order matters.
    private static let ordered: Set<String> = [
        "parameters", "input_schema", "parametersJsonSchema", "schema", "responseJsonSchema", "input", "args", "json",
    ]
    private static let minted: Set<String> = ["id", "responseId", "created", "created_at", "request_id", "metrics"]

    /// The text that must be equal.
    static func canonical(_ value: JSONValue) -> String {
        guard case .object(let object) = value else { return sorted(value).prettySerializedString }
        var kept = JSONObject(members: object.members.filter { !minted.contains($0.key) })
        if object["object"] == "response", case .array(let items)? = object["output"] {
            kept["output"] = .array(items.map(withoutID))
        }
        return sorted(.object(kept)).prettySerializedString
    }

    /// An output item of Responses: what it is called, each side mints itself; calls are paired by `call_id`.
    private static func withoutID(_ item: JSONValue) -> JSONValue {
        guard var object = item.object else { return item }
        object["id"] = nil
        return .object(object)
    }

    /// A Chat reply may tell reasoning, which OpenAI's own never does: the goldens, checked against OpenAI's types, do not
    /// have it.
    static func canonical(reply: JSONObject, golden: JSONValue) -> String {
        guard case .array(let choices)? = reply["choices"] else { return canonical(.object(reply)) }
        var reply = reply
        reply["choices"] = .array(
            choices.enumerated().map { index, choice in
                guard var object = choice.object, var message = object["message"]?.object,
                    golden["choices"]?[index]?["message"]?["reasoning_content"] == nil
                else { return choice }
                message["reasoning_content"] = nil
                object["message"] = .object(message)
                return .object(object)
            })
        return canonical(.object(reply))
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            let members = object.members.map { member in
                // Responses has its items under `input`, Anthropic a tool's arguments.
                let isOrdered = ordered.contains(member.key) && (member.key != "input" || member.value.array == nil)
                let value = isOrdered ? member.value : sorted(member.value)
                return JSONObject.Member(key: member.key, value: value)
            }
            return .object(JSONObject(members: members.sorted { $0.key < $1.key }))
        case .array(let elements): return .array(elements.map(sorted))
        case .null, .bool, .number, .string: return value
        }
    }
}
