/// Chat's tools of type `custom`, whose members stand in an object of their own.
///
/// Source: openai types/chat/chat_completion_custom_tool_param.py, chat_completion_message_custom_tool_call.py
extension OpenAICodec {
    func decodeCustomTool(_ fields: inout FieldReader) throws(ConversionError) -> FunctionTool {
        var inner = try fields.reader("custom")
        var tool = FunctionTool(
            name: try inner.string("name"), description: try inner.optionalString("description"),
            parameters: CustomTool.parameters)
        tool.cache = try decodeCacheControl(&fields)
        tool.extras = Self.extras(&fields, inner)
        return tool
    }

    /// A call that the client gives back.
    func decodeCustomCall(_ fields: inout FieldReader) throws(ConversionError) -> ToolCall {
        var inner = try fields.reader("custom")
        var call = ToolCall(
            id: try fields.string("id"), name: try inner.string("name"),
            arguments: CustomTool.arguments(ofInput: try inner.string("input")))
        call.extras = Self.extras(&fields, inner)
        return call
    }

    /// What it was, and what the hub did not take.
    private static func extras(_ fields: inout FieldReader, _ inner: FieldReader) -> Extras? {
        fields.unread("type")
        var extras = fields.rest(origin: .openAI)
        extras.markCopy(of: "type")
        extras.nest(inner.rest(origin: .openAI), under: "custom")
        return extras
    }

    static func encodeCustomCall(
        _ call: ToolCall, name: String, id: String, extras: JSONObject = [:]
    ) -> JSONValue {
        var object: JSONObject = [
            "id": .string(id), "type": "custom",
            "custom": ["name": .string(name), "input": .string(CustomTool.input(ofArguments: call.arguments))],
        ]
        object.append(extras: extras)
        return .object(object)
    }

    /// The client's tools that an encoder of replies must know of: those whose calls are none of functions.
    static func repeatedTools(of body: JSONObject) -> JSONObject {
        let tools = (body["tools"]?.array ?? []).filter { $0["type"] == "custom" }
        return tools.isEmpty ? [:] : ["tools": .array(tools)]
    }

    /// Their names.
    static func customTools(_ echo: RequestEcho) -> Set<String> {
        Set((echo.repeated["tools"]?.array ?? []).compactMap { $0["custom"]?["name"]?.string })
    }
}
