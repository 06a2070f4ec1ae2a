/// Blocks of content. A part the API cannot hold is left out with a note.
extension AnthropicRequestEncoder {
    mutating func encode(_ parts: [ContentPart], of role: Message.Role, at pointer: String) -> [JSONValue] {
        var blocks: [JSONValue] = []
        blocks.reserveCapacity(parts.count)
        for (index, part) in parts.enumerated() {
            if let block = encode(part, of: role, at: "\(pointer)/content/\(index)") { blocks.append(block) }
        }
        return blocks
    }

    private mutating func encode(_ part: ContentPart, of role: Message.Role, at pointer: String) -> JSONValue? {
        switch part {
        case .text(let text):
            return encode(text, at: pointer)
        case .refusal(let text):
            return encode(TextPart(text), at: pointer)
        case .media(let media):
            guard role == .user || role == .tool else {
                note(.dropped, pointer, "Anthropic takes images and documents from users and tools only.")
                return nil
            }
            return encode(media, at: pointer)
        case .toolCall(let call):
            return encode(call, at: pointer)
        case .toolResult(let result):
            return encode(result, at: pointer)
        case .reasoning(let reasoning):
            return encode(reasoning, at: pointer)
        case .foreign(let foreign):
            guard foreign.origin == .anthropic else {
                note(.dropped, pointer, "Only \(foreign.origin.displayName) has this kind of content.")
                return nil
            }
            return foreign.value
        }
    }

    private mutating func encode(_ part: TextPart, at pointer: String) -> JSONValue? {
        noteForeignSignature(part.signature, at: pointer)
        guard !part.text.allSatisfy(\.isWhitespace) else {
            if part.cache != nil || !part.text.isEmpty {
                note(.dropped, pointer, "Anthropic refuses text without visible characters.", level: .info)
            }
            return nil
        }
        var block: JSONObject = ["type": "text", "text": .string(part.text)]
        let citations = part.citations.filter { $0.origin == .anthropic }
        if citations.count < part.citations.count {
            note(.dropped, "\(pointer)/annotations", "Citations of another provider mean nothing here.", level: .info)
        }
        if !citations.isEmpty { block.append("citations", .array(citations.map(\.value))) }
        block.append("cache_control", ifPresent: part.cache.map(Self.encode))
        block.merge(part.extras.fields(for: .anthropic, at: pointer, notes: &notes))
        return .object(block)
    }

    /// Thinking counts only with Anthropic's own proof; what other models thought stays out.
    private mutating func encode(_ part: ReasoningPart, at pointer: String) -> JSONValue? {
        var block: JSONObject
        if let redacted = part.redacted, redacted.origin == .anthropic {
            block = ["type": "redacted_thinking", "data": .string(redacted.value)]
        } else if let signature = part.signature, signature.origin == .anthropic {
            block = ["type": "thinking", "thinking": .string(part.text), "signature": .string(signature.value)]
        } else {
            note(.dropped, pointer, "Reasoning without Anthropic's signature cannot be sent back to it.", level: .info)
            return nil
        }
        block.merge(part.extras.fields(for: .anthropic, at: pointer, notes: &notes))
        return .object(block)
    }

    private mutating func encode(_ call: ToolCall, at pointer: String) -> JSONValue {
        noteForeignSignature(call.signature, at: pointer)
        var block: JSONObject = ["type": "tool_use"]
        block.append("id", .string(callID(call.id)))
        block.append("name", .string(toolNames.wireName(for: call.name)))
        let input = AnthropicCodec.toolInput(call.arguments)
        if input.isWrapped {
            note(
                .changed, "\(pointer)/arguments",
                "The arguments are no JSON object; they stand as text under `\(AnthropicCodec.rawArgumentsKey)`.")
        }
        block.append("input", .object(input.object))
        block.append("cache_control", ifPresent: call.cache.map(Self.encode))
        block.merge(call.extras.fields(for: .anthropic, at: pointer, notes: &notes))
        return .object(block)
    }

    private mutating func encode(_ result: ToolResult, at pointer: String) -> JSONValue {
        var block: JSONObject = ["type": "tool_result", "tool_use_id": .string(callID(result.callID))]
        block.append("content", ifPresent: content(encode(result.content, of: .tool, at: pointer)))
        if result.isError { block.append("is_error", true) }
        block.append("cache_control", ifPresent: result.cache.map(Self.encode))
        block.merge(result.extras.fields(for: .anthropic, at: pointer, notes: &notes))
        return .object(block)
    }

    /// The identifier as the API takes it. Two that would meet are told apart by a hash.
    private mutating func callID(_ id: String) -> String {
        if Self.callIDRule.allows(id) { return id }
        if let known = callIDs[id] { return known }
        let fitting = Self.callIDRule.fitting(id)
        let isTaken = callIDs.values.contains(fitting) || request.holdsCall(fitting)
        let written = isTaken ? Self.callIDRule.hashed(id) : fitting
        callIDs[id] = written
        return written
    }

    mutating func noteForeignSignature(_ signature: Signature?, at pointer: String) {
        guard let signature, signature.origin != .anthropic else { return }
        note(
            .dropped, "\(pointer)/signature", "A signature of \(signature.origin.displayName) means nothing here.",
            level: .info)
    }
}

extension ChatRequest {
    fileprivate func holdsCall(_ id: String) -> Bool {
        messages.contains { $0.parts.toolCalls.contains { $0.id == id } }
    }
}

extension AnthropicCodec {
    /// Where arguments stand that are no JSON object: the API takes only objects, and a gateway must not guess.
    static let rawArgumentsKey = "_raw"

    /// A call's `input`. No arguments are an empty object.
    static func toolInput(_ arguments: String) -> (object: JSONObject, isWrapped: Bool) {
        guard !arguments.allSatisfy(\.isWhitespace) else { return ([:], false) }
        // Any error means the same here: what the model wrote is not JSON.
        if case .object(let object)? = try? JSONValue(parsing: arguments) { return (object, false) }
        return ([rawArgumentsKey: .string(arguments)], true)
    }
}
