/// Tool declarations and the choice among them.
extension GeminiRequestWriter {
    struct Tools {
        var objects: [JSONValue] = []
        var hasFunctions = false
    }

    /// All functions stand in one object, where the first of them stood.
    mutating func encodeTools() -> Tools {
        var tools = Tools()
        var declarations: [JSONValue] = []
        var place = 0
        var declared: Set<String> = []
        for (index, tool) in request.tools.enumerated() {
            let pointer = "/tools/\(index)"
            switch tool {
            case .function(let function):
                if declarations.isEmpty { place = tools.objects.count }
                let name = names.wireName(for: function.name)
                guard declared.insert(name).inserted else {
                    note(.dropped, pointer, "Gemini takes each function once; this one is there already.")
                    continue
                }
                declarations.append(.object(encode(function, name: name, at: pointer)))
            case .foreign(let foreign) where foreign.origin == .gemini:
                tools.objects.append(foreign.value)
            case .foreign(let foreign):
                note(.dropped, pointer, "Only \(foreign.origin.displayName) has this kind of tool.")
            }
        }
        tools.hasFunctions = !declarations.isEmpty
        if tools.hasFunctions {
            tools.objects.insert(["functionDeclarations": .array(declarations)], at: place)
        }
        return tools
    }

    private mutating func encode(_ tool: FunctionTool, name: String, at pointer: String) -> JSONObject {
        if name != tool.name {
            note(.changed, "\(pointer)/name", "Gemini takes no such name; `\(name)` stands for it.", level: .info)
        }
        if tool.isStrict == true {
            note(.dropped, "\(pointer)/strict", "Gemini has no mark for strict tools.", level: .info)
        }
        noteMarks(cache: tool.cache, signature: nil, at: pointer)
        var object: JSONObject = ["name": .string(name)]
        object.append("description", ifPresent: tool.description.map { .string($0) })
        let extras = tool.extras.fields(for: .gemini, at: pointer, notes: &notes)
        if extras["parameters"] == nil {
            object.append("parametersJsonSchema", ifPresent: parameters(of: tool, at: pointer))
        }
        object.append(extras: extras)
        return object
    }

    /// The API demands that arguments are an object.
    private mutating func parameters(of tool: FunctionTool, at pointer: String) -> JSONValue? {
        guard let parameters = tool.parameters, !parameters.isNull else { return nil }
        guard case .object(let schema) = parameters else {
            note(.changed, "\(pointer)/parameters", "Gemini takes only objects as schemas; an open one was written.")
            return ["type": "object"]
        }
        let typed = [JSONObject.Member(key: "type", value: "object")]
        let object = schema["type"] == nil ? JSONObject(members: typed + schema.members) : schema
        return SchemaRules.gemini.rewrite(.object(object), at: "\(pointer)/parameters", isEnforced: false, &notes)
    }

    /// - Returns: the `functionCallingConfig`.
    mutating func encodeToolConfig(hasFunctions: Bool) -> JSONObject? {
        guard let choice = request.toolChoice else { return nil }
        guard hasFunctions else {
            if let note = choice.noteWithoutTools { notes.append(note) }
            return nil
        }
        switch choice {
        case .auto: return ["mode": "AUTO"]
        case .none: return ["mode": "NONE"]
        case .required: return ["mode": "ANY"]
        case .named(let name): return calling("ANY", [name])
        case .allowed(let tools, let isRequired): return calling(isRequired ? "ANY" : "VALIDATED", tools)
        case .foreign(let foreign):
            if foreign.origin == .gemini { return foreign.value.object }
            note(.dropped, "/tool_choice", "Only \(foreign.origin.displayName) has this choice.")
            return nil
        }
    }

    /// Only declared functions may be named; without any there is nothing to restrict.
    private mutating func calling(_ mode: String, _ tools: [String]) -> JSONObject {
        let declared = Set(request.tools.compactMap { if case .function(let tool) = $0 { tool.name } else { nil } })
        let known = tools.filter(declared.contains)
        if known.count < tools.count {
            note(.changed, "/tool_choice", "Tools that are not declared were left out of the choice.")
        }
        guard !known.isEmpty else { return ["mode": mode == "ANY" ? "ANY" : "AUTO"] }
        return [
            "mode": .string(mode), "allowedFunctionNames": .array(known.map { .string(names.wireName(for: $0)) }),
        ]
    }
}
