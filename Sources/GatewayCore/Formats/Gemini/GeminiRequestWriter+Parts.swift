/// Parts of content. What the API cannot hold is left out with a note.
extension GeminiRequestWriter {
    mutating func items(_ parts: [ContentPart], of role: Turn.Role, at pointer: String) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(parts.count)
        for (index, part) in parts.enumerated() {
            append(part, of: role, at: "\(pointer)/content/\(index)", to: &items)
        }
        return items
    }

    private mutating func append(
        _ part: ContentPart, of role: Turn.Role, at pointer: String, to items: inout [Item]
    ) {
        switch part {
        case .text(let text):
            if let value = encode(text, at: pointer) { items.append(Item(part: value)) }
        case .refusal(let text):
            if let value = encode(TextPart(text), at: pointer) { items.append(Item(part: value)) }
        case .media(let media):
            if let value = encode(media, at: pointer) { items.append(Item(part: value)) }
        case .reasoning(let reasoning):
            if let value = encode(reasoning, at: pointer) { items.append(Item(part: value)) }
        case .toolCall(let call) where role == .model:
            items.append(encode(call, at: pointer))
        case .toolResult(let result) where role == .user:
            items += encode(result, at: pointer)
        case .foreign(let foreign) where foreign.origin == .gemini:
            items.append(Item(part: foreign.value))
        case .foreign(let foreign):
            note(.dropped, pointer, "Only \(foreign.origin.displayName) has this kind of content.")
        case .toolCall, .toolResult:
            note(.dropped, pointer, "Calls belong to the model's turns, and their results to the user's.")
        }
    }

    /// The API refuses an empty text, unless it is there for its signature.
    private mutating func encode(_ part: TextPart, at pointer: String) -> JSONValue? {
        let extras = noteLosses(of: part, at: pointer)
        let signature = ownSignature(part.signature)
        guard !part.text.isEmpty || signature != nil else { return nil }
        var object: JSONObject = ["text": .string(part.text)]
        object.append("thoughtSignature", ifPresent: signature)
        object.append(extras: extras)
        return .object(object)
    }

    /// Returns the extras that the API knows.
    @discardableResult
    private mutating func noteLosses(of part: TextPart, at pointer: String) -> JSONObject {
        noteMarks(cache: part.cache, signature: part.signature, at: pointer)
        if !part.citations.isEmpty {
            note(.dropped, "\(pointer)/citations", "Gemini takes no citations in requests.", level: .info)
        }
        return part.extras.fields(for: .gemini, at: pointer, notes: &notes)
    }

    private mutating func encode(_ part: ReasoningPart, at pointer: String) -> JSONValue? {
        let signature = ownSignature(part.signature)
        guard signature != nil || part.extras?.origin == .gemini else {
            note(.dropped, pointer, "Reasoning of other models cannot be sent to Gemini.", level: .info)
            return nil
        }
        guard !part.text.isEmpty || signature != nil else { return nil }
        var object: JSONObject = ["text": .string(part.text), "thought": true]
        object.append("thoughtSignature", ifPresent: signature)
        object.append(extras: part.extras.fields(for: .gemini))
        return .object(object)
    }

    private mutating func encode(_ call: ToolCall, at pointer: String) -> Item {
        noteMarks(cache: call.cache, signature: call.signature, at: pointer)
        let name = names.wireName(for: call.name)
        let arguments = ArgumentsObject(call.arguments)
        if let note = arguments.note(at: pointer) { notes.append(note) }
        var part = GeminiCodec.callPart(id: call.id, name: name, arguments: arguments.object)
        part.append("thoughtSignature", ifPresent: ownSignature(call.signature))
        part.append(extras: call.extras.fields(for: .gemini, at: pointer, notes: &notes))
        return Item(part: .object(part), kind: .call(id: call.id, name: name))
    }

    func ownSignature(_ signature: Signature?) -> JSONValue? {
        guard let signature, signature.origin == .gemini else { return nil }
        return .string(signature.value)
    }

    // MARK: Results

    /// One response, and behind it the media that its model does not take inside.
    private mutating func encode(_ result: ToolResult, at pointer: String) -> [Item] {
        noteMarks(cache: result.cache, signature: nil, at: pointer)
        var response = JSONObject()
        if !GeminiCallIDs.isMinted(result.callID) { response.append("id", .string(result.callID)) }
        response.append("name", .string(names.wireName(for: result.name ?? "")))
        var extras = result.extras.fields(for: .gemini, at: pointer, notes: &notes)
        var kept = extras.removeValue(forKey: "functionResponse")?.object ?? [:]
        let output = kept.removeValue(forKey: "response")?.object ?? GeminiCodec.encodeOutput(of: result)
        response.append("response", .object(output))

        var media = encodeMedia(of: result, at: pointer)
        if !media.isEmpty, traits.mediaInToolResults {
            response.append("parts", .array(media.map(\.part)))
            media = []
        }
        response.append(extras: kept)
        var part: JSONObject = ["functionResponse": .object(response)]
        part.append(extras: extras)
        let told = output.members.first?.value.string ?? JSONValue.object(output).serializedString
        let plainText = "Result of the tool \(result.name ?? result.callID): \(told)"
        return [Item(part: .object(part), kind: .result(id: result.callID), plainText: plainText)] + media
    }

    private mutating func encodeMedia(of result: ToolResult, at pointer: String) -> [Item] {
        var items: [Item] = []
        for (index, part) in result.content.enumerated() {
            let place = "\(pointer)/content/\(index)"
            switch part {
            case .text(let text):
                noteLosses(of: text, at: place)
            case .media(let media) where media.isPlainText:
                continue
            case .media(let media):
                guard let value = encode(media, at: place) else { continue }
                if !traits.mediaInToolResults {
                    note(
                        .changed, place, "This model takes text as a result; the \(media.kind.rawValue) follows it.",
                        level: .info)
                }
                items.append(Item(part: value))
            case .foreign(let foreign) where foreign.origin == .gemini:
                items.append(Item(part: foreign.value))
            case .refusal:
                continue
            case .toolCall, .toolResult, .reasoning, .foreign:
                note(.dropped, place, "Gemini's tool results hold text and media only.")
            }
        }
        return items
    }
}

extension MediaPart {
    /// A document whose characters are given: it can stand wherever text can.
    fileprivate var isPlainText: Bool {
        guard case .text = source else { return false }
        return true
    }
}
