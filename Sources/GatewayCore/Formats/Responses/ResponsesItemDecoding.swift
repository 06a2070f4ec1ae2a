/// Which part of an item a stream's event is about.
enum ResponsesPartEvent {
    enum Kind: Hashable {
        case text, refusal, summary, reasoningText, arguments

        /// The member that says where in the item the part stands; nil where the item has only one.
        var placeKey: String? {
            switch self {
            case .text, .refusal, .reasoningText: "content_index"
            case .summary: "summary_index"
            case .arguments: nil
            }
        }

        /// The member that tells all of the part's text.
        var textKey: String {
            switch self {
            case .text, .summary, .reasoningText: "text"
            case .refusal: "refusal"
            case .arguments: "arguments"
            }
        }
    }

    case delta(Kind)
    /// The text of the part is told whole.
    case textDone(Kind)
    /// A part of the content, or of the summary, begins or is told whole.
    case partAdded, partDone, summaryAdded, summaryDone
    case annotation
    /// Pieces of what the item's own end tells whole.
    case ignored

    init?(type: String) {
        switch type {
        case "response.output_text.delta": self = .delta(.text)
        case "response.function_call_arguments.delta": self = .delta(.arguments)
        case "response.reasoning_summary_text.delta": self = .delta(.summary)
        case "response.reasoning_text.delta": self = .delta(.reasoningText)
        case "response.refusal.delta": self = .delta(.refusal)
        case "response.output_text.done": self = .textDone(.text)
        case "response.function_call_arguments.done": self = .textDone(.arguments)
        case "response.reasoning_summary_text.done": self = .textDone(.summary)
        case "response.reasoning_text.done": self = .textDone(.reasoningText)
        case "response.refusal.done": self = .textDone(.refusal)
        case "response.content_part.added": self = .partAdded
        case "response.content_part.done": self = .partDone
        case "response.reasoning_summary_part.added": self = .summaryAdded
        case "response.reasoning_summary_part.done": self = .summaryDone
        case "response.output_text.annotation.added": self = .annotation
        case "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done": self = .ignored
        default: return nil
        }
    }
}

/// One output item of a stream while it is being read.
struct ResponsesItemDecoding {
    enum Kind {
        case message, reasoning, functionCall
        /// Told by its whole form only: calls to custom tools, images.
        case whole
        /// Told as it is: the API's own tools and what is not known.
        case foreign
    }

    /// A text, a refusal, a readable thought, or a call's arguments.
    private struct Part {
        var id: PartID
        var kind: ResponsesPartEvent.Kind
        var hasText = false
        var isOpen = true
        var annotations = 0
        var hasLogprobs = false
    }

    let kind: Kind
    private(set) var isDone = false
    private var head: JSONObject
    /// By kind and index: content and summaries are counted apart.
    private var parts: [PartKey: Part] = [:]

    private struct PartKey: Hashable {
        var isSummary: Bool
        var index: Int
    }

    /// More than an item has.
    private static let maximumParts = 4096

    init(_ reader: FieldReader) throws(ConversionError) {
        var fields = reader
        head = reader.object
        switch try fields.string("type") {
        case "message": kind = .message
        case "reasoning": kind = .reasoning
        case "function_call": kind = .functionCall
        case "custom_tool_call", "image_generation_call": kind = .whole
        default: kind = .foreign
        }
    }

    /// Opens what can be told of at once: a call, whose name and identifier are known.
    mutating func open(_ partCount: inout Int, into events: inout [StreamEvent]) {
        guard kind == .functionCall, parts.isEmpty, let id = head["call_id"]?.string, let name = head["name"]?.string,
            !name.isEmpty
        else { return }
        let part = PartID(index: partCount)
        partCount += 1
        parts[PartKey(isSummary: false, index: 0)] = Part(id: part, kind: .arguments)
        events.append(.opened(part, .toolCall(id: id, name: name)))
        let extras = JSONObject(members: head.members.filter { !Self.callMembers.contains($0.key) && !$0.value.isNull })
        if !extras.isEmpty { events.append(.appended(part, .extras(Extras(origin: .responses, fields: extras)))) }
    }

    private static let callMembers: Set<String> = ["type", "status", "call_id", "name", "arguments"]

    // MARK: Pieces

    /// - Returns: false when no fitting part is open.
    mutating func append(
        _ delta: String, _ kind: ResponsesPartEvent.Kind, at index: Int, into events: inout [StreamEvent]
    ) -> Bool {
        let key = PartKey(isSummary: kind == .summary, index: index)
        guard let part = parts[key], part.isOpen, part.kind == kind else { return false }
        if delta.isEmpty { return true }
        parts[key]?.hasText = true
        events.append(.appended(part.id, kind == .arguments ? .arguments(delta) : .text(delta)))
        return true
    }

    mutating func decode(
        _ event: ResponsesPartEvent, _ fields: inout FieldReader, _ partCount: inout Int,
        into events: inout [StreamEvent]
    ) throws(ConversionError) {
        guard !isDone else { throw ConversionError("/output_index", "continues an item that is done") }
        switch event {
        case .delta(let kind):
            try add(try fields.string("delta"), kind, &fields, &partCount, into: &events)
        case .textDone(let kind):
            let text = try fields.optionalString(kind.textKey) ?? ""
            let known = parts[try place(of: kind, &fields)]
            guard known == nil || known?.isOpen == true && known?.hasText == false else { return }
            try add(text, kind, &fields, &partCount, into: &events)
        case .partAdded, .summaryAdded:
            guard let kind = Self.kind(of: try fields.reader("part")) else { return }
            try open(kind, try place(of: kind, &fields), &partCount, into: &events)
        case .partDone, .summaryDone:
            var part = try fields.reader("part")
            guard let kind = Self.kind(of: part) else { return }
            let key = try place(of: kind, &fields)
            try open(kind, key, &partCount, into: &events)
            complete(key, by: &part, into: &events)
        case .annotation:
            let key = try place(of: .text, &fields)
            guard let annotation = fields.value("annotation"), let part = parts[key], part.isOpen, part.kind == .text
            else { return }
            parts[key]?.annotations += 1
            events.append(.appended(part.id, .citation(Foreign(origin: .responses, value: annotation))))
        case .ignored:
            break
        }
    }

    private mutating func add(
        _ text: String, _ kind: ResponsesPartEvent.Kind, _ fields: inout FieldReader, _ partCount: inout Int,
        into events: inout [StreamEvent]
    ) throws(ConversionError) {
        let key = try place(of: kind, &fields)
        if kind == .arguments {
            open(&partCount, into: &events)
        } else {
            try open(kind, key, &partCount, into: &events)
        }
        guard append(text, kind, at: key.index, into: &events) else {
            throw ConversionError("/type", "does not fit the item")
        }
    }

    private func place(
        of kind: ResponsesPartEvent.Kind, _ fields: inout FieldReader
    ) throws(ConversionError) -> PartKey {
        guard let name = kind.placeKey else { return PartKey(isSummary: false, index: 0) }
        return PartKey(isSummary: kind == .summary, index: try fields.optionalInt(name) ?? 0)
    }

    private static func kind(of part: FieldReader) -> ResponsesPartEvent.Kind? {
        switch part.peek("type")?.string {
        case "output_text": .text
        case "refusal": .refusal
        case "summary_text": .summary
        case "reasoning_text": .reasoningText
        default: nil
        }
    }

    /// Opens a part unless it is; the thought before it ends there, since the last one bears the proof.
    private mutating func open(
        _ kind: ResponsesPartEvent.Kind, _ key: PartKey, _ partCount: inout Int, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        guard parts[key] == nil else { return }
        guard isReasoning(kind) == (self.kind == .reasoning), self.kind == .message || self.kind == .reasoning,
            parts.count < Self.maximumParts
        else { throw ConversionError("/type", "does not fit the item") }
        closeParts(into: &events)
        let isFirst = parts.isEmpty
        let id = PartID(index: partCount)
        partCount += 1
        parts[key] = Part(id: id, kind: kind)
        switch kind {
        case .text: events.append(.opened(id, .text))
        case .refusal: events.append(.opened(id, .refusal))
        case .summary, .reasoningText: events.append(.opened(id, .reasoning))
        case .arguments: return
        }
        guard kind != .refusal else { return }
        var members = itemMembers(isFirst: isFirst)
        if kind == .reasoningText { members.append("type", "reasoning_text") }
        if kind == .text || !members.isEmpty {
            events.append(.appended(id, .extras(Extras(origin: .responses, fields: members))))
        }
    }

    private func isReasoning(_ kind: ResponsesPartEvent.Kind) -> Bool { kind == .summary || kind == .reasoningText }

    /// The item's own members: all with its first part, the identifier with the others.
    private func itemMembers(isFirst: Bool) -> JSONObject {
        let known: Set<String> = ["type", "status", "role", "content", "summary", "encrypted_content"]
        return JSONObject(
            members: head.members.filter { member in
                isFirst ? !known.contains(member.key) && !member.value.isNull : member.key == "id"
            })
    }

    /// Tells what the deltas of a part have left out.
    private mutating func complete(
        _ key: PartKey, by reader: inout FieldReader, into events: inout [StreamEvent]
    ) {
        guard let part = parts[key], part.isOpen else { return }
        let text = reader.value(part.kind.textKey)?.string ?? ""
        if !part.hasText { _ = append(text, part.kind, at: key.index, into: &events) }
        guard part.kind == .text else { return }
        for annotation in (reader.value("annotations")?.array ?? []).dropFirst(part.annotations) {
            parts[key]?.annotations += 1
            events.append(.appended(part.id, .citation(Foreign(origin: .responses, value: annotation))))
        }
        if !part.hasLogprobs, let logprobs = ResponsesCodec().decodeLogprobs(reader.value("logprobs")) {
            parts[key]?.hasLogprobs = true
            events.append(.logprobs(candidate: 0, logprobs))
        }
        reader.skip("type")
        if let rest = reader.rest(origin: .responses), !rest.fields.isEmpty {
            var members = itemMembers(isFirst: parts.count == 1)
            members.append(ResponsesItemExtras.part, .object(rest.fields))
            events.append(.appended(part.id, .extras(Extras(origin: .responses, fields: members))))
        }
    }

    mutating func closeParts(into events: inout [StreamEvent]) {
        for (key, part) in parts.sorted(by: { $0.value.id.index < $1.value.id.index }) where part.isOpen {
            parts[key]?.isOpen = false
            events.append(.closed(part.id))
        }
    }

    // MARK: The end

    /// Takes the whole item: what it has beyond its pieces is told, and its parts are closed.
    mutating func complete(
        _ reader: FieldReader, _ partCount: inout Int, _ context: inout StopContext, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        isDone = true
        var logprobs: Logprobs?
        var fields = reader
        let whole = try ResponsesCodec().decodeItem(&fields, logprobs: &logprobs)
        for part in whole { context.take(part) }
        guard !parts.isEmpty else {
            tell(whole, &partCount, into: &events)
            if let logprobs { events.append(.logprobs(candidate: 0, logprobs)) }
            return
        }
        try completeParts(reader, into: &events)
        if case .reasoning(let last)? = whole.last, let proof = last.signature,
            let open = parts.values.first(where: { $0.isOpen })
        {
            events.append(.appended(open.id, .signature(proof)))
        }
        closeParts(into: &events)
    }

    private mutating func completeParts(
        _ reader: FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        var fields = reader
        if kind == .functionCall {
            let key = PartKey(isSummary: false, index: 0)
            let arguments = fields.value("arguments")?.string ?? ""
            if parts[key]?.hasText == false { _ = append(arguments, .arguments, at: 0, into: &events) }
            return
        }
        for (index, var part) in (try fields.optionalReaders("content") ?? []).enumerated() {
            complete(PartKey(isSummary: false, index: index), by: &part, into: &events)
        }
        for (index, var part) in (try fields.optionalReaders("summary") ?? []).enumerated() {
            complete(PartKey(isSummary: true, index: index), by: &part, into: &events)
        }
    }

    /// The events of parts that came without any pieces.
    private func tell(_ whole: [ContentPart], _ partCount: inout Int, into events: inout [StreamEvent]) {
        let reply = ChatReply(candidates: [Candidate(parts: whole)])
        for event in ReplyReplay.events(for: reply) {
            switch event {
            case .opened(let id, let kind): events.append(.opened(shifted(id, by: partCount), kind))
            case .appended(let id, let delta): events.append(.appended(shifted(id, by: partCount), delta))
            case .closed(let id): events.append(.closed(shifted(id, by: partCount)))
            default: break
            }
        }
        partCount += whole.count
    }

    private func shifted(_ id: PartID, by count: Int) -> PartID { PartID(index: id.index + count) }
}
