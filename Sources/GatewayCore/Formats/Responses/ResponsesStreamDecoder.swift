/// Turns the stream of a response into events (WIRE_FORMATS section 3.3).
///
/// Deltas make the parts. What only the done event of an item has, such as encrypted reasoning, is taken from there, and so
/// is everything else of items that a service sends whole. The type inside the data decides; the name of the SSE event only
/// repeats it.
struct ResponsesStreamDecoder: StreamDecoder {
    private var phase = Phase.waiting
    private var items: [Int: ResponsesItemDecoding] = [:]
    private var partCount = 0
    private var context = StopContext()
    private let codec = ResponsesCodec()

    private enum Phase {
        case waiting, running, over
    }

    /// More items than a reply has.
    private static let maximumItems = 4096

    init() {}

    mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase != .over, !frame.data.starts(with: Self.doneMark) else { return }
        let peek: JSONPeek
        do {
            peek = try JSONPeek(frame.data)
        } catch {
            throw ConversionError("", "a frame is not JSON: \(error)")
        }
        guard peek.root.kind == .object else { throw ConversionError("", "a frame must be an object") }
        guard let type = peek.string(peek["type"]) ?? frame.event else { throw ConversionError("/type", "is required") }
        if try decodeDelta(peek, type: type, into: &events) { return }
        let fields = try FieldReader(checking: peek.tree(of: peek.root), at: "")
        try decode(fields, type: type, into: &events)
    }

    mutating func finish(into events: inout [StreamEvent]) {
        guard phase != .over else { return }
        phase = .over
        events.append(
            .failed(
                ProviderFailure(kind: .truncated, status: 502, message: "The provider's stream ended before its end.")))
    }

    /// Some services end with the mark of Chat's streams.
    private static let doneMark = Array("[DONE]".utf8)

    private mutating func decode(
        _ reader: FieldReader, type: String, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        var fields = reader
        switch type {
        case "response.created": try start(&fields, into: &events)
        case "response.queued", "response.in_progress": if phase == .waiting { try start(&fields, into: &events) }
        case "response.output_item.added": try openItem(reader, into: &events)
        case "response.output_item.done": try closeItem(&fields, into: &events)
        case "response.completed", "response.incomplete": try end(&fields, into: &events)
        case "response.failed", "response.cancelled": try fail(&fields, into: &events)
        case "error":
            phase = .over
            events.append(.failed(codec.failure(error: reader.object["error"]?.object ?? reader.object)))
        default:
            if try decodePart(&fields, type: type, into: &events) { return }
            guard phase == .running else { return }
            var event = reader.object
            // Where only the name of the SSE event says it, it would be lost with that.
            if event["type"]?.string == nil { event["type"] = .string(type) }
            events.append(.foreign(Foreign(origin: .responses, value: .object(event))))
        }
    }
}

// MARK: - The response

extension ResponsesStreamDecoder {
    private mutating func start(_ fields: inout FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase == .waiting else { throw ConversionError("/type", "a second response.created") }
        var response = try fields.reader("response")
        begin(&response, into: &events)
    }

    private mutating func begin(_ response: inout FieldReader, into events: inout [StreamEvent]) {
        response.skip("output", "status", "error", "incomplete_details", "usage")
        let reply = codec.decodeHead(&response)
        var head = ReplyHead(id: reply.id, model: reply.model, created: reply.created)
        head.serviceTier = reply.serviceTier
        head.extras = response.rest(origin: .responses)
        phase = .running
        events.append(.began(head))
    }

    private mutating func end(_ fields: inout FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        var response = try fields.reader("response")
        if phase == .waiting {
            var head = response
            begin(&head, into: &events)
        }
        // A service may send the items in the last event only.
        for (index, element) in (try response.optionalArray("output") ?? []).enumerated() {
            let known = items[index]
            guard known?.isDone != true, known != nil || items.count <= index else { continue }
            try take(whole: try FieldReader(checking: element, at: "/response/output/\(index)"), index, into: &events)
        }
        for index in items.keys.sorted() {
            if items[index]?.kind == .functionCall { context.hasToolCall = true }
            items[index]?.closeParts(into: &events)
        }
        if let counts = response.value("usage")?.object {
            let tier = response.peek("service_tier")?.string
            events.append(.usage(codec.decodeUsage(counts, serviceTier: tier)))
        }
        let reason = codec.decodeEnding(&response).flatMap { codec.stopReason($0, context) }
        events.append(.stopped(candidate: 0, reason ?? .endOfTurn))
        phase = .over
        events.append(.ended)
    }

    private mutating func fail(_ fields: inout FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        let response = try fields.reader("response").object
        // What a failed response has cost is still told.
        if phase == .running, let counts = response["usage"]?.object {
            events.append(.usage(codec.decodeUsage(counts, serviceTier: response["service_tier"]?.string)))
        }
        phase = .over
        let words: JSONObject = ["message": "The provider cancelled the response."]
        events.append(.failed(codec.failure(inReply: response) ?? codec.failure(error: words)))
    }

    private func checkRunning() throws(ConversionError) {
        guard phase == .running else { throw ConversionError("/type", "content before response.created") }
    }
}

// MARK: - Items

extension ResponsesStreamDecoder {
    private mutating func openItem(_ reader: FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        try checkRunning()
        var fields = reader
        let index = try fields.int("output_index")
        let object = try fields.reader("item")
        guard items[index] == nil, items.count < Self.maximumItems else {
            throw ConversionError("/output_index", "opens an item out of turn")
        }
        let item = try ResponsesItemDecoding(object)
        items[index] = item
        if case .foreign = item.kind {
            events.append(.foreign(Foreign(origin: .responses, value: .object(reader.object))))
        } else {
            items[index]?.open(&partCount, into: &events)
        }
    }

    private mutating func closeItem(_ fields: inout FieldReader, into events: inout [StreamEvent])
        throws(ConversionError)
    {
        try checkRunning()
        let index = try fields.int("output_index")
        guard items[index]?.isDone != true, items.count < Self.maximumItems else { return }
        try take(whole: try fields.reader("item"), index, into: &events)
    }

    /// Completes an item by its whole form; one that was never opened is told at once.
    private mutating func take(
        whole reader: FieldReader, _ index: Int, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        var item: ResponsesItemDecoding
        if let known = items.removeValue(forKey: index) {
            item = known
        } else {
            item = try ResponsesItemDecoding(reader)
        }
        try item.complete(reader, &partCount, &context, into: &events)
        items[index] = item
    }

    /// - Returns: false for an event that is no part's.
    private mutating func decodePart(
        _ fields: inout FieldReader, type: String, into events: inout [StreamEvent]
    ) throws(ConversionError) -> Bool {
        guard let event = ResponsesPartEvent(type: type) else { return false }
        try checkRunning()
        let index = try fields.int("output_index")
        guard items[index] != nil else { throw ConversionError("/output_index", "continues an item that is not open") }
        try items[index]?.decode(event, &fields, &partCount, into: &events)
        return true
    }

    /// The events that a stream nearly consists of, read without making a tree.
    ///
    /// - Returns: false for every other event, and for one that the careful way must judge.
    private mutating func decodeDelta(
        _ peek: JSONPeek, type: String, into events: inout [StreamEvent]
    ) throws(ConversionError) -> Bool {
        guard phase == .running, case .delta(let kind)? = ResponsesPartEvent(type: type),
            let index = peek.int(peek["output_index"]), let delta = peek.string(peek["delta"])
        else { return false }
        let place = kind.placeKey.map { peek.int(peek[$0]) ?? -1 }
        return items[index]?.append(delta, kind, at: place ?? 0, into: &events) ?? false
    }
}
