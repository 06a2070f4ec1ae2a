/// Gathers the items of a request into turns: what the model said in one go, its reasoning, text and calls, is one message,
/// and so are the results that follow each other.
struct ResponsesItemDecoder {
    var messages: [Message] = []
    private let codec = ResponsesCodec()
    /// Where each part of each message came from; kept only while `isPlacing`.
    private(set) var places: [[PartSource]] = []
    var isPlacing = false
    private var item = FieldReader([:])

    /// The item that a part came from.
    struct PartSource {
        var item: String
        /// The part itself, where the item has several.
        var pointer: String
        /// Whether the content is a list.
        var hasList: Bool
        /// Whether the part keeps the members of the item: what the model said.
        var holdsItem: Bool
    }

    mutating func decode(_ reader: FieldReader) throws(ConversionError) {
        var fields = reader
        item = reader
        let type = try fields.optionalString("type") ?? (fields.peek("role") == nil ? "item_reference" : "message")
        switch type {
        case "message":
            try decodeMessage(&fields)
        case "function_call", "custom_tool_call":
            append([.toolCall(try codec.decodeToolCall(&fields, type: type))], to: .assistant)
        case ResponsesLocalShell.callType:
            append([.toolCall(try codec.decodeLocalShellCall(&fields))], to: .assistant)
        case "function_call_output", "custom_tool_call_output", ResponsesLocalShell.outputType:
            append([.toolResult(try decodeToolResult(&fields, type: type))], to: .tool)
        case "reasoning":
            // What the gateway itself said to be unproven is no item of the API's.
            let isUnproven = fields.peek("encrypted_content")?.string == SealedSignature.unproven
            let thoughts = try codec.decodeReasoningItem(&fields)
            append(
                thoughts.map { .reasoning(isUnproven ? ReasoningPart(text: $0.text) : $0) }, to: .assistant)
        case "item_reference":
            throw ConversionError(
                reader.pointer,
                "refers to an item that OpenAI keeps; this model is another provider's, so send the item itself")
        default:
            let item = ContentPart.foreign(Foreign(origin: .responses, value: .object(reader.object)))
            append([item], to: type.hasSuffix("_output") ? .user : .assistant)
        }
    }

    /// Adds to the turn under way when it is the same role's.
    private mutating func append(_ parts: [ContentPart], to role: Message.Role) {
        let last = messages.indices.last.flatMap { messages[$0].role == role && role != .user ? $0 : nil }
        place(parts, with: last)
        if let last {
            messages[last].parts += parts
        } else {
            messages.append(Message(role: role, parts: parts))
        }
    }

    /// Keeps where the parts came from, as long as somebody wants to know.
    mutating func place(_ parts: [ContentPart], with message: Int? = nil, at pointer: String? = nil) {
        guard isPlacing else { return }
        let list = (item.peek("content") ?? item.peek("output"))?.array != nil
        let isMessage = item.peek("role") != nil
        let sources = parts.indices.map { index in
            PartSource(
                item: pointer ?? item.pointer,
                pointer: pointer
                    ?? (isMessage ? "\(item.pointer)/content" + (list ? "/\(index)" : "") : item.pointer),
                hasList: list, holdsItem: item.peek("role") == "assistant")
        }
        if let message, message < places.count { places[message] += sources } else { places.append(sources) }
    }

    private mutating func decodeMessage(_ fields: inout FieldReader) throws(ConversionError) {
        let word = try fields.string("role")
        guard let role = Message.Role(rawValue: word), role != .tool else {
            throw ConversionError(
                fields.pointer(to: "role"), "must be user, assistant, system or developer, not \"\(word)\"")
        }
        guard fields.peek("content") != nil else { throw fields.missing("content") }
        var parts = try codec.decodeContent("content", of: &fields)
        let rest = fields.rest(origin: .responses)
        if role == .assistant {
            ResponsesItemExtras.mark(&parts, with: rest)
            return append(parts, to: .assistant)
        }
        place(parts)
        // A system message that stands among the items keeps its place; one from `instructions` bears no extras.
        messages.append(
            Message(role: role, parts: parts, extras: role == .system ? rest ?? Extras(origin: .responses) : rest))
    }

    private func decodeToolResult(
        _ fields: inout FieldReader, type: String
    ) throws(ConversionError) -> ToolResult {
        // The output of a shell may name the call as its own identifier.
        var callID = try fields.optionalString("call_id")
        if callID == nil, type == ResponsesLocalShell.outputType { callID = fields.peek("id")?.string }
        guard let callID else { throw fields.missing("call_id") }
        guard fields.peek("output") != nil else { throw fields.missing("output") }
        var result = ToolResult(callID: callID, content: try codec.decodeContent("output", of: &fields))
        result.name = try fields.optionalString("name")
        if type == "function_call_output" { fields.skip("type") } else { fields.unread("type") }
        result.extras = fields.rest(origin: .responses)
        return result
    }
}

/// The members of a message item, kept with the first part of its content: a message of the hub holds several items.
enum ResponsesItemExtras {
    /// Under this key stand the members of the part itself.
    static let part = "content"

    /// Marks the parts of one item as such. Every text gets extras, also empty ones: they say that it is this format's.
    static func mark(_ parts: inout [ContentPart], with item: Extras?) {
        var item = item.fields(for: .responses)
        for index in parts.indices {
            guard case .text(var text) = parts[index] else { continue }
            var extras: Extras? = Extras(origin: .responses, fields: item)
            extras.nest(text.extras, under: part)
            text.extras = extras
            parts[index] = .text(text)
            // The first part has it all; the others say which item they belong to.
            item = item["id"].map { ["id": $0] } ?? [:]
        }
    }
}

// MARK: - Content

extension ResponsesCodec {
    /// A string or an array of parts: nothing for the empty string.
    func decodeContent(_ key: String, of fields: inout FieldReader) throws(ConversionError) -> [ContentPart] {
        let pointer = fields.pointer(to: key)
        switch fields.value(key) {
        case nil: return []
        case .string(let text)?: return text.isEmpty ? [] : [.text(text)]
        case .array(let elements)?:
            var parts: [ContentPart] = []
            parts.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                var reader = try FieldReader(checking: element, at: "\(pointer)/\(index)")
                parts.append(try decodePart(&reader))
            }
            return parts
        case let value?: throw fields.mismatch(key, value, "a string or an array of parts")
        }
    }

    func decodePart(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        switch try fields.string("type") {
        case "input_text", "output_text", "text", "summary_text", "reasoning_text":
            var part = TextPart(try fields.string("text"))
            part.citations = (try fields.optionalArray("annotations") ?? []).map { Foreign(origin: format, value: $0) }
            if fields.peek("logprobs") == [] { fields.skip("logprobs") }
            part.extras = fields.rest(origin: format)
            return .text(part)
        case "refusal":
            return .refusal(try fields.string("refusal"))
        case "input_image":
            return .media(try decodeImage(&fields))
        case "input_file":
            return .media(try decodeFile(&fields))
        case "input_audio":
            return .media(try decodeAudio(&fields))
        default:
            return .foreign(Foreign(origin: format, value: .object(fields.object)))
        }
    }

    /// The readable pieces of a reasoning item, of which the first has the item's members and the last its proof; a piece
    /// without text where there is nothing to read.
    func decodeReasoningItem(_ fields: inout FieldReader) throws(ConversionError) -> [ReasoningPart] {
        let id = fields.peek("id")
        let summary = try decodeReasoningTexts("summary", of: &fields)
        let content = try decodeReasoningTexts("content", of: &fields)
        let encrypted = try fields.optionalString("encrypted_content").flatMap { $0.isEmpty ? nil : $0 }
        if let sealed = encrypted.flatMap(SealedSignature.init) {
            return sealed.part(around: summary.joined()).map { [$0] } ?? []
        }
        var parts = summary.map { ReasoningPart(text: $0) }
        for text in content {
            var part = ReasoningPart(text: text)
            part.extras = Extras(origin: format, fields: ["type": "reasoning_text"])
            parts.append(part)
        }
        let proof = encrypted.map { Signature(origin: format, value: $0) }
        if parts.isEmpty {
            parts = [ReasoningPart(text: "", redacted: proof)]
        } else {
            parts[parts.count - 1].signature = proof
        }
        var members = fields.rest(origin: format).fields(for: format)
        for index in parts.indices {
            members.append(extras: parts[index].extras.fields(for: format))
            parts[index].extras = Extras(origin: format, fields: members)
            members = id.map { ["id": $0] } ?? [:]
        }
        return parts
    }

    private func decodeReasoningTexts(
        _ key: String, of fields: inout FieldReader
    ) throws(ConversionError) -> [String] {
        var texts: [String] = []
        for var reader in try fields.optionalReaders(key) ?? [] { texts.append(try reader.string("text")) }
        return texts
    }
}
