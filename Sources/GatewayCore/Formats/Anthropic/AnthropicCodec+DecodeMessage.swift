extension AnthropicCodec {
    static func decodeMessage(_ reader: FieldReader) throws(ConversionError) -> Message {
        var fields = reader
        let word = try fields.string("role")
        let parts = try decodeContent("content", of: &fields)
        let role = try Message.Role(turnOf: word, holding: parts, at: fields.pointer(to: "role"))
        return Message(role: role, parts: parts, extras: fields.rest(origin: .anthropic))
    }

    /// Content is a string or an array of blocks everywhere; a string is short for one text block. Absent is empty.
    static func decodeContent(_ key: String, of fields: inout FieldReader) throws(ConversionError) -> [ContentPart] {
        let pointer = fields.pointer(to: key)
        switch fields.value(key) {
        case nil: return []
        case .string(let text)?: return text.isEmpty ? [] : [.text(text)]
        case .array(let blocks)?:
            var parts: [ContentPart] = []
            parts.reserveCapacity(blocks.count)
            for (index, block) in blocks.enumerated() {
                parts.append(try decodePart(try FieldReader(checking: block, at: "\(pointer)/\(index)")))
            }
            return parts
        case let other?: throw fields.mismatch(key, other, "a string or an array of blocks")
        }
    }

    /// Blocks that only this format knows, such as server tools and their results, are kept whole.
    static func decodePart(_ reader: FieldReader) throws(ConversionError) -> ContentPart {
        var fields = reader
        switch try fields.string("type") {
        case "text": return .text(try decodeText(&fields))
        case "image": return try decodeMedia(.image, &fields)
        case "document": return try decodeMedia(.document, &fields)
        case "thinking": return .reasoning(try decodeThinking(&fields))
        case "redacted_thinking":
            var part = ReasoningPart(text: "")
            part.redacted = Signature(origin: .anthropic, value: try fields.string("data"))
            part.extras = fields.rest(origin: .anthropic)
            return .reasoning(part)
        case "tool_use": return .toolCall(try decodeToolCall(&fields))
        case "tool_result": return .toolResult(try decodeToolResult(&fields))
        default: return .foreign(Foreign(origin: .anthropic, value: .object(reader.object)))
        }
    }

    private static func decodeText(_ fields: inout FieldReader) throws(ConversionError) -> TextPart {
        var part = TextPart(try fields.string("text"))
        part.citations = (try fields.optionalArray("citations") ?? []).map { Foreign(origin: .anthropic, value: $0) }
        part.cache = decodeCache(&fields)
        part.extras = fields.rest(origin: .anthropic)
        return part
    }

    /// An empty signature is none: this gateway writes it where another provider's reasoning has no proof.
    private static func decodeThinking(_ fields: inout FieldReader) throws(ConversionError) -> ReasoningPart {
        var part = ReasoningPart(text: try fields.string("thinking"))
        if let signature = try fields.optionalString("signature"), !signature.isEmpty {
            part.signature = Signature(origin: .anthropic, value: signature)
        }
        part.extras = fields.rest(origin: .anthropic)
        return part
    }

    private static func decodeToolCall(_ fields: inout FieldReader) throws(ConversionError) -> ToolCall {
        let input = try fields.optionalObject("input") ?? [:]
        var call = ToolCall(
            id: try fields.string("id"), name: try fields.string("name"),
            arguments: JSONValue.object(input).serializedString)
        call.cache = decodeCache(&fields)
        call.extras = fields.rest(origin: .anthropic)
        return call
    }

    private static func decodeToolResult(_ fields: inout FieldReader) throws(ConversionError) -> ToolResult {
        var result = ToolResult(
            callID: try fields.string("tool_use_id"), content: try decodeContent("content", of: &fields),
            isError: try fields.optionalBool("is_error") ?? false)
        result.cache = decodeCache(&fields)
        result.extras = fields.rest(origin: .anthropic)
        return result
    }

    /// Reads `cache_control`; a kind other than `ephemeral`, or one with unknown members, stays with the extras.
    static func decodeCache(_ fields: inout FieldReader) -> CacheBreakpoint? {
        guard let object = fields.peek("cache_control")?.object else { return nil }
        var control = FieldReader(object)
        guard control.value("type")?.string == "ephemeral" else { return nil }
        var breakpoint = CacheBreakpoint()
        if let ttl = control.value("ttl") {
            guard let lifetime = ttl.string.flatMap(CacheBreakpoint.Lifetime.init(rawValue:)) else { return nil }
            breakpoint.lifetime = lifetime
        }
        guard control.rest(origin: .anthropic) == nil else { return nil }
        fields.skip("cache_control")
        return breakpoint
    }
}

extension [ContentPart] {
    var holdOnlyToolResults: Bool {
        !isEmpty
            && allSatisfy { part in
                if case .toolResult = part { true } else { false }
            }
    }
}
