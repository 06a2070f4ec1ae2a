/// Turns Converse's stream into events (WIRE_FORMATS section 7.5).
///
/// What a frame is stands in its event's name alone. Texts and thoughts begin with their first delta, and the counts follow
/// the stop, which is therefore told when they have come, or when the stream has ended.
struct ConverseStreamDecoder: StreamDecoder {
    private var phase = Phase.waiting
    private var blocks: [Int: Block] = [:]
    private var openedParts = 0
    private var callsTools = false
    private var stop: StopReason?
    private var candidateExtras: Extras?

    private enum Phase {
        case waiting, running, over
    }

    private enum Block {
        case text(PartID)
        case reasoning(PartID)
        case toolCall(PartID)
        case collecting(ConverseCollectedBlock)
    }

    init() {}

    mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase != .over else { return }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: frame.data)
        } catch {
            throw ConversionError("", "a frame is not JSON: \(error.reason)")
        }
        var fields = try FieldReader(checking: value, at: "")
        switch frame.event {
        case "messageStart"?: start(into: &events)
        case "contentBlockStart"?: try openBlock(&fields, into: &events)
        case "contentBlockDelta"?: try continueBlock(&fields, into: &events)
        case "contentBlockStop"?: closeBlock(try fields.int("contentBlockIndex"), into: &events)
        case "messageStop"?: try stopMessage(&fields, into: &events)
        case "metadata"?: end(with: fields, into: &events)
        case let name?:
            start(into: &events)
            events.append(.foreign(Foreign(origin: .converse, value: .object([name: value]))))
        case nil: throw ConversionError("", "a frame without a name")
        }
    }

    /// The counts may be missing; the stop may not.
    mutating func finish(into events: inout [StreamEvent]) {
        guard phase != .over else { return }
        guard stop == nil else { return tellEnd(into: &events) }
        phase = .over
        events.append(
            .failed(
                ProviderFailure(kind: .truncated, status: 502, message: "The provider's stream ended before its end.")))
    }
}

// MARK: - The message

extension ConverseStreamDecoder {
    private mutating func start(into events: inout [StreamEvent]) {
        guard phase == .waiting else { return }
        phase = .running
        events.append(.began(ReplyHead()))
    }

    private mutating func stopMessage(
        _ fields: inout FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        start(into: &events)
        guard stop == nil else { throw ConversionError("/stopReason", "a second messageStop") }
        for index in blocks.keys.sorted() { closeBlock(index, into: &events) }
        let word = try fields.string("stopReason")
        stop = ConverseCodec.decodeStop(word, fields.peek("additionalModelResponseFields"), callsTools: callsTools)
        candidateExtras.keep(stopReason: word)
        candidateExtras.merge(fields.rest(origin: .converse))
    }

    private mutating func end(with fields: FieldReader, into events: inout [StreamEvent]) {
        start(into: &events)
        var fields = fields
        if let usage = fields.peek("usage")?.object,
            let counts = ConverseCodec().decodeUsage(in: ["usage": .object(usage)])
        {
            fields.skip("usage")
            events.append(.usage(counts))
        }
        candidateExtras.merge(fields.rest(origin: .converse))
        // Counts that came first say nothing about the end.
        if stop != nil { tellEnd(into: &events) }
    }

    private mutating func tellEnd(into events: inout [StreamEvent]) {
        phase = .over
        if let stop { events.append(.stopped(candidate: 0, stop, extras: candidateExtras)) }
        events.append(.ended)
    }
}

// MARK: - Blocks

extension ConverseStreamDecoder {
    private mutating func openBlock(
        _ fields: inout FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        start(into: &events)
        let index = try fields.int("contentBlockIndex")
        guard blocks[index] == nil, stop == nil else {
            throw ConversionError("/contentBlockIndex", "opens a block out of turn")
        }
        var start = try fields.reader("start")
        guard var use = try start.optionalReader("toolUse"), use.peek("type") == nil else {
            blocks[index] = .collecting(ConverseCollectedBlock(start.object))
            return
        }
        callsTools = true
        let id = nextPart()
        events.append(.opened(id, .toolCall(id: try use.string("toolUseId"), name: try use.string("name"))))
        blocks[index] = .toolCall(id)
        var extras: Extras?
        extras.nest(use.rest(origin: .converse), under: "toolUse")
        if let extras { events.append(.appended(id, .extras(extras))) }
    }

    private mutating func nextPart() -> PartID {
        defer { openedParts += 1 }
        return PartID(index: openedParts)
    }

    private mutating func continueBlock(
        _ fields: inout FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        start(into: &events)
        guard stop == nil else { throw ConversionError("/contentBlockIndex", "content after messageStop") }
        let index = try fields.int("contentBlockIndex")
        var delta = try fields.reader("delta")
        if case .collecting(var block)? = blocks[index] {
            block.append(delta.object)
            blocks[index] = .collecting(block)
        } else if let text = try delta.optionalString("text") {
            let id = try textBlock(at: index, into: &events)
            if !text.isEmpty { events.append(.appended(id, .text(text))) }
        } else if var use = try delta.optionalReader("toolUse") {
            guard case .toolCall(let id)? = blocks[index] else { throw Self.misfit }
            let input = try use.string("input")
            if !input.isEmpty { events.append(.appended(id, .arguments(input))) }
        } else if var reasoning = try delta.optionalReader("reasoningContent") {
            try continueReasoning(&reasoning, at: index, into: &events)
        } else if let citation = delta.value("citation") {
            let id = try textBlock(at: index, into: &events)
            events.append(.appended(id, .citation(Foreign(origin: .converse, value: citation))))
        } else {
            events.append(
                .foreign(Foreign(origin: .converse, value: .object(["contentBlockDelta": .object(fields.object)]))))
        }
    }

    private mutating func continueReasoning(
        _ fields: inout FieldReader, at index: Int, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        if let blob = try fields.optionalString("redactedContent") {
            // Encrypted thinking comes whole, in a block of its own.
            guard blocks[index] == nil else { throw Self.misfit }
            let block: JSONValue = ["reasoningContent": ["redactedContent": .string(blob)]]
            let part =
                ConverseCodec.redactedReasoning(blob).map(ContentPart.reasoning)
                ?? .foreign(Foreign(origin: .converse, value: block))
            let id = nextPart()
            events.append(.opened(id, .whole(part)))
            events.append(.closed(id))
            return
        }
        let id: PartID
        switch blocks[index] {
        case .reasoning(let open)?: id = open
        case nil:
            id = nextPart()
            blocks[index] = .reasoning(id)
            events.append(.opened(id, .reasoning))
        case .text?, .toolCall?, .collecting?: throw Self.misfit
        }
        if let text = try fields.optionalString("text"), !text.isEmpty { events.append(.appended(id, .text(text))) }
        if let signature = try fields.optionalString("signature"), !signature.isEmpty {
            events.append(.appended(id, .signature(Signature(origin: .anthropic, value: signature))))
        }
    }

    private static let misfit = ConversionError("/delta", "does not fit its block")

    /// The text block of that index, opened if need be.
    private mutating func textBlock(at index: Int, into events: inout [StreamEvent]) throws(ConversionError) -> PartID {
        switch blocks[index] {
        case .text(let id)?: return id
        case nil:
            let id = nextPart()
            blocks[index] = .text(id)
            events.append(.opened(id, .text))
            return id
        case .reasoning?, .toolCall?, .collecting?: throw Self.misfit
        }
    }

    private mutating func closeBlock(_ index: Int, into events: inout [StreamEvent]) {
        switch blocks.removeValue(forKey: index) {
        case nil: return
        case .text(let id)?, .reasoning(let id)?, .toolCall(let id)?: events.append(.closed(id))
        case .collecting(let block)?:
            let id = nextPart()
            events.append(.opened(id, .whole(block.part)))
            events.append(.closed(id))
        }
    }
}
