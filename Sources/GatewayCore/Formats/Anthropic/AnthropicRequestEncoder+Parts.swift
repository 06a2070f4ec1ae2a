/// Blocks of content. A part the API cannot hold is left out with a note.
extension AnthropicRequestEncoder {
    mutating func encode(_ parts: [ContentPart], of role: Message.Role, at place: PartPlace) -> [JSONValue] {
        var blocks: [JSONValue] = []
        blocks.reserveCapacity(parts.count)
        for (index, part) in parts.enumerated() {
            if let block = encode(part, of: role, at: place.part(index)) { blocks.append(block) }
        }
        return blocks
    }

    private mutating func encode(_ part: ContentPart, of role: Message.Role, at place: PartPlace) -> JSONValue? {
        if role == .system || role == .developer, !part.isPlainText {
            note(.dropped, place.description, "Anthropic's system prompt holds text only.")
            return nil
        }
        switch part {
        case .text(let text):
            return encode(text, at: place)
        case .refusal(let text):
            return encode(TextPart(text), at: place)
        case .media(let media):
            guard role == .user || role == .tool else {
                note(.dropped, place.description, "Anthropic takes images and documents from users and tools only.")
                return nil
            }
            return encode(media, at: place)
        case .toolCall(let call):
            return encode(call, at: place)
        case .toolResult(let result) where orphans.contains(result.callID):
            note(.changed, place.description, ToolResult.orphanNote)
            return encode(TextPart(result.toldAsText), at: place)
        case .toolResult(let result):
            return encode(result, at: place)
        case .reasoning(let reasoning):
            return encode(reasoning, at: place)
        case .foreign(let foreign):
            guard foreign.origin == .anthropic else {
                note(.dropped, place.description, "Only \(foreign.origin.displayName) has this kind of content.")
                return nil
            }
            mayHoldBreakpoints = true
            return foreign.value
        }
    }

    mutating func merge(_ extras: Extras?, into block: inout JSONObject, at place: PartPlace) {
        guard extras != nil else { return }
        block.merge(extras.fields(for: .anthropic, at: place.description, notes: &notes))
    }

    private mutating func encode(_ part: TextPart, at place: PartPlace) -> JSONValue? {
        part.signature?.noteUnless(.anthropic, at: place.description, &notes)
        guard !part.text.isBlank else {
            if part.cache != nil || !part.text.isEmpty {
                note(.dropped, place.description, "Anthropic refuses text without visible characters.", level: .info)
            }
            return nil
        }
        var block: JSONObject = ["type": "text", "text": .string(part.text)]
        let citations = part.citations.filter { $0.origin == .anthropic }
        if citations.count < part.citations.count {
            note(.dropped, "\(place)/annotations", "Citations of another provider mean nothing here.", level: .info)
        }
        if !citations.isEmpty { block.append("citations", .array(citations.map(\.value))) }
        block.append("cache_control", ifPresent: cacheControl(part.cache))
        merge(part.extras, into: &block, at: place)
        return .object(block)
    }

    /// Thinking counts only with Anthropic's own proof; what other models thought stays out.
    private mutating func encode(_ part: ReasoningPart, at place: PartPlace) -> JSONValue? {
        var block: JSONObject
        if let redacted = part.redacted, redacted.origin == .anthropic {
            block = ["type": "redacted_thinking", "data": .string(redacted.value)]
        } else if let signature = part.signature, signature.origin == .anthropic {
            block = ["type": "thinking", "thinking": .string(part.text), "signature": .string(signature.value)]
        } else {
            note(
                .dropped, place.description, "Reasoning without Anthropic's signature cannot be sent back to it.",
                level: .info)
            return nil
        }
        merge(part.extras, into: &block, at: place)
        return .object(block)
    }

    private mutating func encode(_ call: ToolCall, at place: PartPlace) -> JSONValue {
        call.signature?.noteUnless(.anthropic, at: place.description, &notes)
        var block: JSONObject = ["type": "tool_use"]
        block.append("id", .string(callIDs.wireID(of: call.id)))
        block.append("name", .string(toolNames.wireName(for: call.name)))
        let input = ArgumentsObject(call.arguments)
        if let note = input.note(at: place.description) { notes.append(note) }
        block.append("input", .object(input.object))
        block.append("cache_control", ifPresent: cacheControl(call.cache))
        merge(call.extras, into: &block, at: place)
        return .object(block)
    }

    private mutating func encode(_ result: ToolResult, at place: PartPlace) -> JSONValue {
        var block: JSONObject = ["type": "tool_result", "tool_use_id": .string(callIDs.wireID(of: result.callID))]
        block.append("content", ifPresent: Self.content(encode(result.content, of: .tool, at: place)))
        if result.isError { block.append("is_error", true) }
        block.append("cache_control", ifPresent: cacheControl(result.cache))
        merge(result.extras, into: &block, at: place)
        return .object(block)
    }
}

extension ContentPart {
    fileprivate var isPlainText: Bool {
        switch self {
        case .text, .refusal: true
        case .media, .toolCall, .toolResult, .reasoning, .foreign: false
        }
    }
}
