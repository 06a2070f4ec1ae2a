/// One candidate of a stream: joins the increments of its parts.
struct GeminiCandidateDecoder {
    private enum Kind {
        case text, reasoning
    }

    /// The part that the next increment of its kind continues.
    private struct OpenPart {
        var id: PartID
        var kind: Kind
        /// A signed part is complete: it must not be joined with what follows.
        var isSigned = false
    }

    let index: Int
    private(set) var finishReason: String?
    private var calls: GeminiCallIDs
    private var open: OpenPart?
    private var partCount = 0
    private var callsTools = false
    private var extras = JSONObject()

    init(index: Int, replyID: String?) {
        self.index = index
        calls = GeminiCallIDs(replyID: replyID, candidate: index)
    }

    mutating func decode(_ fields: inout FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        if var content = try fields.geminiReader("content") {
            for part in try GeminiCodec.decodeParts(of: &content, calls: &calls) { take(part, into: &events) }
            if let rest = content.rest(origin: .gemini) { keep(["content": .object(rest.fields)]) }
        }
        if let logprobs = GeminiCodec.decodeLogprobs(&fields) {
            events.append(.logprobs(candidate: index, logprobs))
            fields.skip("logprobsResult")
        }
        finishReason = try fields.optionalString("finishReason") ?? finishReason
        if let rest = fields.rest(origin: .gemini) { keep(rest.fields) }
    }

    mutating func finish(into events: inout [StreamEvent]) {
        close(into: &events)
        // Without a word only where the prompt was blocked after all.
        let reason = finishReason.map { GeminiCodec.decodeStopReason($0, callsTools: callsTools) } ?? .contentFilter
        var kept = extras.isEmpty ? nil : Extras(origin: .gemini, fields: extras)
        if let finishReason { GeminiCodec.keep(finishReason, for: reason, in: &kept) }
        events.append(.stopped(candidate: index, reason, extras: kept))
    }

    /// A later value replaces an earlier one: ratings and grounding are told as far as they are known.
    private mutating func keep(_ fields: JSONObject) {
        for member in fields { extras[member.key] = member.value }
    }

    // MARK: Parts

    private mutating func take(_ part: ContentPart, into events: inout [StreamEvent]) {
        switch part {
        case .text(let part):
            take(part.text, .text, signature: part.signature, extras: part.extras, into: &events)
        case .reasoning(let part):
            take(part.text, .reasoning, signature: part.signature, extras: part.extras, into: &events)
        case .toolCall(let call):
            close(into: &events)
            callsTools = true
            let id = nextID()
            events.append(.opened(id, .toolCall(id: call.id, name: call.name)))
            events.append(.appended(id, .arguments(call.arguments)))
            if let signature = call.signature { events.append(.appended(id, .signature(signature))) }
            if let extras = call.extras { events.append(.appended(id, .extras(extras))) }
            events.append(.closed(id))
        case .media, .toolResult, .refusal, .foreign:
            close(into: &events)
            let id = nextID()
            events.append(.opened(id, .whole(part)))
            events.append(.closed(id))
        }
    }

    private mutating func take(
        _ text: String, _ kind: Kind, signature: Signature?, extras: Extras?, into events: inout [StreamEvent]
    ) {
        guard !text.isEmpty || signature != nil || extras != nil else { return }
        let id = part(of: kind, into: &events)
        if !text.isEmpty { events.append(.appended(id, .text(text))) }
        if let signature {
            open?.isSigned = true
            events.append(.appended(id, .signature(signature)))
        }
        if let extras { events.append(.appended(id, .extras(extras))) }
    }

    private mutating func part(of kind: Kind, into events: inout [StreamEvent]) -> PartID {
        if let open, open.kind == kind, !open.isSigned { return open.id }
        close(into: &events)
        let id = nextID()
        open = OpenPart(id: id, kind: kind)
        events.append(.opened(id, kind == .text ? .text : .reasoning))
        return id
    }

    private mutating func close(into events: inout [StreamEvent]) {
        guard let part = open else { return }
        open = nil
        events.append(.closed(part.id))
    }

    private mutating func nextID() -> PartID {
        defer { partCount += 1 }
        return PartID(candidate: index, index: partCount)
    }
}
