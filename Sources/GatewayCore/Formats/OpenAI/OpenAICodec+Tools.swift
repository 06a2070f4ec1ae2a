extension OpenAICodec {
    /// Reads `tools`, `tool_choice` and `parallel_tool_calls`, and the deprecated `functions` and `function_call`.
    func decodeTools(_ fields: inout FieldReader, into request: inout ChatRequest) throws(ConversionError) {
        for var reader in try fields.optionalReaders("tools") ?? [] {
            request.tools.append(try decodeTool(&reader))
        }
        for var reader in try fields.optionalReaders("functions") ?? [] {
            var tool = try decodeFunction(&reader)
            tool.extras.nest(reader.rest(origin: format), under: "function")
            request.tools.append(.function(tool))
        }
        request.toolChoice = try decodeToolChoice(&fields)
        request.parallelToolCalls = try fields.optionalBool("parallel_tool_calls")
    }

    private func decodeTool(_ fields: inout FieldReader) throws(ConversionError) -> Tool {
        switch try fields.string("type") {
        case "function": break
        case "custom": return .function(try decodeCustomTool(&fields))
        default: return .foreign(Foreign(origin: format, value: .object(fields.object)))
        }
        var inner = try fields.reader("function")
        var tool = try decodeFunction(&inner)
        tool.cache = try decodeCacheControl(&fields)
        tool.extras = fields.rest(origin: format)
        tool.extras.nest(inner.rest(origin: format), under: "function")
        return .function(tool)
    }

    private func decodeFunction(_ fields: inout FieldReader) throws(ConversionError) -> FunctionTool {
        FunctionTool(
            name: try fields.string("name"), description: try fields.optionalString("description"),
            parameters: fields.value("parameters"), isStrict: try fields.optionalBool("strict"))
    }

    private func decodeToolChoice(_ fields: inout FieldReader) throws(ConversionError) -> ToolChoice? {
        let legacy = fields.value("function_call")
        if case .object(let object)? = legacy {
            var reader = FieldReader(object, at: fields.pointer(to: "function_call"))
            return .named(try reader.string("name"))
        }
        guard let value = fields.value("tool_choice") ?? legacy else { return nil }
        switch value {
        case .string("auto"): return .auto
        case .string("none"): return ToolChoice.none
        case .string("required"): return .required
        case .object(let object): return try decodeToolChoice(object, at: fields.pointer(to: "tool_choice"))
        case .string: return .foreign(Foreign(origin: format, value: value))
        case .null, .bool, .number, .array: throw fields.mismatch("tool_choice", value, "a string or an object")
        }
    }

    private func decodeToolChoice(_ object: JSONObject, at pointer: String) throws(ConversionError) -> ToolChoice {
        var fields = FieldReader(object, at: pointer)
        switch try fields.string("type") {
        case "function":
            var inner = try fields.reader("function")
            return .named(try inner.string("name"))
        case "custom":
            var inner = try fields.reader("custom")
            return .named(try inner.string("name"))
        case "allowed_tools":
            var inner = try fields.reader("allowed_tools")
            let mode = try inner.string("mode")
            let tools = try inner.array("tools")
            let names = tools.compactMap { ($0["function"] ?? $0["custom"])?["name"]?.string }
            guard names.count == tools.count, mode == "auto" || mode == "required" else { fallthrough }
            return .allowed(names, isRequired: mode == "required")
        default:
            return .foreign(Foreign(origin: format, value: .object(object)))
        }
    }

    /// A function call becomes a tool call; of another type, such as to a custom tool, a reply's stays as it is.
    ///
    /// - Parameter mintedID: stands in for a missing identifier; nil where it is required.
    func decodeToolCall(_ fields: inout FieldReader, mintedID: String?) throws(ConversionError) -> ContentPart {
        let type = try fields.optionalString("type") ?? "function"
        guard type == "function" || type.isEmpty else {
            return .foreign(Foreign(origin: format, value: .object(fields.object)))
        }
        fields.skip("index")
        let id = try fields.optionalString("id") ?? ""
        var inner = try fields.reader("function")
        let name = try inner.string("name")
        guard let id = id.isEmpty ? mintedID : id else { throw fields.missing("id") }
        var call = ToolCall(id: id, name: name, arguments: try decodeArguments(&inner))
        call.extras = fields.rest(origin: format)
        call.extras.nest(inner.rest(origin: format), under: "function")
        return .toolCall(call)
    }

    /// The member `arguments`, text exactly as it is; some services send the object itself.
    func decodeArguments(_ fields: inout FieldReader) throws(ConversionError) -> String {
        switch fields.value("arguments") {
        case nil: return ""
        case .string(let text)?: return text
        case .object(let object)?: return JSONValue.object(object).serializedString
        case let value?: throw fields.mismatch("arguments", value, "a string")
        }
    }

    /// The wire form of a call: arguments that are empty become `{}`, all others are kept as they are.
    static func encode(_ call: ToolCall, name: String, id: String, extras: JSONObject) -> JSONValue {
        var object: JSONObject = [
            "id": .string(id), "type": "function",
            "function": [
                "name": .string(name), "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
            ],
        ]
        object.append(extras: extras)
        return .object(object)
    }
}

extension OpenAIRequestWriter {
    mutating func writeTools(_ body: inout JSONObject) {
        var tools: [JSONValue] = []
        for (index, tool) in request.tools.enumerated() {
            let pointer = "/tools/\(index)"
            switch tool {
            case .function(let function): tools.append(encode(function, at: pointer))
            case .foreign(let foreign) where foreign.origin == .openAI: tools.append(foreign.value)
            case .foreign: note(.dropped, pointer, "Only the client's API can run this tool.")
            }
        }
        guard !tools.isEmpty else {
            if let note = request.toolChoice?.noteWithoutTools { notes.append(note) }
            return
        }
        body.append("tools", .array(tools))
        body.append("tool_choice", ifPresent: request.toolChoice.flatMap { encode($0) })
        body.append("parallel_tool_calls", ifPresent: request.parallelToolCalls.map { .bool($0) })
    }

    private mutating func encode(_ tool: FunctionTool, at pointer: String) -> JSONValue {
        noteMarks(cache: tool.cache, signature: nil, at: pointer)
        if tool.extras?.origin == .openAI, tool.extras.isCustomTool { return custom(tool, at: pointer) }
        var function: JSONObject = ["name": .string(wireName(of: tool.name, at: pointer))]
        function.append("description", ifPresent: tool.description.map { .string($0) })
        let (parameters, isStrict) = settled(tool, at: pointer)
        function.append("parameters", ifPresent: parameters)
        function.append("strict", ifPresent: isStrict.map { .bool($0) })
        var object: JSONObject = ["type": "function", "function": .object(function)]
        object.append(extras: tool.extras.fields(for: .openAI, at: pointer, notes: &notes))
        return .object(object)
    }

    private mutating func custom(_ tool: FunctionTool, at pointer: String) -> JSONValue {
        var custom: JSONObject = ["name": .string(wireName(of: tool.name, at: pointer))]
        custom.append("description", ifPresent: tool.description.map { .string($0) })
        var object: JSONObject = ["type": "custom", "custom": .object(custom)]
        object.append(extras: tool.extras.fields(for: .openAI))
        return .object(object)
    }

    private mutating func encode(_ choice: ToolChoice) -> JSONValue? {
        switch choice {
        case .auto: return "auto"
        case .none: return "none"
        case .required: return "required"
        case .named(let name): return named(name)
        case .allowed(let tools, let isRequired):
            return [
                "type": "allowed_tools",
                "allowed_tools": [
                    "mode": isRequired ? "required" : "auto", "tools": .array(tools.map { named($0) }),
                ],
            ]
        case .foreign(let foreign):
            if foreign.origin == .openAI { return foreign.value }
            note(.dropped, "/tool_choice", "OpenAI Chat cannot say this choice of tools.")
            return nil
        }
    }

    private func named(_ name: String) -> JSONValue {
        let isCustom = request.tools.contains { tool in
            guard case .function(let function) = tool, function.extras?.origin == .openAI else { return false }
            return function.name == name && function.extras.isCustomTool
        }
        let kind = isCustom ? "custom" : "function"
        return ["type": .string(kind), kind: ["name": .string(names.wireName(for: name))]]
    }
}
