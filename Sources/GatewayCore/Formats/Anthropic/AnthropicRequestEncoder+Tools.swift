/// Tool definitions and the choice among them.
extension AnthropicRequestEncoder {
    mutating func encodeTools() -> [JSONValue] {
        let allowed = allowedToolNames()
        var tools: [JSONValue] = []
        let repeated = request.repeatedTools
        for (index, tool) in request.tools.enumerated() {
            let pointer = "/tools/\(index)"
            switch tool {
            case .function where repeated.contains(index):
                note(.dropped, pointer, ChatRequest.repeatedToolNote)
            case .function(let function):
                if let allowed, !allowed.contains(function.name) { continue }
                tools.append(.object(encode(function, at: pointer)))
            case .foreign(let foreign) where foreign.origin == .anthropic:
                mayHoldBreakpoints = true
                tools.append(foreign.value)
            case .foreign(let foreign):
                note(.dropped, pointer, "Only \(foreign.origin.displayName) has this kind of tool.")
            }
        }
        return tools
    }

    /// Definitions for the calls of the history where the request offers no tools: the API refuses the calls without.
    mutating func recalledTools() -> [JSONValue] {
        var names: [String] = []
        for message in request.messages {
            for call in message.parts.toolCalls where !names.contains(call.name) { names.append(call.name) }
        }
        guard !names.isEmpty else { return [] }
        note(
            .changed, "/tools", "The tools of earlier calls were defined, as Anthropic demands, and forbidden.",
            level: .info)
        return names.map { name in
            ["name": .string(toolNames.wireName(for: name)), "input_schema": ["type": "object"]]
        }
    }

    private func allowedToolNames() -> [String]? {
        guard case .allowed(let names, _)? = request.toolChoice else { return nil }
        return names
    }

    private mutating func encode(_ tool: FunctionTool, at pointer: String) -> JSONObject {
        let name = toolNames.wireName(for: tool.name)
        if name != tool.name {
            note(.changed, "\(pointer)/name", "Anthropic takes no such name; `\(name)` stands for it.", level: .info)
        }
        var object: JSONObject = ["name": .string(name)]
        object.append("description", ifPresent: tool.description.map(JSONValue.string))
        var isStrict = tool.isStrict
        if isStrict == true, !traits.structuredOutputs {
            note(.dropped, "\(pointer)/strict", "This model does not check tool arguments against their schema.")
            isStrict = nil
        }
        var schema = tool.parameters.objectSchema(for: .anthropic, at: pointer, &notes)
        if isStrict == true {
            schema = SchemaRules.anthropic.rewrite(schema, at: "\(pointer)/parameters", isEnforced: true, &notes)
        }
        object.append("input_schema", schema)
        if traits.structuredOutputs { object.append("strict", ifPresent: isStrict.map(JSONValue.bool)) }
        object.append("cache_control", ifPresent: cacheControl(tool.cache))
        object.merge(tool.extras.fields(for: .anthropic, at: pointer, notes: &notes))
        return object
    }

    mutating func encodeToolChoice() -> JSONObject? {
        var choice: JSONObject
        switch request.toolChoice {
        case nil:
            // Only together with a choice can parallel calls be forbidden.
            guard request.parallelToolCalls == false else { return nil }
            choice = ["type": "auto"]
        case .auto?: choice = ["type": "auto"]
        case ToolChoice.none?: return ["type": "none"]
        case .required?: choice = forced(["type": "any"])
        case .named(let name)?:
            choice = forced(["type": "tool", "name": .string(toolNames.wireName(for: name))])
        case .allowed(_, let isRequired)?:
            note(.changed, "/tool_choice", "The tools that are not allowed were left out.", level: .info)
            choice = isRequired ? forced(["type": "any"]) : ["type": "auto"]
        case .foreign(let foreign)?:
            if foreign.origin == .anthropic { return foreign.value.object }
            note(.dropped, "/tool_choice", "Only \(foreign.origin.displayName) has this choice.")
            guard request.parallelToolCalls == false else { return nil }
            choice = ["type": "auto"]
        }
        choice.append("disable_parallel_tool_use", ifPresent: request.parallelToolCalls.map { .bool(!$0) })
        return choice
    }

    private mutating func forced(_ choice: JSONObject) -> JSONObject {
        guard !traits.forcedToolUse else { return choice }
        note(.changed, "/tool_choice", "This model takes no forced tool calls; it may choose.")
        return ["type": "auto"]
    }
}
