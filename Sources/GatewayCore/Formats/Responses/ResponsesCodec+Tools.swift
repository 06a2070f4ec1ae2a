extension ResponsesCodec {
    func decodeTools(_ fields: inout FieldReader) throws(ConversionError) -> [Tool] {
        var tools: [Tool] = []
        for var reader in try fields.optionalReaders("tools") ?? [] {
            switch try reader.string("type") {
            case "function": tools.append(.function(try decodeFunction(&reader)))
            case "custom": tools.append(.function(try decodeCustomTool(&reader)))
            case ResponsesLocalShell.name:
                reader.unread("type")
                tools.append(.function(ResponsesLocalShell.tool(reader.rest(origin: format))))
            default: tools.append(.foreign(Foreign(origin: format, value: .object(reader.object))))
            }
        }
        return tools
    }

    /// Chat has false for an absent `strict`, here the API then decides: a null is kept among the extras.
    private func decodeFunction(_ fields: inout FieldReader) throws(ConversionError) -> FunctionTool {
        let object = fields.object
        let isStrict = try fields.optionalBool("strict")
        var tool = FunctionTool(
            name: try fields.string("name"), description: try fields.optionalString("description"),
            parameters: fields.value("parameters"), isStrict: isStrict == true ? true : nil)
        tool.extras = fields.rest(origin: format)
        var nulls: JSONObject = [:]
        if isStrict == nil { nulls.append("strict", .null) }
        if tool.parameters == nil, object["parameters"] != nil { nulls.append("parameters", .null) }
        guard !nulls.isEmpty else { return tool }
        nulls.append(extras: tool.extras.fields(for: format))
        tool.extras = Extras(origin: format, fields: nulls)
        return tool
    }

    private func decodeCustomTool(_ fields: inout FieldReader) throws(ConversionError) -> FunctionTool {
        var tool = FunctionTool(
            name: try fields.string("name"), description: try fields.optionalString("description"),
            parameters: CustomTool.parameters)
        fields.unread("type")
        tool.extras = fields.rest(origin: format)
        return tool
    }

    func decodeToolChoice(_ fields: inout FieldReader) throws(ConversionError) -> ToolChoice? {
        guard let value = fields.value("tool_choice") else { return nil }
        switch value {
        case .string("auto"): return .auto
        case .string("none"): return ToolChoice.none
        case .string("required"): return .required
        case .string: return .foreign(Foreign(origin: format, value: value))
        case .object(let object):
            var reader = FieldReader(object, at: fields.pointer(to: "tool_choice"))
            switch try reader.string("type") {
            case "function", "custom":
                return .named(try reader.string("name"))
            case "allowed_tools":
                let tools = try reader.array("tools")
                let mode = try reader.string("mode")
                let names = tools.compactMap { Self.isCallable($0["type"]) ? $0["name"]?.string : nil }
                guard names.count == tools.count, mode == "auto" || mode == "required" else { fallthrough }
                return .allowed(names, isRequired: mode == "required")
            default:
                return .foreign(Foreign(origin: format, value: value))
            }
        case .null, .bool, .number, .array: throw fields.mismatch("tool_choice", value, "a string or an object")
        }
    }

    private static func isCallable(_ type: JSONValue?) -> Bool { type == "function" || type == "custom" }

    // MARK: Calls

    /// The API tells the call itself also by the item's identifier.
    func decodeLocalShellCall(_ fields: inout FieldReader) throws(ConversionError) -> ToolCall {
        fields.unread("type")
        let id = try fields.string("call_id")
        var call = ToolCall(
            id: id, name: ResponsesLocalShell.name,
            arguments: ResponsesLocalShell.arguments(ofAction: try fields.reader("action").object))
        call.extras = fields.rest(origin: format)
        return call
    }

    /// - Parameter type: `function_call` or `custom_tool_call`.
    func decodeToolCall(_ fields: inout FieldReader, type: String) throws(ConversionError) -> ToolCall {
        let arguments: String
        if type == "function_call" {
            fields.skip("type")
            arguments = try decodeArguments(&fields)
        } else {
            fields.unread("type")
            arguments = CustomTool.arguments(ofInput: try fields.string("input"))
        }
        var call = ToolCall(id: try fields.string("call_id"), name: try fields.string("name"), arguments: arguments)
        call.extras = fields.rest(origin: format)
        return call
    }

    private func decodeArguments(_ fields: inout FieldReader) throws(ConversionError) -> String {
        switch fields.value("arguments") {
        case nil: return ""
        case .string(let text)?: return text
        case .object(let object)?: return JSONValue.object(object).serializedString
        case let value?: throw fields.mismatch("arguments", value, "a string")
        }
    }
}

// MARK: - Writing

extension ResponsesRequestWriter {
    mutating func writeTools(_ body: inout JSONObject) {
        var tools: [JSONValue] = []
        for (index, tool) in request.tools.enumerated() {
            let pointer = "/tools/\(index)"
            switch tool {
            case .function(let function): tools.append(.object(encode(function, at: pointer)))
            case .foreign(let foreign) where foreign.origin == .responses: tools.append(foreign.value)
            case .foreign: note(.dropped, pointer, "Only the client's API can run this tool.")
            }
        }
        if tools.isEmpty {
            if let note = request.toolChoice?.noteWithoutTools { notes.append(note) }
        } else {
            body.append("tools", .array(tools))
            body.append("tool_choice", ifPresent: request.toolChoice.flatMap { encode($0) })
        }
        body.append("parallel_tool_calls", ifPresent: request.parallelToolCalls.map { .bool($0) })
    }

    private mutating func encode(_ tool: FunctionTool, at pointer: String) -> JSONObject {
        noteMarks(cache: tool.cache, signature: nil, at: pointer)
        let isCustom = tool.extras.isCustomTool
        guard !tool.extras.isLocalShell else { return tool.extras.fields(for: .responses) }
        var object: JSONObject = [
            "type": isCustom ? "custom" : "function", "name": .string(wireName(of: tool.name, at: pointer)),
        ]
        object.append("description", ifPresent: tool.description.map { .string($0) })
        if isCustom, tool.extras?.origin == .openAI {
            object.append(extras: Self.members(ofChatTool: tool.extras.fields(for: .openAI)))
            return object
        }
        let extras = tool.extras.fields(for: .responses, at: pointer, notes: &notes)
        if !isCustom {
            let (parameters, isStrict) = settled(tool, at: pointer)
            object.append("parameters", extras["parameters"] ?? parameters ?? Self.noArguments(isStrict: isStrict))
            object.append("strict", extras["strict"] ?? .bool(isStrict ?? false))
        }
        object.append(extras: extras)
        return object
    }

    /// The schema of a tool that takes nothing.
    private static func noArguments(isStrict: Bool?) -> JSONValue {
        isStrict == true
            ? ["type": "object", "properties": [:], "required": [], "additionalProperties": false]
            : ["type": "object", "properties": [:]]
    }

    /// What Chat's custom tool says beyond its name: its members stand one level deeper, and those of a grammar two.
    private static func members(ofChatTool extras: JSONObject) -> JSONObject {
        var members = extras["custom"]?.object ?? [:]
        if let grammar = members["format"]?["grammar"]?.object {
            var format: JSONObject = ["type": "grammar"]
            format.append(extras: grammar)
            members["format"] = .object(format)
        }
        return members
    }

    private mutating func encode(_ choice: ToolChoice) -> JSONValue? {
        switch choice {
        case .auto: return "auto"
        case .none: return "none"
        case .required: return "required"
        case .named(let name): return named(name)
        case .allowed(let tools, let isRequired):
            return [
                "type": "allowed_tools", "mode": isRequired ? "required" : "auto",
                "tools": .array(tools.map { named($0) }),
            ]
        case .foreign(let foreign):
            if foreign.origin == .responses { return foreign.value }
            note(.dropped, "/tool_choice", "OpenAI Responses cannot say this choice of tools.")
            return nil
        }
    }

    private func named(_ name: String) -> JSONValue {
        let isCustom = request.isCustomTool(name)
        return ["type": isCustom ? "custom" : "function", "name": .string(names.wireName(for: name))]
    }
}
