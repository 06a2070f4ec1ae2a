/// Turns Anthropic's stream into events (WIRE_FORMATS section 5.4).
///
/// The type inside the data decides; the name of the SSE event only repeats it and may be missing. Blocks that only this
/// format knows are collected and told whole when they stop.
struct AnthropicStreamDecoder: StreamDecoder {
    private var phase = Phase.waiting
    private var blocks: [Int: Block] = [:]
    private var openedParts = 0
    private var callsTools = false
    private var hasStopped = false
    private var candidateExtras: Extras?
    /// Counts are cumulative, and a later event tells only some of them.
    private var usage = TokenUsage()
    /// Events of unknown type that came before the message started.
    private var early: [StreamEvent] = []

    private enum Phase {
        case waiting, running, over
    }

    private enum Block {
        case text(PartID)
        case reasoning(PartID)
        /// Arrived whole when it was opened.
        case whole(PartID)
        /// - input: what the block started with, for services that send it at once; told when no fragment follows.
        case toolCall(PartID, input: JSONObject, hasArguments: Bool)
        case foreign(AnthropicForeignBlock)
    }

    init() {}

    mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase != .over else { return }
        if phase == .running, let delta = AnthropicDelta(scanning: frame.data), append(delta, into: &events) { return }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: frame.data)
        } catch {
            throw ConversionError("", "a frame is not JSON: \(error.reason)")
        }
        try decode(try FieldReader(checking: value, at: ""), named: frame.event, into: &events)
    }

    mutating func finish(into events: inout [StreamEvent]) {
        guard phase != .over else { return }
        phase = .over
        events.append(
            .failed(
                ProviderFailure(kind: .truncated, status: 502, message: "The provider's stream ended before its end.")))
    }

    private mutating func decode(
        _ reader: FieldReader, named name: String?, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        var fields = reader
        guard let type = try fields.optionalString("type") ?? name else { throw fields.missing("type") }
        switch type {
        case "message_start": try start(&fields, into: &events)
        case "content_block_start": try openBlock(&fields, into: &events)
        case "content_block_delta": try continueBlock(&fields, into: &events)
        case "content_block_stop": closeBlock(try fields.int("index"), into: &events)
        case "message_delta": try changeMessage(&fields, into: &events)
        case "message_stop": end(into: &events)
        case "ping": if phase == .running { events.append(.ping) }
        case "error":
            phase = .over
            events.append(.failed(AnthropicCodec.decodeFailure(.object(reader.object), status: nil)))
        default:
            let event = StreamEvent.foreign(Foreign(origin: .anthropic, value: .object(reader.object)))
            if phase == .running { events.append(event) } else { early.append(event) }
        }
    }
}

// MARK: - The message

extension AnthropicStreamDecoder {
    private mutating func start(_ fields: inout FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase == .waiting else { throw ConversionError("/type", "a second message_start") }
        var message = try fields.reader("message")
        message.skip("type", "role", "content", "stop_reason", "stop_sequence")
        var head = ReplyHead(id: try message.optionalString("id"), model: try message.optionalString("model"))
        candidateExtras = AnthropicCodec.decodeCandidateExtras(&message)
        let counts = try message.optionalObject("usage").map(AnthropicCodec.decodeUsage)
        head.serviceTier = counts?.serviceTier
        head.extras = message.rest(origin: .anthropic)
        phase = .running
        events.append(.began(head))
        if let counts { tell(counts.usage, into: &events) }
        events += early
        early = []
    }

    /// `message_delta` ends the content; services that forget to stop a block are forgiven.
    private mutating func changeMessage(
        _ fields: inout FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        try checkStarted()
        if let counts = try fields.optionalObject("usage") {
            tell(AnthropicCodec.decodeUsage(counts).usage, into: &events)
        }
        guard var delta = try fields.optionalReader("delta") else { return }
        if let extras = AnthropicCodec.decodeCandidateExtras(&delta) {
            candidateExtras = Extras(origin: .anthropic, fields: extras.fields.completed(by: candidateExtras))
        }
        guard let reason = try AnthropicCodec.decodeStop(&delta, callsTools: callsTools), !hasStopped else { return }
        stop(reason, into: &events)
    }

    private mutating func end(into events: inout [StreamEvent]) {
        guard phase == .running else {
            finish(into: &events)
            return
        }
        if !hasStopped { stop(callsTools ? .toolUse : .endOfTurn, into: &events) }
        phase = .over
        events.append(.ended)
    }

    private mutating func stop(_ reason: StopReason, into events: inout [StreamEvent]) {
        for index in blocks.keys.sorted() { closeBlock(index, into: &events) }
        hasStopped = true
        events.append(.stopped(candidate: 0, reason, extras: candidateExtras))
    }

    private mutating func tell(_ counts: TokenUsage, into events: inout [StreamEvent]) {
        let extras = counts.extras.fields(for: .anthropic).completed(by: usage.extras)
        usage.update(with: counts)
        usage.extras = extras.isEmpty ? nil : Extras(origin: .anthropic, fields: extras)
        events.append(.usage(usage))
    }

    private func checkStarted() throws(ConversionError) {
        guard phase == .running else { throw ConversionError("/type", "content before message_start") }
    }
}

// MARK: - Blocks

extension AnthropicStreamDecoder {
    private mutating func openBlock(
        _ fields: inout FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        try checkStarted()
        let index = try fields.int("index")
        let reader = try fields.reader("content_block")
        guard blocks[index] == nil, !hasStopped else { throw ConversionError("/index", "opens a block out of turn") }
        if reader.peek("type")?.string == "tool_use", reader.peek("input")?.object == nil {
            // Some services leave the input out where it only follows in fragments.
            var object = reader.object
            object["input"] = [:]
            blocks[index] = try open(FieldReader(object, at: reader.pointer), into: &events)
        } else {
            blocks[index] = try open(reader, into: &events)
        }
    }

    private mutating func open(
        _ reader: FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) -> Block {
        let part = try AnthropicCodec.decodePart(Self.completed(reader))
        switch part {
        case .text(let text):
            let id = nextPart()
            events.append(.opened(id, .text))
            if !text.text.isEmpty { events.append(.appended(id, .text(text.text))) }
            for citation in text.citations { events.append(.appended(id, .citation(citation))) }
            if let extras = text.extras { events.append(.appended(id, .extras(extras))) }
            return .text(id)
        case .reasoning(let reasoning) where reasoning.redacted == nil:
            let id = nextPart()
            events.append(.opened(id, .reasoning))
            if !reasoning.text.isEmpty { events.append(.appended(id, .text(reasoning.text))) }
            if let signature = reasoning.signature { events.append(.appended(id, .signature(signature))) }
            if let extras = reasoning.extras { events.append(.appended(id, .extras(extras))) }
            return .reasoning(id)
        case .toolCall(let call):
            callsTools = true
            let id = nextPart()
            events.append(.opened(id, .toolCall(id: call.id, name: call.name)))
            if let extras = call.extras { events.append(.appended(id, .extras(extras))) }
            return .toolCall(id, input: reader.peek("input")?.object ?? [:], hasArguments: false)
        case .reasoning, .media, .refusal, .toolResult:
            let id = nextPart()
            events.append(.opened(id, .whole(part)))
            return .whole(id)
        case .foreign(let foreign):
            return .foreign(AnthropicForeignBlock(foreign.value.object ?? [:]))
        }
    }

    /// Blocks may start without the text they are about to get.
    private static func completed(_ reader: FieldReader) -> FieldReader {
        guard let type = reader.peek("type")?.string, type == "text" || type == "thinking", reader.peek(type) == nil
        else { return reader }
        var object = reader.object
        object[type] = ""
        return FieldReader(object, at: reader.pointer)
    }

    private mutating func nextPart() -> PartID {
        defer { openedParts += 1 }
        return PartID(index: openedParts)
    }

    private mutating func continueBlock(
        _ fields: inout FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        try checkStarted()
        let index = try fields.int("index")
        var delta = try fields.reader("delta")
        guard let block = blocks[index] else { throw ConversionError("/index", "continues a block that is not open") }
        if case .foreign(var foreign) = block {
            foreign.append(delta.object)
            blocks[index] = .foreign(foreign)
            return
        }
        switch try delta.string("type") {
        case "text_delta": try add(AnthropicDelta(index, .text, try delta.string("text")), into: &events)
        case "thinking_delta": try add(AnthropicDelta(index, .thinking, try delta.string("thinking")), into: &events)
        case "input_json_delta": try add(AnthropicDelta(index, .input, try delta.string("partial_json")), into: &events)
        case "signature_delta":
            let signature = try delta.string("signature")
            guard case .reasoning(let id) = block, !signature.isEmpty else { return }
            events.append(.appended(id, .signature(Signature(origin: .anthropic, value: signature))))
        case "citations_delta":
            guard case .text(let id) = block, let citation = delta.value("citation") else { return }
            events.append(.appended(id, .citation(Foreign(origin: .anthropic, value: citation))))
        default:
            events.append(.foreign(Foreign(origin: .anthropic, value: .object(fields.object))))
        }
    }

    private mutating func add(
        _ delta: AnthropicDelta, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        guard append(delta, into: &events) else { throw ConversionError("/delta/type", "does not fit its block") }
    }

    /// - Returns: false when no fitting block is open, so that the careful way may say what is wrong.
    private mutating func append(_ delta: AnthropicDelta, into events: inout [StreamEvent]) -> Bool {
        switch (blocks[delta.index], delta.kind) {
        case (.text(let id)?, .text), (.reasoning(let id)?, .thinking):
            if !delta.text.isEmpty { events.append(.appended(id, .text(delta.text))) }
        case (.toolCall(let id, let input, let hasArguments)?, .input):
            guard !delta.text.isEmpty else { return true }
            if !hasArguments { blocks[delta.index] = .toolCall(id, input: input, hasArguments: true) }
            events.append(.appended(id, .arguments(delta.text)))
        case (.text?, _), (.reasoning?, _), (.whole?, _), (.toolCall?, _), (.foreign?, _), (nil, _):
            return false
        }
        return true
    }

    private mutating func closeBlock(_ index: Int, into events: inout [StreamEvent]) {
        switch blocks.removeValue(forKey: index) {
        case nil:
            return
        case .text(let id)?, .reasoning(let id)?, .whole(let id)?:
            events.append(.closed(id))
        case .toolCall(let id, let input, let hasArguments)?:
            if !hasArguments {
                events.append(.appended(id, .arguments(JSONValue.object(input).serializedString)))
            }
            events.append(.closed(id))
        case .foreign(let block)?:
            let id = nextPart()
            events.append(.opened(id, .whole(.foreign(Foreign(origin: .anthropic, value: .object(block.finished))))))
            events.append(.closed(id))
        }
    }
}
