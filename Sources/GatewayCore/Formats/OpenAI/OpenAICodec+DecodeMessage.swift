extension OpenAICodec {
    func decodeMessage(
        _ fields: inout FieldReader, legacyCalls: inout LegacyFunctionCalls
    ) throws(ConversionError) -> Message {
        let role = try fields.string("role")
        switch role {
        case "system", "developer", "user":
            let parts = try decodeContent(&fields)
            return try message(by: Message.Role(rawValue: role) ?? .user, of: parts, &fields)
        case "assistant":
            let parts = try decodeAssistantParts(&fields, legacyCalls: &legacyCalls)
            return try message(by: .assistant, of: parts, &fields)
        case "tool":
            let id = try fields.string("tool_call_id")
            let result = ToolResult(callID: id, content: try decodeContent(&fields))
            return try message(by: .tool, of: [.toolResult(result)], &fields)
        case "function":
            let name = try fields.string("name")
            let result = ToolResult(
                callID: legacyCalls.id(ofResultFor: name), name: name, content: try decodeContent(&fields))
            return Message(role: .tool, parts: [.toolResult(result)], extras: fields.rest(origin: format))
        default:
            throw ConversionError(
                fields.pointer(to: "role"), "must be system, developer, user, assistant or tool, not \"\(role)\"")
        }
    }

    /// With the members that messages of every role may have.
    private func message(
        by role: Message.Role, of parts: consuming [ContentPart], _ fields: inout FieldReader
    ) throws(ConversionError) -> Message {
        let name = try fields.optionalString("name")
        try decodeCacheControl(&fields, intoLastOf: &parts)
        return Message(role: role, parts: parts, name: name, extras: fields.rest(origin: format))
    }

    /// An assistant's message of a request.
    private func decodeAssistantParts(
        _ fields: inout FieldReader, legacyCalls: inout LegacyFunctionCalls
    ) throws(ConversionError) -> [ContentPart] {
        var parts: [ContentPart] = []
        if let reasoning = try fields.optionalString("reasoning_content"), !reasoning.isEmpty {
            var part = ReasoningPart(text: reasoning)
            part.extras = Extras(origin: format)  // says that this format's encoder may give it back
            parts.append(.reasoning(part))
        }
        parts += try decodeContent(&fields)
        if let refusal = try fields.optionalString("refusal") { parts.append(.refusal(refusal)) }
        for var reader in try fields.optionalReaders("tool_calls") ?? [] {
            let isCustom = reader.object["type"] == "custom"
            parts.append(
                isCustom
                    ? .toolCall(try decodeCustomCall(&reader)) : try decodeToolCall(&reader, mintedID: nil))
        }
        if var reader = try fields.optionalReader("function_call") {
            let name = try reader.string("name")
            let arguments = try decodeArguments(&reader)
            parts.append(.toolCall(ToolCall(id: legacyCalls.id(ofCallTo: name), name: name, arguments: arguments)))
        }
        return parts
    }

    /// The member `content`: nothing for null and the empty string, one text part for a string, else the parts.
    func decodeContent(_ fields: inout FieldReader) throws(ConversionError) -> [ContentPart] {
        guard let value = fields.value("content") else { return [] }
        switch value {
        case .string(let text):
            return text.isEmpty ? [] : [.text(text)]
        case .array(let elements):
            var parts: [ContentPart] = []
            parts.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                var reader = try FieldReader(checking: element, at: "\(fields.pointer(to: "content"))/\(index)")
                parts.append(try decodePart(&reader))
            }
            return parts
        case .null, .bool, .number, .object:
            throw fields.mismatch("content", value, "a string or an array of parts")
        }
    }

    private func decodePart(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        let type = try fields.string("type")
        switch type {
        case "text":
            var part = TextPart(try fields.string("text"))
            part.cache = try decodeCacheControl(&fields)
            part.extras = fields.rest(origin: format)
            return .text(part)
        case "refusal":
            return .refusal(try fields.string("refusal"))
        case "image_url", "input_audio", "file":
            return .media(try decodeMedia(&fields, type: type))
        default:
            return .foreign(Foreign(origin: format, value: .object(fields.object)))
        }
    }

    /// A mark on the message, as clients set it where the content is a string, stands behind its last part.
    private func decodeCacheControl(
        _ fields: inout FieldReader, intoLastOf parts: inout [ContentPart]
    ) throws(ConversionError) {
        guard let last = parts.indices.last, let cache = try decodeCacheControl(&fields) else { return }
        if !parts[last].mark(cache) { fields.unread("cache_control") }
    }

    /// `cache_control` is Anthropic's; gateways take it in this format, too, for models of Anthropic.
    func decodeCacheControl(_ fields: inout FieldReader) throws(ConversionError) -> CacheBreakpoint? {
        guard var reader = try fields.optionalReader("cache_control") else { return nil }
        return CacheBreakpoint(lifetime: try reader.optionalString("ttl").flatMap(CacheBreakpoint.Lifetime.init))
    }
}

/// Gives the deprecated `function_call` and role `function`, which have no identifiers, such as pair them.
struct LegacyFunctionCalls {
    private var count = 0
    private var latest: [String: String] = [:]

    mutating func id(ofCallTo name: String) -> String {
        count += 1
        let id = "call_function_\(count)"
        latest[name] = id
        return id
    }

    mutating func id(ofResultFor name: String) -> String {
        latest[name] ?? id(ofCallTo: name)
    }
}
