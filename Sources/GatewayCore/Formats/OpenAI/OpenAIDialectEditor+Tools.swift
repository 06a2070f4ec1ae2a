extension OpenAIDialectEditor {
    mutating func editTools() {
        guard let tools = request["tools"] else { return }
        var kept: [JSONPeek.Value] = []
        var isChanged = false
        let chosen = chosenTools
        for (index, tool) in request.elements(of: tools).enumerated() {
            let isFunction = request.string(request["type", in: tool]) == "function"
            if has(.functionToolsOnly), !isFunction {
                note(.dropped, "/tools/\(index)", "The provider takes functions only.")
                isChanged = true
            } else if let chosen, isFunction, !chosen.contains(functionName(of: tool)) {
                isChanged = true
            } else {
                kept.append(tool)
            }
        }
        editToolChoice(hasTools: !kept.isEmpty)
        if isChanged {
            guard !kept.isEmpty else {
                for key in ["tools", "tool_choice", "parallel_tool_calls"] { add(.remove(JSONPointer(tokens: [key]))) }
                return
            }
            add(.set("/tools", .array(kept.map { request.tree(of: $0) })))
        }
        for (index, tool) in kept.enumerated() { editStrict(of: tool, at: index) }
    }

    private func functionName(of tool: JSONPeek.Value) -> String {
        request["function", in: tool].flatMap { request.string(request["name", in: $0]) } ?? ""
    }

    private mutating func editStrict(of tool: JSONPeek.Value, at index: Int) {
        guard has(.noStrict), let function = request["function", in: tool], let strict = request["strict", in: function]
        else { return }
        let pointer = JSONPointer(tokens: ["tools", String(index), "function", "strict"])
        add(.remove(pointer))
        guard request.bool(strict) == true else { return }
        note(.dropped, pointer.description, "The provider does not hold tools to their schemas.")
    }

    // MARK: The choice of tools

    /// The tools that the request's choice names, where the provider understands no such choice; nil when it names none.
    private var chosenTools: Set<String>? {
        guard has(.toolChoiceWords), let choice = request["tool_choice"], choice.kind == .object else { return nil }
        if let function = request["function", in: choice], let name = request.string(request["name", in: function]) {
            return [name]
        }
        guard let allowed = request["allowed_tools", in: choice], let tools = request["tools", in: allowed] else {
            return nil
        }
        return Set(request.elements(of: tools).map { functionName(of: $0) })
    }

    private mutating func editToolChoice(hasTools: Bool) {
        guard hasTools, let choice = request["tool_choice"] else { return }
        if has(.noForcedTools) {
            emulate(choice)
        } else if has(.toolChoiceWords), choice.kind == .object {
            let mode = request["allowed_tools", in: choice].flatMap { request.string(request["mode", in: $0]) }
            note(.emulated, "/tool_choice", "The provider knows no choice of named tools: it gets only those.")
            add(.set("/tool_choice", .string(mode == "auto" ? "auto" : "required")))
        }
    }

    /// A call that cannot be forced is asked for.
    private mutating func emulate(_ choice: JSONPeek.Value) {
        let word = request.string(choice)
        guard choice.kind == .object || word == "required" || word == "any" else { return }
        let name = request["function", in: choice].flatMap { request.string(request["name", in: $0]) }
        note(.emulated, "/tool_choice", "The provider cannot be made to call a tool; it is asked to.")
        add(.remove("/tool_choice"))
        instruct(name.map { "Answer by calling the tool \($0)." } ?? "Answer by calling one of the tools.")
    }
}
