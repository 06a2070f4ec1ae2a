/// Writes Anthropic's stream: `message_start`, blocks one after the other, `message_delta`, `message_stop`.
///
/// The format never interleaves blocks while the hub may: deltas of other parts wait until the open block is closed. The
/// stop reason waits for the end, since providers report usage after it. Every event has its `event:` line; the official
/// Python SDK skips those without.
struct AnthropicStreamEncoder: SequentialStreamEncoder {
    private let echo: RequestEcho
    private var phase = Phase.waiting
    var queue = PartQueue()
    private var block: AnthropicOpenBlock?
    private var nextIndex = 0
    private var callsTools = false
    private var usage: TokenUsage?
    private var stop: StopReason?
    private var stopExtras: Extras?

    private enum Phase {
        case waiting, running, over
    }

    init(for echo: RequestEcho) {
        self.echo = echo
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
        case .usage(let counts):
            var all = usage ?? TokenUsage()
            all.update(with: counts)
            usage = all
        case .stopped(let candidate, let reason, let extras):
            guard candidate == 0 else { return }
            stop = reason
            stopExtras = extras
        case .ended: end(into: &output)
        case .failed(let failure): fail(failure, into: &output)
        case .ping: SSEWriter.write(event: "ping", data: #"{"type":"ping"}"#, into: &output)
        case .foreign(let foreign): pass(foreign, into: &output)
        case .logprobs: break
        }
    }
}

// MARK: - The message

extension AnthropicStreamEncoder {
    private mutating func start(_ head: ReplyHead, into output: inout [UInt8]) {
        guard phase == .waiting else { return }
        phase = .running
        var message = AnthropicCodec.messageHead(id: head.id, model: head.model, for: echo)
        message.append("content", [])
        message.append("stop_reason", .null)
        message.append("stop_sequence", .null)
        message.append("usage", .object(AnthropicCodec.encodeUsage(usage, serviceTier: head.serviceTier)))
        message.merge(head.extras.fields(for: .anthropic))
        SSEWriter.write(event: "message_start", into: &output) { json in
            json.value(["type": "message_start", "message": .object(message)])
        }
    }

    private mutating func end(into output: inout [UInt8]) {
        ensureStarted(into: &output)
        closeAll(into: &output)
        // A stream that ends without a word is Gemini's way to say that the prompt was blocked.
        let isBlocked = stop == nil && nextIndex == 0
        let stop = AnthropicCodec.encodeStopReason(isBlocked ? .contentFilter : stop, callsTools: callsTools)
        var delta: JSONObject = ["stop_reason": .string(stop.reason)]
        delta.append("stop_sequence", stop.sequence.map(JSONValue.string) ?? .null)
        delta.merge(stopExtras.fields(for: .anthropic))
        let counts = AnthropicCodec.encodeUsage(usage, serviceTier: nil)
        SSEWriter.write(event: "message_delta", into: &output) { json in
            json.value(["type": "message_delta", "delta": .object(delta), "usage": .object(counts)])
        }
        SSEWriter.write(event: "message_stop", data: #"{"type":"message_stop"}"#, into: &output)
        phase = .over
    }

    mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        let body = AnthropicCodec().encodeFailure(failure)
        SSEWriter.write(event: "error", into: &output) { $0.value(.object(body)) }
        phase = .over
    }

    /// An event that only this format knows. A delta of unknown kind belongs to the block that is open.
    private func pass(_ foreign: Foreign, into output: inout [UInt8]) {
        guard foreign.origin == .anthropic, case .object(var event) = foreign.value, let type = event["type"]?.string
        else { return }
        if type == "content_block_delta" {
            guard let index = block?.startedIndex else { return }
            event["index"] = .number(JSONNumber(index))
        }
        SSEWriter.write(Frame(event: type, data: event.serialized()), into: &output)
    }

    private mutating func ensureStarted(into output: inout [UInt8]) {
        if phase == .waiting { start(ReplyHead(), into: &output) }
    }
}

// MARK: - Parts

extension AnthropicStreamEncoder {
    mutating func beginPart(_ kind: PartKind, into output: inout [UInt8]) {
        if case .toolCall = kind { callsTools = true }
        block = AnthropicOpenBlock(kind, index: nextIndex)
        block?.begin(into: &output)
    }

    mutating func writePart(_ delta: PartDelta, into output: inout [UInt8]) {
        block?.write(delta, into: &output)
    }

    mutating func finishPart(into output: inout [UInt8]) {
        guard var closed = block.take() else { return }
        if closed.finish(into: &output) { nextIndex += 1 }
    }
}
