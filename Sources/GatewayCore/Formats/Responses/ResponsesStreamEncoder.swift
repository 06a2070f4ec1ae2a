/// Writes the stream of a response: `response.created`, the items one after the other, the whole response at the end.
///
/// The API never has two items open while the hub may: what belongs to a later part waits. Texts that follow each other are
/// one message. An item is done when the next one begins or the reply ends, since only then its status is known.
struct ResponsesStreamEncoder: SequentialStreamEncoder {
    private let echo: RequestEcho
    private var events = ResponsesEventWriter()
    private var envelope: ResponsesEnvelope
    private var phase = Phase.waiting
    private var item: ResponsesOpenItem?
    /// The part that is being written.
    private var current: CurrentPart?
    var queue = PartQueue()
    private var context = StopContext()
    private var stop: StopReason?
    /// The identifier of a foreign item whose first event was passed on already.
    private var announcedID: String?
    /// What the stream holds for its last event, against a provider that never stops.
    private var heldBytes = 0
    private(set) var finishedReply: JSONObject?

    /// As large as a whole reply may be.
    private static let maxHeldBytes = 64 << 20

    private enum Phase {
        case waiting, running, over
    }

    /// Written only with its first content, when its members are known.
    private struct CurrentPart {
        var kind: PartKind
        var extras: Extras?
        var proof: Signature?
        var isStarted = false
        /// Arguments of a tool whose calls have items of their own: those can be made only of all of them.
        var arguments = ""
    }

    init(for echo: RequestEcho) {
        self.echo = echo
        envelope = ResponsesEnvelope(ChatReply(), for: echo)
    }

    mutating func resume(after frame: Frame) {
        guard let number = (try? JSONValue(parsing: frame.data))?["sequence_number"]?.int, number < .max else { return }
        events.resume(at: number + 1)
    }

    mutating func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        guard phase != .over else { return }
        switch event {
        case .began(let head): start(head, into: &output)
        case .opened(let id, let kind):
            ensureStarted(into: &output)
            open(id, kind, into: &output)
        case .appended(let id, let delta): append(delta, to: id, into: &output)
        case .closed(let id): close(id, into: &output)
        case .logprobs(let candidate, let logprobs):
            if candidate == 0 { item?.add(logprobs) }
        case .usage(let counts):
            var all = envelope.usage ?? TokenUsage()
            all.update(with: counts)
            envelope.usage = all
        case .stopped(let candidate, let reason, _):
            if candidate == 0 { stop = reason }
        case .ended: end(into: &output)
        case .failed(let failure): fail(failure, into: &output)
        case .ping: SSEWriter.writeComment("ping", into: &output)
        case .foreign(let foreign): pass(foreign, into: &output)
        }
    }
}

// MARK: - The response

extension ResponsesStreamEncoder {
    private mutating func start(_ head: ReplyHead, into output: inout [UInt8]) {
        guard phase == .waiting else { return }
        phase = .running
        var reply = ChatReply(id: head.id, model: head.model)
        reply.created = head.created
        reply.serviceTier = head.serviceTier
        reply.extras = head.extras
        let usage = envelope.usage
        envelope = ResponsesEnvelope(reply, for: echo)
        let response = envelope.response(inProgress: "in_progress")
        events.write(response: response, as: "response.created", into: &output)
        events.write(response: response, as: "response.in_progress", into: &output)
        envelope.usage = usage
    }

    private mutating func end(into output: inout [UInt8]) {
        ensureStarted(into: &output)
        closeAll(into: &output)
        guard phase == .running else { return }
        // A stream that ends without a word is Gemini's way to say that the prompt was blocked.
        let isBlocked = stop == nil && envelope.output.isEmpty && item == nil
        let ending = ResponsesCodec.ending(isBlocked ? .contentFilter : stop, context)
        finishItem(status: ending.status == "incomplete" ? "incomplete" : "completed", into: &output)
        let response = envelope.response(ending)
        phase = .over
        switch ending.status {
        case "completed": events.write(response: response, as: "response.completed", into: &output)
        case "incomplete": events.write(response: response, as: "response.incomplete", into: &output)
        default: return events.write(response: response, as: "response.failed", into: &output)
        }
        finishedReply = response
    }

    mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        if phase == .waiting {
            let event = ResponsesCodec.errorEvent(failure, sequenceNumber: events.sequenceNumber)
            events.write(event, into: &output)
        } else {
            envelope.failure = failure
            let response = envelope.response(ResponsesCodec.Ending(status: "failed"))
            events.write(response: response, as: "response.failed", into: &output)
        }
        phase = .over
    }

    private mutating func ensureStarted(into output: inout [UInt8]) {
        if phase == .waiting { start(ReplyHead(), into: &output) }
    }

    /// An event of this format that the hub has no word for. What tells of an item comes before the item itself, which is
    /// announced by its first event; where items wait for each other, the item alone is told.
    private mutating func pass(_ foreign: Foreign, into output: inout [UInt8]) {
        guard foreign.origin == .responses, case .object(var event) = foreign.value, queue.isEmpty
        else { return }
        ensureStarted(into: &output)
        if event["type"] == "response.output_item.added" {
            finishItem(status: "completed", into: &output)
            announcedID = event["item"]?["id"]?.string
        }
        if event["output_index"] != nil {
            guard announcedID != nil || item != nil else { return }
            event["output_index"] = .number(JSONNumber(announcedID == nil ? item?.index ?? 0 : envelope.output.count))
        }
        events.write(event, into: &output)
    }

    private mutating func hold(_ text: String, into output: inout [UInt8]) {
        heldBytes += text.utf8.count
        guard heldBytes > Self.maxHeldBytes else { return }
        fail(
            ProviderFailure(
                kind: .malformed, status: 502,
                message: "The provider's answer is longer than \(Self.maxHeldBytes) bytes."),
            into: &output)
    }
}

// MARK: - Parts

extension ResponsesStreamEncoder {
    mutating func beginPart(_ kind: PartKind, into output: inout [UInt8]) {
        current = CurrentPart(kind: kind)
        switch kind {
        case .toolCall: context.hasToolCall = true
        case .refusal: context.hasRefusal = true
        case .whole(let part):
            context.take(part)
            write(part, into: &output)
        case .text, .reasoning: break
        }
    }

    mutating func writePart(_ delta: PartDelta, into output: inout [UInt8]) {
        switch delta {
        case .text(let text), .arguments(let text):
            guard !text.isEmpty else { return }
            hold(text, into: &output)
            guard phase == .running else { return }
            if isToldWhole {
                current?.arguments += text
            } else {
                startPart(into: &output)
                item?.write(text, &events, into: &output)
            }
        case .signature(let signature):
            current?.proof = signature
        case .extras(let extras):
            current?.extras = extras
            if current?.isStarted == true { item?.take(extras) }
        case .citation(let citation):
            guard let annotation = citation.responsesAnnotation else { return }
            startPart(into: &output)
            item?.write(annotation: annotation, &events, into: &output)
        }
    }

    /// Whether the part is a call whose item is written only when all of its arguments are there.
    private var isToldWhole: Bool {
        guard case .toolCall(_, let name)? = current?.kind else { return false }
        return envelope.clientTools.isCustom(name) || envelope.clientTools.isLocalShell(name)
    }

    /// Begins the part on the wire: in the open item where it belongs there, else in one of its own.
    private mutating func startPart(into output: inout [UInt8]) {
        guard let part = current, !part.isStarted else { return }
        current?.isStarted = true
        let fields = part.extras.fields(for: .responses)
        switch part.kind {
        case .text, .refusal:
            if item?.item.takesText(part.extras) != true { openItem(.message([]), fields, into: &output) }
            item?.begin(part.kind == .text ? .text : .refusal, &events, into: &output)
            if let extras = part.extras { item?.take(extras) }
        case .reasoning:
            if item?.item.takesReasoning(part.extras) != true {
                openItem(.reasoning(summary: [], content: [], proof: nil), fields, into: &output)
            }
            item?.begin(fields["type"] == "reasoning_text" ? .reasoningText : .summary, &events, into: &output)
        case .toolCall(let id, let name):
            openItem(.functionCall(id: id, name: name, arguments: ""), fields, into: &output)
            item?.begin(.arguments, &events, into: &output)
        case .whole:
            break
        }
    }

    mutating func finishPart(into output: inout [UInt8]) {
        guard let part = current, phase == .running else { return }
        let isForeign = part.extras?.origin != .responses
        switch part.kind {
        case .toolCall(let id, let name) where isToldWhole:
            write(.toolCall(ToolCall(id: id, name: name, arguments: part.arguments)), into: &output)
        case .toolCall, .refusal:
            startPart(into: &output)
        case .text:
            // An empty text of another format is nothing that a client must see.
            if !isForeign { startPart(into: &output) }
        case .reasoning:
            finishReasoning(part, into: &output)
        case .whole:
            break
        }
        current = nil
    }

    private mutating func finishReasoning(_ part: CurrentPart, into output: inout [UInt8]) {
        if !part.isStarted {
            guard part.proof != nil || part.extras?.origin == .responses else { return }
            if item?.item.takesReasoning(part.extras) != true {
                openItem(
                    .reasoning(summary: [], content: [], proof: nil), part.extras.fields(for: .responses), into: &output
                )
            }
        }
        if let proof = part.proof {
            item?.prove(proof)
        } else if part.extras?.origin != .responses {
            item?.leaveUnproven()
        }
    }

    // MARK: Items

    private mutating func openItem(
        _ content: ResponsesItem.Content, _ extras: JSONObject, into output: inout [UInt8]
    ) {
        finishItem(status: "completed", into: &output)
        let index = envelope.output.count
        let opened = ResponsesItem(content, extras: extras, fallbackID: envelope.itemID(index))
        item = ResponsesOpenItem(opened, index: index)
        item?.announce(&events, into: &output)
    }

    private mutating func finishItem(status: String, into output: inout [UInt8]) {
        guard var open = item else { return }
        item = nil
        envelope.output.append(open.finish(status: status, &events, into: &output))
    }

    /// A part that arrived whole is an item of its own.
    private mutating func write(_ part: ContentPart, into output: inout [UInt8]) {
        let fallbackID = envelope.itemID(envelope.output.count + (item == nil ? 0 : 1))
        if case .reasoning(let reasoning) = part {
            guard let whole = ResponsesItem(reasoning, fallbackID: fallbackID) else { return }
            return write(whole: whole, into: &output)
        }
        guard let whole = ResponsesItem(part, envelope.clientTools, fallbackID: fallbackID) else { return }
        if case .customCall(let id, let name, let input) = whole.content {
            openItem(.customCall(id: id, name: name, input: ""), ["id": .string(whole.id)], into: &output)
            item?.begin(.input, &events, into: &output)
            item?.write(input, &events, into: &output)
        } else {
            write(whole: whole, into: &output)
        }
    }

    private mutating func write(whole: ResponsesItem, into output: inout [UInt8]) {
        finishItem(status: "completed", into: &output)
        item = ResponsesOpenItem(whole, index: envelope.output.count)
        if announcedID == nil || announcedID != whole.id { item?.announce(&events, into: &output) }
        announcedID = nil
    }
}
