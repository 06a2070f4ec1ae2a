/// Tool definitions and the choice among them, as requests bring them.
extension ConverseCodec {
    /// - Returns: the members of `toolConfig` that the hub has no name for.
    static func decodeToolConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> JSONValue? {
        guard var config = try fields.optionalReader("toolConfig") else { return nil }
        for reader in try config.readers("tools") {
            if let cache = decodeCachePoint(reader), let last = request.tools.indices.last,
                case .function(var tool) = request.tools[last], tool.cache == nil
            {
                tool.cache = cache
                request.tools[last] = .function(tool)
            } else {
                request.tools.append(try decodeTool(reader))
            }
        }
        if let choice = try config.optionalReader("toolChoice") {
            request.toolChoice = try decodeToolChoice(choice)
        }
        return rest(of: config)
    }

    /// Tools that the provider runs are kept whole.
    private static func decodeTool(_ reader: FieldReader) throws(ConversionError) -> Tool {
        var fields = reader
        guard var tool = try fields.optionalReader("toolSpec") else {
            return .foreign(Foreign(origin: .converse, value: .object(reader.object)))
        }
        var schema = try tool.reader("inputSchema")
        var function = FunctionTool(
            name: try tool.string("name"), description: try tool.optionalString("description"),
            parameters: schema.value("json"), isStrict: try tool.optionalBool("strict"))
        function.extras.nest(tool.rest(origin: .converse), under: "toolSpec")
        return .function(function)
    }

    private static func decodeToolChoice(_ reader: FieldReader) throws(ConversionError) -> ToolChoice {
        var choice = reader
        if choice.peek("auto") != nil { return .auto }
        if choice.peek("any") != nil { return .required }
        if var tool = try choice.optionalReader("tool") { return .named(try tool.string("name")) }
        return .foreign(Foreign(origin: .converse, value: .object(reader.object)))
    }
}
