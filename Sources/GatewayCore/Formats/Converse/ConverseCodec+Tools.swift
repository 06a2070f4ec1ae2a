/// Tool definitions and the choice among them, as requests bring them.
extension ConverseCodec {
    /// - Returns: the members of `toolConfig` that the hub has no name for.
    static func decodeToolConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> JSONValue? {
        guard var config = try fields.optionalReader("toolConfig") else { return nil }
        request.tools = try decodeTools(try config.readers("tools")).map(\.piece)
        if let choice = try config.optionalReader("toolChoice") {
            request.toolChoice = try decodeToolChoice(choice)
        }
        return rest(of: config)
    }

    /// The tools with their places in the list.
    static func decodeTools(_ readers: [FieldReader]) throws(ConversionError) -> [PlacedPiece<Tool>] {
        var tools: [PlacedPiece<Tool>] = []
        for (index, reader) in readers.enumerated() {
            if let cache = decodeCachePoint(reader), let last = tools.indices.last,
                case .function(var tool) = tools[last].piece, tool.cache == nil
            {
                tool.cache = cache
                tools[last].piece = .function(tool)
                tools[last].cachePoint = index
            } else {
                tools.append(PlacedPiece(piece: try decodeTool(reader), index: index))
            }
        }
        return tools
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
