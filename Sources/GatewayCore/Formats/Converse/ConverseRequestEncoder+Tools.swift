/// Tool definitions and the choice among them.
extension ConverseRequestEncoder {
    /// - Parameter hasToolBlocks: whether the history holds calls or results, which the API refuses without definitions.
    mutating func encodeTools(hasToolBlocks: Bool) -> [JSONValue] {
        let isForbidden = request.toolChoice == ToolChoice.none
        if isForbidden, !hasToolBlocks {
            if !request.tools.isEmpty {
                note(.changed, "/tools", "Tools that must not be called were left out.", level: .info)
            }
            return []
        }
        let tools = definedTools()
        if tools.isEmpty { return hasToolBlocks ? recalledTools() : [] }
        if isForbidden {
            note(.dropped, "/tool_choice", "Converse cannot forbid tools that the conversation has used.")
        }
        return tools
    }

    private mutating func definedTools() -> [JSONValue] {
        var allowed: [String]?
        if case .allowed(let names, _)? = request.toolChoice { allowed = names }
        var tools: [JSONValue] = []
        let repeated = request.repeatedTools
        for (index, tool) in request.tools.enumerated() {
            let pointer = "/tools/\(index)"
            switch tool {
            case .function where repeated.contains(index):
                note(.dropped, pointer, ChatRequest.repeatedToolNote)
            case .function(let function):
                if let allowed, !allowed.contains(function.name) { continue }
                tools.append(["toolSpec": .object(encode(function, at: pointer))])
                if function.cache != nil, !traits.toolCaching {
                    note(.dropped, "\(pointer)/cache_control", "This model caches no tools.", level: .info)
                } else if let cache = function.cache {
                    tools.append(Self.cachePoint(cache))
                }
            case .foreign(let foreign) where foreign.origin == .converse:
                tools.append(foreign.value)
            case .foreign(let foreign):
                note(.dropped, pointer, "Only \(foreign.origin.displayName) has this kind of tool.")
            }
        }
        return tools
    }

    /// Definitions for the calls of the history where the request offers no tools.
    private mutating func recalledTools() -> [JSONValue] {
        var names: [String] = []
        for message in request.messages {
            for call in message.parts.toolCalls where !names.contains(call.name) { names.append(call.name) }
        }
        if names.isEmpty { names = ["unknown"] }
        note(
            .changed, "/tools", "The tools of earlier calls were defined, as Converse demands.", level: .info)
        return names.map { name in
            [
                "toolSpec": [
                    "name": .string(toolNames.wireName(for: name)), "inputSchema": ["json": ["type": "object"]],
                ]
            ]
        }
    }

    private mutating func encode(_ tool: FunctionTool, at pointer: String) -> JSONObject {
        let name = toolNames.wireName(for: tool.name)
        if name != tool.name {
            note(.changed, "\(pointer)/name", "Bedrock takes no such name; `\(name)` stands for it.", level: .info)
        }
        var object: JSONObject = ["name": .string(name)]
        if let description = tool.description, !description.isEmpty {
            object.append("description", .string(description))
        }
        var schema = tool.parameters.objectSchema(for: .converse, at: pointer, &notes)
        var isStrict = tool.isStrict
        if !traits.structuredOutputs {
            if isStrict == true {
                note(.dropped, "\(pointer)/strict", "This model does not check arguments against their schema.")
            }
            isStrict = nil
        }
        if isStrict == true {
            schema = SchemaRules.bedrock.rewrite(schema, at: "\(pointer)/parameters", isEnforced: true, &notes)
        }
        object.append("inputSchema", ["json": schema])
        object.append("strict", ifPresent: isStrict.map(JSONValue.bool))
        let extras = tool.extras.fields(for: .converse, at: pointer, notes: &notes)
        object.append(extras: extras["toolSpec"]?.object ?? [:])
        return object
    }

    mutating func encodeToolChoice() -> JSONObject? {
        let choice: JSONObject
        switch request.toolChoice {
        case nil, ToolChoice.none?: return nil
        case .auto?: choice = ["auto": [:]]
        case .required?: choice = ["any": [:]]
        case .named(let name)?: choice = ["tool": ["name": .string(toolNames.wireName(for: name))]]
        case .allowed(_, let isRequired)?:
            note(.changed, "/tool_choice", "The tools that are not allowed were left out.", level: .info)
            choice = isRequired ? ["any": [:]] : ["auto": [:]]
        case .foreign(let foreign)?:
            if foreign.origin == .converse { return foreign.value.object }
            note(.dropped, "/tool_choice", "Only \(foreign.origin.displayName) has this choice.")
            return nil
        }
        let isForced = choice["auto"] == nil
        if isForced, !traits.toolChoice || (traits.family == .claude && !traits.claude.forcedToolUse) {
            note(.changed, "/tool_choice", "This model takes no forced tool calls; it may choose.")
            return nil
        }
        return traits.toolChoice ? choice : nil
    }
}
