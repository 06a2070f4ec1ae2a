/// Blocks of content. A part the API cannot hold is left out with a note.
extension ConverseRequestEncoder {
    mutating func encode(_ parts: [ContentPart], of role: Turn.Role, at place: PartPlace) -> [JSONValue] {
        var blocks: [JSONValue] = []
        blocks.reserveCapacity(parts.count)
        for (index, part) in parts.enumerated() {
            let place = place.part(index)
            guard let block = encode(part, of: role, at: place) else { continue }
            blocks.append(block)
            if let point = cachePoint(part.cache, at: place) { blocks.append(point) }
        }
        return blocks
    }

    /// The top-level prompt holds text and what only this format knows.
    mutating func encodeSystem(_ parts: [ContentPart], at place: PartPlace) -> [JSONValue] {
        let parts = parts.enumerated().filter { index, part in
            switch part {
            case .text, .refusal, .foreign: return true
            case .media, .toolCall, .toolResult, .reasoning:
                note(.dropped, place.part(index).description, "Converse takes text as a system prompt.")
                return false
            }
        }
        return encode(parts.map(\.element), of: .system, at: place)
    }

    private mutating func encode(_ part: ContentPart, of role: Turn.Role, at place: PartPlace) -> JSONValue? {
        switch part {
        case .text(let text): return encode(text, at: place)
        case .refusal(let text): return encode(TextPart(text), at: place)
        case .media(let media):
            guard role == .user else {
                note(.dropped, place.description, "Converse takes \(media.kind.rawValue)s from users and tools only.")
                return nil
            }
            return encode(media, at: place)
        case .toolCall(let call): return encode(call, at: place)
        case .toolResult(let result) where orphans.contains(result.callID):
            note(.changed, place.description, ToolResult.orphanNote)
            return encode(TextPart(result.toldAsText), at: place)
        case .toolResult(let result): return encode(result, at: place)
        case .reasoning(let reasoning): return encode(reasoning, at: place)
        case .foreign(let foreign):
            guard foreign.origin == .converse else {
                note(.dropped, place.description, "Only \(foreign.origin.displayName) has this kind of content.")
                return nil
            }
            return foreign.value
        }
    }

    private mutating func encode(_ part: TextPart, at place: PartPlace) -> JSONValue? {
        part.signature?.noteUnless(.anthropic, at: place.description, &notes)
        guard !part.text.isBlank else {
            if part.cache != nil || !part.text.isEmpty {
                note(.dropped, place.description, "Bedrock refuses text without visible characters.", level: .info)
            }
            return nil
        }
        let citations = part.citations.filter { $0.origin == .converse }
        if citations.count < part.citations.count {
            note(.dropped, "\(place)/annotations", "Citations of another provider mean nothing here.", level: .info)
        }
        guard citations.isEmpty else {
            return [
                "citationsContent": [
                    "content": [["text": .string(part.text)]], "citations": .array(citations.map(\.value)),
                ]
            ]
        }
        var block: JSONObject = ["text": .string(part.text)]
        block.append(extras: part.extras.fields(for: .converse, at: place.description, notes: &notes))
        return .object(block)
    }

    /// Thinking counts only with Claude's own proof, and only with Claude.
    private mutating func encode(_ part: ReasoningPart, at place: PartPlace) -> JSONValue? {
        let proof = part.redacted ?? part.signature
        guard proof?.origin == .anthropic, traits.family == .claude else {
            note(
                .dropped, place.description, "Only Claude takes its reasoning back, and only with its signature.",
                level: .info)
            return nil
        }
        _ = part.extras.fields(for: .converse, at: place.description, notes: &notes)
        return ConverseCodec.encodeReasoning(part)
    }

    private mutating func encode(_ call: ToolCall, at place: PartPlace) -> JSONValue {
        call.signature?.noteUnless(.anthropic, at: place.description, &notes)
        let input = ArgumentsObject(call.arguments)
        if let note = input.note(at: place.description) { notes.append(note) }
        var use: JSONObject = [
            "toolUseId": .string(callIDs.wireID(of: call.id)), "name": .string(toolNames.wireName(for: call.name)),
            "input": .object(input.object),
        ]
        let extras = call.extras.fields(for: .converse, at: place.description, notes: &notes)
        use.append(extras: extras["toolUse"]?.object ?? [:])
        return ["toolUse": .object(use)]
    }

    private mutating func encode(_ result: ToolResult, at place: PartPlace) -> JSONValue {
        var content = encodeResultContent(result.content, at: place)
        if content.isEmpty {
            note(.changed, place.description, "Converse wants some content of every result.", level: .info)
            content = [["text": "(no content)"]]
        }
        var object: JSONObject = ["toolUseId": .string(callIDs.wireID(of: result.callID)), "content": .array(content)]
        if result.isError, traits.resultStatus {
            object.append("status", "error")
        } else if result.isError {
            note(.dropped, "\(place)/is_error", "This model cannot be told that a tool failed.")
        }
        let extras = result.extras.fields(for: .converse, at: place.description, notes: &notes)
        object.append(extras: extras["toolResult"]?.object ?? [:])
        return ["toolResult": .object(object)]
    }

    /// Cache points have no place inside results.
    private mutating func encodeResultContent(_ parts: [ContentPart], at place: PartPlace) -> [JSONValue] {
        var blocks: [JSONValue] = []
        for (index, part) in parts.enumerated() {
            let place = place.part(index)
            switch part {
            case .text, .refusal, .media, .foreign:
                if let block = encode(part, of: .user, at: place) { blocks.append(block) }
                if part.cache != nil {
                    note(.dropped, "\(place)/cache_control", "Converse caches up to whole results.", level: .info)
                }
            case .toolCall, .toolResult, .reasoning:
                note(.dropped, place.description, "Converse's tool results hold text and media only.")
            }
        }
        return blocks
    }
}

extension ContentPart {
    /// The breakpoint behind the part.
    var cache: CacheBreakpoint? {
        switch self {
        case .text(let part): part.cache
        case .media(let part): part.cache
        case .toolCall(let call): call.cache
        case .toolResult(let result): result.cache
        case .reasoning, .refusal, .foreign: nil
        }
    }
}
