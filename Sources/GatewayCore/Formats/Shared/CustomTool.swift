/// Tools that take free text where functions take JSON: only OpenAI has them. To every other model one is a function with the
/// one property `input`; the extras' `type` keeps what it was.
enum CustomTool {
    /// The property that stands for the free text.
    static let input = "input"

    static let parameters: JSONValue = [
        "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
    ]

    /// The free text of a call as the arguments of a function.
    static func arguments(ofInput text: String) -> String {
        JSONValue.object([input: .string(text)]).serializedString
    }

    /// The free text in the arguments that another provider's model wrote. Arguments of another form are the text themselves:
    /// better the client's program sees them than nothing.
    static func input(ofArguments arguments: String) -> String {
        // Any error means the same here: what the model wrote is not the JSON it was asked for.
        guard let object = (try? JSONValue(parsing: arguments))?.object, object.count == 1,
            let text = object[input]?.string
        else { return arguments }
        return text
    }
}

extension Extras? {
    /// Whether a tool or call is one of OpenAI's kind `custom`, in Responses or in Chat.
    var isCustomTool: Bool {
        let type = fields(for: .responses)["type"] ?? fields(for: .openAI)["type"]
        return type == "custom" || type == "custom_tool_call"
    }
}

extension ChatRequest {
    /// Whether the tool of that name takes free text.
    func isCustomTool(_ name: String) -> Bool {
        tools.contains { tool in
            guard case .function(let function) = tool else { return false }
            return function.name == name && function.extras.isCustomTool
        }
    }
}
