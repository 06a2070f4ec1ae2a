/// The one item that a stream to a client has open, and the part of it that is being written.
struct ResponsesOpenItem {
    /// What the pieces of a part are called.
    enum PartType {
        case text, refusal, summary, reasoningText, arguments, input
    }

    private struct Part {
        var type: PartType
        /// Counts the content, or the summaries, of the item.
        var index: Int
        var text = ""
        var annotations: [JSONValue] = []
        var logprobs: [Logprobs.Position] = []
        var extras: JSONObject = [:]
        var frame: ResponsesDeltaFrame
    }

    private(set) var item: ResponsesItem
    let index: Int
    private var part: Part?

    init(_ item: ResponsesItem, index: Int) {
        self.item = item
        self.index = index
    }

    /// Writes the event that the item begins with.
    func announce(_ events: inout ResponsesEventWriter, into output: inout [UInt8]) {
        events.write("response.output_item.added", into: &output) { json in
            json.member("output_index", index)
            json.member("item", .object(item.object(status: "in_progress")))
        }
    }

    /// Begins the next part of the item, after the one before.
    mutating func begin(
        _ type: PartType, _ events: inout ResponsesEventWriter, into output: inout [UInt8]
    ) {
        finishPart(&events, into: &output)
        let place = self.place(of: type)
        part = Part(
            type: type, index: place?.index ?? 0,
            frame: ResponsesDeltaFrame(type.deltaEvent, itemID: item.id, outputIndex: index, place: place))
        let empty = type.object(text: "")
        guard let empty else { return }
        let event: StaticString =
            type == .summary ? "response.reasoning_summary_part.added" : "response.content_part.added"
        write(event, &events, into: &output) { $0.member("part", .object(empty)) }
    }

    mutating func write(_ text: String, _ events: inout ResponsesEventWriter, into output: inout [UInt8]) {
        guard part != nil, !text.isEmpty else { return }
        part?.text += text
        if let frame = part?.frame { events.write(delta: text, in: frame, into: &output) }
    }

    mutating func write(
        annotation: JSONValue, _ events: inout ResponsesEventWriter, into output: inout [UInt8]
    ) {
        guard let count = part?.annotations.count, part?.type == .text else { return }
        part?.annotations.append(annotation)
        write("response.output_text.annotation.added", &events, into: &output) { json in
            json.member("annotation_index", count)
            json.member("annotation", annotation)
        }
    }

    mutating func add(_ logprobs: Logprobs) {
        if part?.type == .text { part?.logprobs += logprobs.positions }
    }

    /// Members that the part's own provider told.
    mutating func take(_ extras: Extras) {
        part?.extras = Optional(extras).fields(for: .responses)[ResponsesItemExtras.part]?.object ?? [:]
    }

    /// Proves the thought: only the event that the item ends with tells it.
    mutating func prove(_ proof: Signature) {
        guard case .reasoning(let summary, let content, _) = item.content else { return }
        var part = ReasoningPart(text: self.part?.text ?? "", signature: proof)
        if part.text.isEmpty, let last = summary.last { part.text = last }
        item.content = .reasoning(summary: summary, content: content, proof: ResponsesItem.proof(of: part))
    }

    /// Says that nothing proves the thought.
    mutating func leaveUnproven() {
        guard case .reasoning(let summary, let content, nil) = item.content else { return }
        item.content = .reasoning(summary: summary, content: content, proof: SealedSignature.unproven)
    }

    /// Writes the item's end and gives the whole item.
    mutating func finish(
        status: String, _ events: inout ResponsesEventWriter, into output: inout [UInt8]
    ) -> JSONObject {
        finishPart(&events, into: &output)
        let whole = item.object(status: status)
        events.write("response.output_item.done", into: &output) { json in
            json.member("output_index", index)
            json.member("item", .object(whole))
        }
        return whole
    }

    // MARK: The part

    private mutating func finishPart(_ events: inout ResponsesEventWriter, into output: inout [UInt8]) {
        guard let done = part else { return }
        let text = done.type == .arguments && done.text.isEmpty ? "{}" : done.text
        if done.type == .arguments, done.text.isEmpty { events.write(delta: text, in: done.frame, into: &output) }
        write(done.type.doneEvent, &events, into: &output) { json in
            if done.type == .arguments, case .functionCall(_, let name, _) = item.content { json.member("name", name) }
            json.key(done.type.textKey)
            json.string(text)
            if done.type == .text { json.member("logprobs", ResponsesCodec().encode(done.logprobs)) }
        }
        if var whole = done.type.object(text: text) {
            if done.type == .text {
                whole = ResponsesItem.object(
                    of: .text(text, annotations: done.annotations, logprobs: done.logprobs, extras: done.extras))
            }
            let event: StaticString =
                done.type == .summary ? "response.reasoning_summary_part.done" : "response.content_part.done"
            write(event, &events, into: &output) { $0.member("part", .object(whole)) }
        }
        part = nil
        keep(done, text)
    }

    private mutating func keep(_ done: Part, _ text: String) {
        switch (item.content, done.type) {
        case (.message, .refusal):
            item.append(.refusal(text))
        case (.message, _):
            item.append(
                .text(text, annotations: done.annotations, logprobs: done.logprobs, extras: done.extras))
        case (.reasoning(let summary, let content, let proof), .summary):
            item.content = .reasoning(summary: summary + [text], content: content, proof: proof)
        case (.reasoning(let summary, let content, let proof), _):
            item.content = .reasoning(summary: summary, content: content + [text], proof: proof)
        case (.functionCall(let id, let name, _), _):
            item.content = .functionCall(id: id, name: name, arguments: text)
        case (.customCall(let id, let name, _), _):
            item.content = .customCall(id: id, name: name, input: text)
        case (.whole, _):
            break
        }
    }

    /// Where a new part of that type stands in the item.
    private func place(of type: PartType) -> (key: StaticString, index: Int)? {
        switch (type, item.content) {
        case (.text, .message(let pieces)), (.refusal, .message(let pieces)): ("content_index", pieces.count)
        case (.summary, .reasoning(let summary, _, _)): ("summary_index", summary.count)
        case (.reasoningText, .reasoning(_, let content, _)): ("content_index", content.count)
        default: nil
        }
    }

    private func write(
        _ type: StaticString, _ events: inout ResponsesEventWriter, into output: inout [UInt8],
        members: (inout JSONByteWriter) -> Void
    ) {
        events.write(type, into: &output) { json in
            json.member("item_id", item.id)
            json.member("output_index", index)
            switch part?.type {
            case .summary?: json.member("summary_index", part?.index ?? 0)
            case .text?, .refusal?, .reasoningText?: json.member("content_index", part?.index ?? 0)
            case .arguments?, .input?, nil: break
            }
            members(&json)
        }
    }
}

extension ResponsesOpenItem.PartType {
    var deltaEvent: StaticString {
        switch self {
        case .text: "response.output_text.delta"
        case .refusal: "response.refusal.delta"
        case .summary: "response.reasoning_summary_text.delta"
        case .reasoningText: "response.reasoning_text.delta"
        case .arguments: "response.function_call_arguments.delta"
        case .input: "response.custom_tool_call_input.delta"
        }
    }

    var doneEvent: StaticString {
        switch self {
        case .text: "response.output_text.done"
        case .refusal: "response.refusal.done"
        case .summary: "response.reasoning_summary_text.done"
        case .reasoningText: "response.reasoning_text.done"
        case .arguments: "response.function_call_arguments.done"
        case .input: "response.custom_tool_call_input.done"
        }
    }

    /// The member of the done event that holds the whole text.
    var textKey: StaticString {
        switch self {
        case .text, .summary, .reasoningText: "text"
        case .refusal: "refusal"
        case .arguments: "arguments"
        case .input: "input"
        }
    }

    /// The part itself, where the item's type has parts.
    func object(text: String) -> JSONObject? {
        switch self {
        case .text: ["type": "output_text", "annotations": [], "logprobs": [], "text": .string(text)]
        case .refusal: ["type": "refusal", "refusal": .string(text)]
        case .summary: ["type": "summary_text", "text": .string(text)]
        case .reasoningText: ["type": "reasoning_text", "text": .string(text)]
        case .arguments, .input: nil
        }
    }
}
