/// Tool declarations and the choice among them, as requests bring them.
extension GeminiCodec {
    /// One object may declare functions and switch on tools of the provider; the latter are kept as an object of their own.
    static func decodeTools(_ fields: inout FieldReader) throws(ConversionError) -> [Tool] {
        var tools: [Tool] = []
        for reader in try fields.geminiReaders("tools") ?? [] {
            var tool = reader
            for declaration in try tool.geminiReaders("functionDeclarations") ?? [] {
                tools.append(.function(try decodeFunction(declaration)))
            }
            guard let rest = tool.rest(origin: .gemini) else { continue }
            tools.append(.foreign(Foreign(origin: .gemini, value: .object(rest.fields))))
        }
        return tools
    }

    /// A schema in the API's own dialect stays with the extras, to be written back as it was.
    private static func decodeFunction(_ reader: FieldReader) throws(ConversionError) -> FunctionTool {
        var fields = reader
        var tool = FunctionTool(
            name: try fields.string("name"), description: try fields.optionalString("description"),
            parameters: fields.value("parametersJsonSchema"))
        if tool.parameters == nil, let schema = fields.peek("parameters") {
            tool.parameters = GeminiSchema.argumentsSchema(of: schema)
        }
        tool.extras = fields.rest(origin: .gemini)
        if tool.parameters != nil { tool.extras.markCopy(of: "parameters") }
        return tool
    }

    /// - Returns: the members the hub has no name for.
    static func decodeToolConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var config = try fields.geminiReader("toolConfig") else { return nil }
        guard var calling = try config.geminiReader("functionCallingConfig") else {
            return config.rest(origin: .gemini)
        }
        let names = try calling.optionalStrings("allowedFunctionNames") ?? []
        request.toolChoice = choice(mode: try calling.optionalString("mode"), names: names)
        if request.toolChoice == nil { calling = FieldReader(calling.object, at: calling.pointer) }
        var rest = config.rest(origin: .gemini)
        rest.nest(calling.rest(origin: .gemini), under: "functionCallingConfig")
        return rest
    }

    /// Nil for what the hub cannot say: it is then kept with the extras. `VALIDATED` alone is one such: the model may
    /// choose, as it may without a word.
    private static func choice(mode: String?, names: [String]) -> ToolChoice? {
        switch (mode?.uppercased(), names.count) {
        case ("AUTO", 0): .auto
        case ("NONE", 0): ToolChoice.none
        case ("ANY", 0): .required
        case ("ANY", 1): .named(names[0])
        case ("ANY", _): .allowed(names, isRequired: true)
        case ("VALIDATED", 1...): .allowed(names, isRequired: false)
        case (_, _): nil
        }
    }
}
