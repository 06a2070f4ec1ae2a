extension OpenAIRequestWriter {
    mutating func writeMessages() {
        for (index, message) in request.messages.enumerated() {
            let pointer = "/messages/\(index)"
            switch message.role {
            case .system, .developer: writeSystem(message, at: pointer)
            case .user, .tool: writeUser(message, at: pointer)
            case .assistant: writeAssistant(message, at: pointer)
            }
        }
        flushMedia()
    }

    private mutating func writeSystem(_ message: Message, at pointer: String) {
        flushMedia()
        let role = traits.isLegacy ? "system" : message.role.rawValue
        let parts = content(of: Array(message.parts.enumerated()), at: pointer, allowing: .text)
        append(role: role, message, content: parts, at: pointer)
    }

    /// Tool results first: each must directly follow the call. What they hold besides text goes into the user's message.
    private mutating func writeUser(_ message: Message, at pointer: String) {
        var rest: [Place] = []
        var hasResults = false
        for (index, part) in message.parts.enumerated() {
            guard case .toolResult(let result) = part else {
                rest.append((index, part))
                continue
            }
            guard !orphans.contains(result.callID) else {
                note(.changed, "\(pointer)/content/\(index)", ToolResult.orphanNote)
                rest.append((index, .text(result.toldAsText)))
                continue
            }
            hasResults = true
            write(result, of: message, at: "\(pointer)/content/\(index)")
        }
        guard !hasResults || !rest.isEmpty else { return }
        let parts = pendingMedia + content(of: rest, at: pointer, allowing: .media)
        pendingMedia = []
        append(role: "user", message, content: parts, at: pointer)
    }

    private mutating func write(_ result: ToolResult, of message: Message, at pointer: String) {
        noteMarks(cache: result.cache, signature: nil, at: pointer)
        if result.isError {
            note(
                .dropped, "\(pointer)/is_error", "OpenAI Chat has no mark for failed tools; their text is kept.",
                level: .info)
        }
        var texts: [Place] = []
        for (index, part) in result.content.enumerated() {
            guard case .media(let media) = part, !media.isPlainText else {
                texts.append((index, part))
                continue
            }
            guard let moved = self.media(media, at: "\(pointer)/content/\(index)") else { continue }
            note(
                .changed, "\(pointer)/content/\(index)",
                "Tool messages hold text only: the \(media.kind.rawValue) follows in a user message.", level: .info)
            pendingMedia.append(moved)
        }
        var object: JSONObject = [
            "role": "tool", "tool_call_id": .string(callIDs.wireID(of: result.callID)),
            "content": collapsed(content(of: texts, at: pointer, allowing: .text)),
        ]
        if message.role == .tool {
            object.append("name", ifPresent: message.name.map { .string($0) })
            object.append(extras: message.extras.fields(for: .openAI, at: pointer, notes: &notes))
        }
        object.append(extras: result.extras.fields(for: .openAI, at: pointer, notes: &notes))
        messages.append(.object(object))
    }

    /// Media of tool results, when no message of the user follows that could hold them.
    private mutating func flushMedia() {
        guard !pendingMedia.isEmpty else { return }
        messages.append(["role": "user", "content": .array(pendingMedia)])
        pendingMedia = []
    }

    private mutating func writeAssistant(_ message: Message, at pointer: String) {
        flushMedia()
        var texts: [Place] = []
        var calls: [JSONValue] = []
        var refusal: String?
        var reasoning = ""
        for (index, part) in message.parts.enumerated() {
            let place = "\(pointer)/content/\(index)"
            switch part {
            case .toolCall(let call): calls.append(encode(call, at: place))
            case .foreign(let foreign) where foreign.isOpenAIToolCall: calls.append(foreign.value)
            case .refusal(let text): refusal = (refusal ?? "") + text
            case .reasoning(let thought): reasoning += kept(thought, at: place)
            case .text, .media, .toolResult, .foreign: texts.append((index, part))
            }
        }
        let parts = content(of: texts, at: pointer, allowing: .text)
        let isEmpty = parts.isEmpty && calls.isEmpty && refusal == nil
        guard !isEmpty || message.parts.isEmpty else { return }
        var object: JSONObject = ["role": "assistant"]
        object.append("content", parts.isEmpty && !isEmpty ? .null : collapsed(parts))
        object.append("refusal", ifPresent: refusal.map { .string($0) })
        if !reasoning.isEmpty { object.append("reasoning_content", .string(reasoning)) }
        if !calls.isEmpty { object.append("tool_calls", .array(calls)) }
        finish(object, message, at: pointer)
    }

    private mutating func encode(_ call: ToolCall, at pointer: String) -> JSONValue {
        noteMarks(cache: call.cache, signature: call.signature, at: pointer)
        let extras = call.extras.fields(for: .openAI, at: pointer, notes: &notes)
        let (name, id) = (names.wireName(for: call.name), callIDs.wireID(of: call.id))
        return extras["type"] == "custom"
            ? OpenAICodec.encodeCustomCall(call, name: name, id: id, extras: extras)
            : OpenAICodec.encode(call, name: name, id: id, extras: extras)
    }

    /// Reasoning has no place in Chat. Services that add one want back what they sent, which bears no signature.
    private mutating func kept(_ part: ReasoningPart, at pointer: String) -> String {
        let isOwn = part.extras?.origin == .openAI
        if isOwn || (traits.takesReasoningContent && part.signature == nil && part.redacted == nil) { return part.text }
        note(.dropped, pointer, "OpenAI Chat has no place for reasoning.", level: .info)
        return ""
    }

    // MARK: Content

    private enum Allowed {
        case text, media
    }

    /// A part and its index among the parts of its message.
    private typealias Place = (offset: Int, element: ContentPart)

    /// The parts in wire form, without those the message cannot hold.
    private mutating func content(of parts: [Place], at pointer: String, allowing allowed: Allowed) -> [JSONValue] {
        var output: [JSONValue] = []
        for (index, part) in parts {
            let place = "\(pointer)/content/\(index)"
            switch part {
            case .text(let text):
                output.append(encode(text, at: place))
            case .media(let media) where allowed == .media || media.isPlainText:
                if let value = self.media(media, at: place) { output.append(value) }
            case .refusal(let text):
                output.append(["type": "text", "text": .string(text)])
            case .foreign(let foreign) where foreign.origin == .openAI:
                output.append(foreign.value)
            case .media, .toolCall, .toolResult, .reasoning, .foreign:
                note(.dropped, place, "An OpenAI Chat message of this role cannot hold \(part.kindName).")
            }
        }
        return output
    }

    private mutating func encode(_ part: TextPart, at pointer: String) -> JSONValue {
        noteMarks(cache: part.cache, signature: part.signature, at: pointer)
        if !part.citations.isEmpty {
            note(.dropped, "\(pointer)/citations", "OpenAI Chat takes no citations in requests.", level: .info)
        }
        var object: JSONObject = ["type": "text", "text": .string(part.text)]
        object.append(extras: part.extras.fields(for: .openAI, at: pointer, notes: &notes))
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

    /// A message of which nothing is left is left out; one that was empty before stays.
    private mutating func append(role: String, _ message: Message, content: [JSONValue], at pointer: String) {
        guard !content.isEmpty || message.parts.isEmpty else { return }
        finish(["role": .string(role), "content": collapsed(content)], message, at: pointer)
    }

    private mutating func finish(_ object: JSONObject, _ message: Message, at pointer: String) {
        var object = object
        object.append("name", ifPresent: message.name.map { .string($0) })
        object.append(extras: message.extras.fields(for: .openAI, at: pointer, notes: &notes))
        messages.append(.object(object))
    }
}

extension MediaPart {
    /// A document whose characters are given: it can stand wherever text can.
    fileprivate var isPlainText: Bool {
        guard case .text = source else { return false }
        return true
    }
}

extension Foreign {
    /// A call to one of OpenAI's own kinds of tool, such as a custom tool.
    var isOpenAIToolCall: Bool {
        origin == .openAI && value["id"] != nil && value["type"] != nil
    }
}

extension ContentPart {
    /// The part in messages to people, with its article.
    fileprivate var kindName: String {
        switch self {
        case .text: "text"
        case .media(let part): "this \(part.kind.rawValue)"
        case .toolCall: "a tool call"
        case .toolResult: "a tool result"
        case .reasoning: "reasoning"
        case .refusal: "a refusal"
        case .foreign: "this part, which only the client's API knows"
        }
    }
}
