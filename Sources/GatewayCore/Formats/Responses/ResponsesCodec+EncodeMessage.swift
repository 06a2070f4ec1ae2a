extension ResponsesRequestWriter {
    mutating func writeItems() {
        for (index, message) in request.messages.enumerated() {
            let pointer = "/messages/\(index)"
            if message.name != nil {
                note(.dropped, "\(pointer)/name", "OpenAI Responses has no names of participants.")
            }
            switch message.role {
            case .system where index == 0 && message.isPlainInstruction:
                instructions = message.text
                noteInstruction(message, at: pointer)
            case .system, .developer: writeMessage(message, at: pointer)
            case .user, .tool: writeUser(message, at: pointer)
            case .assistant: writeAssistant(message, at: pointer)
            }
        }
    }

    /// `instructions` is a plain text: whatever else the message has is lost.
    private mutating func noteInstruction(_ message: Message, at pointer: String) {
        _ = message.extras.fields(for: .responses, at: pointer, notes: &notes)
        guard case .text(let part)? = message.parts.first else { return }
        _ = input(part, at: "\(pointer)/content/0")
    }

    // MARK: From the client

    private mutating func writeUser(_ message: Message, at pointer: String) {
        var rest = message
        rest.parts = []
        var offsets: [Int] = []
        for (index, part) in message.parts.enumerated() {
            switch part {
            case .toolResult(let result) where orphans.contains(result.callID):
                note(.changed, "\(pointer)/content/\(index)", ToolResult.orphanNote)
                rest.parts.append(.text(result.toldAsText))
                offsets.append(index)
            case .toolResult(let result): write(result, at: "\(pointer)/content/\(index)")
            case .foreign(let foreign) where foreign.isResponsesItem: items.append(foreign.value)
            case .text, .media, .toolCall, .reasoning, .refusal, .foreign:
                rest.parts.append(part)
                offsets.append(index)
            }
        }
        guard !rest.parts.isEmpty || message.parts.isEmpty else { return }
        rest.role = .user
        writeMessage(rest, at: pointer, offsets: offsets)
    }

    /// - Parameter offsets: the indexes of the parts in the client's message; nil when they are all of it.
    private mutating func writeMessage(_ message: Message, at pointer: String, offsets: [Int]? = nil) {
        let content = content(of: message.parts, at: pointer, offsets: offsets)
        guard !content.isEmpty || message.parts.isEmpty else { return }
        var object: JSONObject = ["role": .string(message.role.rawValue), "content": collapsed(content)]
        object.append(extras: message.extras.fields(for: .responses, at: pointer, notes: &notes))
        items.append(.object(object))
    }

    private mutating func write(_ result: ToolResult, at pointer: String) {
        noteMarks(cache: result.cache, signature: nil, at: pointer)
        if result.isError {
            note(
                .dropped, "\(pointer)/is_error", "OpenAI Responses has no mark for failed tools; their text is kept.",
                level: .info)
        }
        let own = result.extras.fields(for: .responses)
        let isCustom = own["type"] != nil || customCalls.contains(result.callID)
        var object: JSONObject = ["type": isCustom ? "custom_tool_call_output" : "function_call_output"]
        if result.extras.isLocalShell { object["type"] = .string(ResponsesLocalShell.outputType) }
        if !result.extras.isLocalShell || own["id"]?.string != result.callID {
            object.append("call_id", .string(callIDs.wireID(of: result.callID)))
        }
        object.append("output", collapsed(content(of: result.content, at: pointer)))
        object.append(extras: result.extras.fields(for: .responses, at: pointer, notes: &notes))
        items.append(.object(object))
    }

    /// Parts as the client sends them.
    private mutating func content(of parts: [ContentPart], at pointer: String, offsets: [Int]? = nil) -> [JSONValue] {
        var output: [JSONValue] = []
        for (place, part) in parts.enumerated() {
            let pointer = "\(pointer)/content/\(offsets?[place] ?? place)"
            switch part {
            case .text(let text):
                output.append(input(text, at: pointer))
            case .refusal(let text):
                output.append(["type": "input_text", "text": .string(text)])
            case .media(let media):
                if let value = self.media(media, at: pointer) { output.append(value) }
            case .foreign(let foreign) where foreign.origin == .responses:
                output.append(foreign.value)
            case .toolCall, .toolResult, .reasoning, .foreign:
                note(.dropped, pointer, "An OpenAI Responses message of this role cannot hold this part.")
            }
        }
        return output
    }

    private mutating func input(_ part: TextPart, at pointer: String) -> JSONValue {
        noteMarks(cache: part.cache, signature: part.signature, at: pointer)
        noteForeignCitations(part, at: pointer)
        var object: JSONObject = ["type": "input_text", "text": .string(part.text)]
        object.append(extras: part.extras.fields(for: .responses, at: pointer, notes: &notes))
        return .object(object)
    }

    /// The canonical spelling: nothing is an empty string, a plain text alone a string.
    private func collapsed(_ parts: [JSONValue]) -> JSONValue {
        guard let first = parts.first else { return "" }
        guard parts.count == 1, case .object(let object) = first, object.count == 2, let text = object["text"] else {
            return .array(parts)
        }
        return text
    }

    // MARK: From the model

    /// One turn of the model is several items. Text of other formats that stands together is one message.
    private mutating func writeAssistant(_ message: Message, at pointer: String) {
        var turn = ResponsesAssistantItems()
        if let extras = message.extras, extras.origin != .responses {
            _ = message.extras.fields(for: .responses, at: pointer, notes: &notes)
        }
        for (index, part) in message.parts.enumerated() {
            let pointer = "\(pointer)/content/\(index)"
            switch part {
            case .text(let text):
                noteMarks(cache: text.cache, signature: text.signature, at: pointer)
                noteForeignCitations(text, at: pointer)
                if let extras = text.extras, extras.origin != .responses {
                    _ = text.extras.fields(for: .responses, at: pointer, notes: &notes)
                }
                turn.add(text)
            case .refusal(let text):
                turn.add(refusal: text)
            case .toolCall(let call):
                turn.add(.object(encode(call, at: pointer)))
            case .reasoning(let reasoning):
                write(reasoning, into: &turn, at: pointer)
            case .foreign(let foreign):
                if let item = encode(foreign, at: pointer) { turn.add(item) }
            case .media, .toolResult:
                note(.dropped, pointer, "OpenAI Responses takes no such part of the model's own turn.")
            }
        }
        items += turn.finished
    }

    private mutating func encode(_ call: ToolCall, at pointer: String) -> JSONObject {
        noteMarks(cache: call.cache, signature: call.signature, at: pointer)
        let isCustom = call.extras.isCustomTool
        let callID = JSONValue.string(callIDs.wireID(of: call.id))
        if call.extras.isLocalShell {
            let action = ResponsesLocalShell.action(ofArguments: call.arguments)
            var object: JSONObject = ["type": "local_shell_call", "call_id": callID, "action": .object(action)]
            object.append(extras: call.extras.fields(for: .responses))
            return object
        }
        var object: JSONObject = [
            "type": isCustom ? "custom_tool_call" : "function_call", "call_id": callID,
            "name": .string(names.wireName(for: call.name)),
        ]
        if isCustom {
            customCalls.insert(call.id)
            object.append("input", .string(CustomTool.input(ofArguments: call.arguments)))
        } else {
            object.append("arguments", .string(call.arguments.isEmpty ? "{}" : call.arguments))
        }
        object.append(extras: call.extras.fields(for: .responses, at: pointer, notes: &notes))
        return object
    }

    /// Items of this format, and Chat's calls to custom tools.
    private mutating func encode(_ foreign: Foreign, at pointer: String) -> JSONValue? {
        if foreign.origin == .responses { return foreign.value }
        if let call = ResponsesCodec.customCall(foreign) {
            if let id = call["call_id"]?.string { customCalls.insert(id) }
            return .object(call)
        }
        note(.dropped, pointer, "Only \(foreign.origin.displayName) has this kind of content.")
        return nil
    }

    /// Only the API's own reasoning can be sent back to it. Its identifier leads nowhere when nothing was stored; the
    /// encrypted content then says it all.
    private mutating func write(_ part: ReasoningPart, into turn: inout ResponsesAssistantItems, at pointer: String) {
        let proof = part.signature ?? part.redacted
        guard proof?.origin == .responses || (proof == nil && part.extras?.origin == .responses) else {
            return note(
                .dropped, pointer, "Reasoning of another provider cannot be sent to OpenAI.", level: .info)
        }
        turn.add(part, keepingID: isStored)
    }

    private mutating func noteForeignCitations(_ part: TextPart, at pointer: String) {
        guard part.citations.contains(where: { $0.origin != .responses }) else { return }
        note(.dropped, "\(pointer)/citations", "Citations of another provider mean nothing here.", level: .info)
    }
}

extension Message {
    /// Whether the message can be written as `instructions`: one text that did not stand among the items.
    fileprivate var isPlainInstruction: Bool {
        guard extras?.origin != .responses, parts.count == 1, case .text(let text)? = parts.first else { return false }
        return text.extras?.origin != .responses && !text.text.isEmpty
    }
}

extension Foreign {
    /// An item of its own, such as a shell's output, not a part of a message.
    fileprivate var isResponsesItem: Bool {
        origin == .responses && value["type"]?.string?.hasPrefix("input_") != true
    }
}

extension ResponsesCodec {
    /// Chat's call to a custom tool as an item; nil for everything else.
    static func customCall(_ foreign: Foreign) -> JSONObject? {
        guard foreign.origin == .openAI, foreign.value["type"] == "custom", let id = foreign.value["id"]?.string,
            let name = foreign.value["custom"]?["name"], let input = foreign.value["custom"]?["input"]
        else { return nil }
        return ["type": "custom_tool_call", "call_id": .string(id), "name": name, "input": input]
    }
}
