extension OpenAIDialectEditor {
    private static let quirksOfMessages: Set<OpenAIQuirk> = [
        .systemRole, .noMessageNames, .textContent, .noReasoning, .reasoningField, .nineCharacterCallIDs,
    ]

    mutating func editMessages() {
        guard !dialect.quirks.isDisjoint(with: Self.quirksOfMessages), let messages = request["messages"] else {
            return
        }
        for (index, message) in request.elements(of: messages).enumerated() {
            edit(message, at: JSONPointer(tokens: ["messages", String(index)]))
        }
    }

    private mutating func edit(_ message: JSONPeek.Value, at pointer: JSONPointer) {
        for member in request.members(of: message) {
            switch request.key(of: member) {
            case "role": editRole(member.value, at: pointer)
            case "name": editName(member.value, of: message, at: pointer)
            case "content": editContent(member.value, at: pointer.appending("content"))
            case "reasoning_content": editReasoning(member.value, of: message, at: pointer)
            case "reasoning": dropReasoning("reasoning", member.value, at: pointer)
            case "tool_calls": editCallIDs(in: member.value, at: pointer.appending("tool_calls"))
            case "tool_call_id": editCallID(member.value, at: pointer.appending("tool_call_id"))
            default: break
            }
        }
    }

    private mutating func editRole(_ role: JSONPeek.Value, at pointer: JSONPointer) {
        guard has(.systemRole), request.string(role) == "developer" else { return }
        add(.set(pointer.appending("role"), "system"))
    }

    /// The name of a function's result tells nothing its call does not.
    private mutating func editName(_ name: JSONPeek.Value, of message: JSONPeek.Value, at pointer: JSONPointer) {
        let role = request.string(request["role", in: message])
        guard has(.noMessageNames), role != "function" else { return }
        let place = pointer.appending("name")
        add(.remove(place))
        guard name.kind != .null else { return }
        note(
            .dropped, place.description, "The provider takes no names of participants.",
            level: role == "tool" ? .info : .warning)
    }

    private mutating func editContent(_ content: JSONPeek.Value, at pointer: JSONPointer) {
        guard has(.textContent), content.kind == .array else { return }
        var texts: [String] = []
        for part in request.elements(of: content) {
            guard request.string(request["type", in: part]) == "text",
                let text = request.string(request["text", in: part])
            else { return }
            texts.append(text)
        }
        add(.set(pointer, .string(texts.joined(separator: "\n"))))
    }

    // MARK: Reasoning

    private mutating func editReasoning(
        _ reasoning: JSONPeek.Value, of message: JSONPeek.Value, at pointer: JSONPointer
    ) {
        guard has(.reasoningField) else { return dropReasoning("reasoning_content", reasoning, at: pointer) }
        add(.remove(pointer.appending("reasoning_content")))
        guard reasoning.kind != .null, request["reasoning", in: message] == nil else { return }
        add(.set(pointer.appending("reasoning"), request.tree(of: reasoning)))
    }

    private mutating func dropReasoning(_ name: String, _ reasoning: JSONPeek.Value, at pointer: JSONPointer) {
        guard has(.noReasoning) else { return }
        let place = pointer.appending(name)
        add(.remove(place))
        guard reasoning.kind != .null else { return }
        note(.dropped, place.description, "The provider takes no reasoning of earlier answers.", level: .info)
    }

    // MARK: Identifiers of calls

    private mutating func editCallIDs(in calls: JSONPeek.Value, at pointer: JSONPointer) {
        guard has(.nineCharacterCallIDs) else { return }
        for (index, call) in request.elements(of: calls).enumerated() {
            guard let id = request["id", in: call] else { continue }
            editCallID(id, at: pointer.appending(index).appending("id"))
        }
    }

    /// The same identifier becomes the same one everywhere in the conversation, and in every later turn of it.
    private mutating func editCallID(_ id: JSONPeek.Value, at pointer: JSONPointer) {
        guard has(.nineCharacterCallIDs), let text = request.string(id), !text.isNineCharacters else { return }
        add(.set(pointer, .string(StableHash.nineCharacters(of: text))))
    }
}

extension String {
    fileprivate var isNineCharacters: Bool {
        utf8.count == 9 && utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit }
    }
}

extension StableHash {
    /// Nine letters and digits: 46 bits of the hash, so that two calls of a conversation never meet in practice.
    fileprivate static func nineCharacters(of text: String) -> String {
        let digits = String(value(of: text) % 101_559_956_668_416, radix: 36)  // 36 to the ninth
        return String(repeating: "0", count: 9 - digits.count) + digits
    }
}
