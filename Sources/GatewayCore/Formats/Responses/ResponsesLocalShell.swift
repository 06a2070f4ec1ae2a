/// The shell of the client's machine, `local_shell`: OpenAI's models know it by its type alone, all others get a function of
/// the same name whose arguments are the action. The client's program runs it either way.
///
/// Source: openai types/responses/response_input_item_param.py, LocalShellCall.
enum ResponsesLocalShell {
    static let name = "local_shell"
    static let callType = "local_shell_call"
    static let outputType = "local_shell_call_output"

    /// - Parameter extras: the members of the client's tool, `type` among them.
    static func tool(_ extras: Extras?) -> FunctionTool {
        let text: JSONValue = ["type": "string"]
        var tool = FunctionTool(
            name: name, description: "Runs a command on the user's machine and gives its output.",
            parameters: [
                "type": "object",
                "properties": [
                    "command": [
                        "type": "array", "items": text,
                        "description": "The program and its arguments, such as [\"bash\", \"-lc\", \"ls\"]",
                    ],
                    "working_directory": text, "timeout_ms": ["type": "integer"],
                    "env": ["type": "object", "additionalProperties": text], "user": text,
                ],
                "required": ["command"],
            ])
        tool.extras = extras
        return tool
    }

    /// The action of a call as the arguments of a function: what the model wrote, without what `action(ofArguments:)` added.
    static func arguments(ofAction action: JSONObject) -> String {
        var arguments = action
        arguments.removeValue(forKey: "type")
        if arguments["env"] == [:] { arguments.removeValue(forKey: "env") }
        return JSONValue.object(arguments).serializedString
    }

    /// What a model wrote as an action, with the members that a client's program relies on. Arguments of another form are
    /// the command itself: better the user sees them than nothing.
    static func action(ofArguments arguments: String) -> JSONObject {
        var action: JSONObject = ["type": "exec"]
        // Any error means the same here: what the model wrote is not the JSON it was asked for.
        var written = (try? JSONValue(parsing: arguments))?.object ?? ["command": [.string(arguments)]]
        switch written["command"] {
        case .array(let words)? where words.allSatisfy({ $0.string != nil }): break
        case .string(let line)?: written["command"] = ["bash", "-lc", .string(line)]
        default: written["command"] = [.string(arguments)]
        }
        action.append(extras: written)
        if action["env"]?.object == nil { action["env"] = [:] }
        return action
    }

    /// A call as an item of a reply.
    static func item(id: String, callID: String, arguments: String) -> JSONObject {
        [
            "id": .string(id), "type": .string(callType), "status": "completed", "call_id": .string(callID),
            "action": .object(action(ofArguments: arguments)),
        ]
    }
}

extension Extras? {
    /// Whether a tool, a call or a result is the local shell's.
    var isLocalShell: Bool {
        switch fields(for: .responses)["type"]?.string {
        case ResponsesLocalShell.name?, ResponsesLocalShell.callType?, ResponsesLocalShell.outputType?: true
        case nil, _?: false
        }
    }
}

/// The client's tools whose calls have items of their own.
struct ResponsesClientTools {
    /// The names of those that take free text.
    private let custom: Set<String>
    private let hasLocalShell: Bool

    /// - Parameter tools: the request's.
    init(_ tools: JSONValue?) {
        let tools = tools?.array ?? []
        custom = Set(tools.compactMap { $0["type"] == "custom" ? $0["name"]?.string : nil })
        hasLocalShell = tools.contains { $0["type"]?.string == ResponsesLocalShell.name }
    }

    func isCustom(_ name: String) -> Bool { custom.contains(name) }

    func isLocalShell(_ name: String) -> Bool { hasLocalShell && name == ResponsesLocalShell.name }
}
