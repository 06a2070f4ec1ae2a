/// Tool definitions and the choice among them, as requests bring them.
extension AnthropicCodec {
    /// Tools with a type of their own (web search, code execution, toolsets) are the provider's and kept whole.
    static func decodeTools(_ fields: inout FieldReader) throws(ConversionError) -> [Tool] {
        var tools: [Tool] = []
        for reader in try fields.optionalReaders("tools") ?? [] {
            var tool = reader
            let type = try tool.optionalString("type")
            guard type == nil || type == "custom" else {
                tools.append(.foreign(Foreign(origin: .anthropic, value: .object(reader.object))))
                continue
            }
            var function = FunctionTool(
                name: try tool.string("name"), description: try tool.optionalString("description"),
                parameters: try tool.optionalObject("input_schema").map(JSONValue.object),
                isStrict: try tool.optionalBool("strict"))
            function.cache = decodeCache(&tool)
            function.extras = tool.rest(origin: .anthropic)
            tools.append(.function(function))
        }
        return tools
    }

    static func decodeToolChoice(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) {
        guard var choice = try fields.optionalReader("tool_choice") else { return }
        let parallelDisabled = try choice.optionalBool("disable_parallel_tool_use")
        let known: ToolChoice? =
            switch try choice.string("type") {
            case "auto": .auto
            case "any": .required
            case "none": ToolChoice.none
            case "tool": .named(try choice.string("name"))
            default: nil
            }
        guard let known, choice.rest(origin: .anthropic) == nil else {
            request.toolChoice = .foreign(Foreign(origin: .anthropic, value: .object(choice.object)))
            return
        }
        request.toolChoice = known
        request.parallelToolCalls = parallelDisabled.map { !$0 }
    }
}
