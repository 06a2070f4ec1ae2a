/// The one block that a stream to a client has open.
///
/// Text and thinking are started on the wire by their first content: an empty block would come back in the next request
/// and be refused there.
struct AnthropicOpenBlock {
    private let kind: PartKind
    private let index: Int
    private var isStarted = false
    private var extras = JSONObject()
    /// The bytes of a delta event up to its text, the same for every delta of the block.
    private var deltaHead: [UInt8] = []

    init(_ kind: PartKind, index: Int) {
        self.kind = kind
        self.index = index
    }

    /// Starts what need not wait: a call, whose name the client may show, and parts that are whole.
    mutating func begin(into output: inout [UInt8]) {
        switch kind {
        case .toolCall: start(into: &output)
        case .whole(let part):
            guard let block = AnthropicCodec.encodeReplyPart(part) else { return }
            writeStart(block, into: &output)
        case .text, .reasoning, .refusal: break
        }
    }

    mutating func write(_ delta: PartDelta, into output: inout [UInt8]) {
        switch delta {
        case .text(let text), .arguments(let text):
            guard !text.isEmpty, !isWhole else { return }
            start(into: &output)
            output.append(contentsOf: deltaHead)
            JSONText.writeContent(of: text, into: &output)
            JSONText.append("\"}}\n\n", to: &output)
        case .signature(let signature):
            guard signature.origin == .anthropic, case .reasoning = kind else { return }
            writeDelta(["type": "signature_delta", "signature": .string(signature.value)], into: &output)
        case .citation(let citation):
            guard citation.origin == .anthropic, case .text = kind else { return }
            writeDelta(["type": "citations_delta", "citation": citation.value], into: &output)
        case .extras(let more):
            if !isStarted { extras = Optional(more).fields(for: .anthropic) }
        }
    }

    /// - Returns: whether the block is on the wire and its index used.
    mutating func finish(into output: inout [UInt8]) -> Bool {
        guard isStarted else { return false }
        SSEWriter.write(event: "content_block_stop", into: &output) { json in
            json.value(["type": "content_block_stop", "index": .number(JSONNumber(index))])
        }
        return true
    }

    /// Nil as long as nothing of the block is on the wire.
    var startedIndex: Int? { isStarted ? index : nil }

    private var isWhole: Bool {
        if case .whole = kind { true } else { false }
    }

    private mutating func start(into output: inout [UInt8]) {
        guard !isStarted else { return }
        var block: JSONObject
        let delta: StaticString
        switch kind {
        case .text, .refusal:
            block = ["type": "text", "text": ""]
            delta = "{\"type\":\"text_delta\",\"text\":\""
        case .reasoning:
            block = ["type": "thinking", "thinking": "", "signature": ""]
            delta = "{\"type\":\"thinking_delta\",\"thinking\":\""
        case .toolCall(let id, let name):
            let id = AnthropicCodec.replyCallID(id)
            block = ["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]]
            delta = "{\"type\":\"input_json_delta\",\"partial_json\":\""
        case .whole:
            return
        }
        block.merge(extras)
        writeStart(.object(block), into: &output)
        JSONText.append(
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":", to: &deltaHead)
        JSONText.append(String(index), to: &deltaHead)
        JSONText.append(",\"delta\":", to: &deltaHead)
        JSONText.append(delta, to: &deltaHead)
    }

    private mutating func writeStart(_ block: JSONValue, into output: inout [UInt8]) {
        isStarted = true
        SSEWriter.write(event: "content_block_start", into: &output) { json in
            json.value(
                ["type": "content_block_start", "index": .number(JSONNumber(index)), "content_block": block])
        }
    }

    private mutating func writeDelta(_ delta: JSONValue, into output: inout [UInt8]) {
        start(into: &output)
        SSEWriter.write(event: "content_block_delta", into: &output) { json in
            json.value(["type": "content_block_delta", "index": .number(JSONNumber(index)), "delta": delta])
        }
    }
}
