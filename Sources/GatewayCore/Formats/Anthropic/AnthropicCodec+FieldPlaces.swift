extension AnthropicCodec {
    package var unseenFields: Set<String> { Self.unseenFields }
    private static let unseenFields: Set<String> = ["/cache_control", "/diagnostics", "/eager_input_streaming"]

    /// The top-level prompt is the hub's first message; blocks stand one for one.
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces {
        FieldPlaces(
            members: [
                "/stop": ["/stop_sequences"], "/user": ["/metadata/user_id"],
                "/reasoning": ["/thinking", "/output_config/effort"],
                "/reasoning_effort": ["/output_config/effort", "/thinking"],
                "/response_format": ["/output_config/format"],
                "/response_format/json_schema/schema": ["/output_config/format/schema"],
                "/parallel_tool_calls": ["/tool_choice/disable_parallel_tool_use"],
            ],
            partMembers: [
                "/arguments": ["/input"], "/annotations": ["/citations"], "/name": ["/title", "/name"],
                "/call_id": ["/tool_use_id"],
            ],
            toolMembers: ["/parameters": ["/input_schema"]],
            place: { Self.place(of: $0, in: body) })
    }

    private static func place(of subject: HubSubject, in body: JSONObject) -> String? {
        switch subject {
        case .message(let index):
            message(index, in: body)
        case .part(let index, let part):
            block(part, of: message(index, in: body), in: body)
        case .inner(let index, let part, let inner):
            block(inner, of: block(part, of: message(index, in: body), in: body), in: body)
        case .tool: nil
        }
    }

    private static func message(_ index: Int, in body: JSONObject) -> String {
        let hasSystem =
            switch body["system"] {
            case .string(let text)?: !text.isEmpty
            case .array(let blocks)?: !blocks.isEmpty
            default: false
            }
        guard hasSystem else { return "/messages/\(index)" }
        return index == 0 ? "/system" : "/messages/\(index - 1)"
    }

    /// Content that is a string is its own only block.
    private static func block(_ index: Int, of owner: String, in body: JSONObject) -> String {
        let content = owner == "/system" ? owner : "\(owner)/content"
        let value = JSONPointer(content).flatMap { JSONValue.object(body)[$0] }
        return value?.string == nil ? "\(content)/\(index)" : content
    }
}
