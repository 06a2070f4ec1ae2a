/// Writes Converse's stream as AWS's binary messages: `messageStart`, blocks one after the other, `messageStop`, `metadata`.
///
/// The stop reason waits for the end, since providers report usage after it. There is no frame for a ping, and none for the
/// start of a text or a thought.
struct ConverseStreamEncoder: SequentialStreamEncoder {
    private var phase = Phase.waiting
    var queue = PartQueue()
    private var block: OpenBlock?
    private var nextIndex = 0
    private var callsTools = false
    private var usage: TokenUsage?
    private var stop: StopReason?
    private var stopExtras = JSONObject()

    private enum Phase {
        case waiting, running, over
    }

    private struct OpenBlock {
        var kind: PartKind
        /// Whether anything of it is on the wire and its index used.
        var isStarted = false
        var hasArguments = false
        var extras = JSONObject()
    }

    init() {}

    mutating func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        guard phase != .over else { return }
        switch event {
        case .began: start(into: &output)
        case .opened(let id, let kind): open(id, kind, into: &output)
        case .appended(let id, let delta): append(delta, to: id, into: &output)
        case .closed(let id): close(id, into: &output)
        case .usage(let counts):
            var all = usage ?? TokenUsage()
            all.update(with: counts)
            usage = all
        case .stopped(let candidate, let reason, let extras):
            guard candidate == 0 else { return }
            stop = reason
            stopExtras = extras.fields(for: .converse)
        case .ended: end(into: &output)
        case .failed(let failure): fail(failure, into: &output)
        case .foreign, .logprobs, .ping: break
        }
    }

    private mutating func start(into output: inout [UInt8]) {
        guard phase == .waiting else { return }
        phase = .running
        AWSEventStreamWriter.write(event: "messageStart", into: &output) { payload in
            JSONText.append(#"{"role":"assistant"}"#, to: &payload)
        }
    }

    mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        AWSEventStreamWriter.write(
            exception: ConverseCodec.streamExceptionName(of: failure), body: ConverseCodec().encodeFailure(failure),
            into: &output)
        phase = .over
    }

    private mutating func end(into output: inout [UInt8]) {
        start(into: &output)
        closeAll(into: &output)
        // A stream that ends without a word is Gemini's way to say that the prompt was blocked.
        let isBlocked = stop == nil && nextIndex == 0
        let word = ConverseCodec.encodeStopReason(
            isBlocked ? .contentFilter : stop, told: stopExtras["stopReason"]?.string, callsTools: callsTools)
        var message: JSONObject = ["stopReason": .string(word)]
        message.append(
            "additionalModelResponseFields", ifPresent: stopExtras.removeValue(forKey: "additionalModelResponseFields"))
        stopExtras["stopReason"] = nil
        AWSEventStreamWriter.write(event: "messageStop", into: &output) { JSONValue.object(message).write(into: &$0) }
        var metadata: JSONObject = ["usage": .object(ConverseCodec.encodeUsage(usage))]
        metadata.append(extras: stopExtras)
        if metadata["metrics"] == nil { metadata.append("metrics", ConverseCodec.unmeasured) }
        AWSEventStreamWriter.write(event: "metadata", into: &output) { JSONValue.object(metadata).write(into: &$0) }
        phase = .over
    }
}

// MARK: - Blocks

extension ConverseStreamEncoder {
    mutating func beginPart(_ kind: PartKind, into output: inout [UInt8]) {
        start(into: &output)
        block = OpenBlock(kind: kind)
        switch kind {
        case .toolCall(let id, let name):
            callsTools = true
            block?.isStarted = true
            let use: JSONValue = [
                "toolUseId": .string(ConverseCodec.callIDRule.fitting(id)), "name": .string(name),
            ]
            writeStart(["toolUse": use], into: &output)
        case .whole(let part):
            write(whole: part, into: &output)
        case .text, .reasoning, .refusal:
            break
        }
    }

    mutating func writePart(_ delta: PartDelta, into output: inout [UInt8]) {
        guard let kind = block?.kind else { return }
        switch (kind, delta) {
        case (.text, .text(let text)), (.refusal, .text(let text)):
            guard !text.isEmpty else { return }
            writeDelta("{\"text\":", text, "}", into: &output)
        case (.reasoning, .text(let text)):
            guard !text.isEmpty else { return }
            writeDelta("{\"reasoningContent\":{\"text\":", text, "}}", into: &output)
        case (.reasoning, .signature(let signature)):
            guard signature.origin == .anthropic else { return }
            writeDelta("{\"reasoningContent\":{\"signature\":", signature.value, "}}", into: &output)
        case (.toolCall, .arguments(let fragment)):
            guard !fragment.isEmpty else { return }
            block?.hasArguments = true
            writeDelta("{\"toolUse\":{\"input\":", fragment, "}}", into: &output)
        case (.text, .citation(let citation)):
            guard citation.origin == .converse else { return }
            writeDelta(["citation": citation.value], into: &output)
        case (_, _): break
        }
    }

    mutating func finishPart(into output: inout [UInt8]) {
        guard let closed = block else { return }
        if case .toolCall = closed.kind, !closed.hasArguments {
            writeDelta("{\"toolUse\":{\"input\":", "{}", "}}", into: &output)
        }
        block = nil
        guard closed.isStarted else { return }
        let index = nextIndex
        AWSEventStreamWriter.write(event: "contentBlockStop", into: &output) { payload in
            (["contentBlockIndex": .number(JSONNumber(index))] as JSONValue).write(into: &payload)
        }
        nextIndex += 1
    }

    /// Only encrypted thinking, images, and what came in this format.
    private mutating func write(whole part: ContentPart, into output: inout [UInt8]) {
        guard let value = ConverseCodec.encodeReplyPart(part), let member = value.object?.members.first else { return }
        switch member.key {
        case "reasoningContent":
            guard let redacted = member.value["redactedContent"] else { return }
            writeDelta(["reasoningContent": ["redactedContent": redacted]], into: &output)
        case "image":
            guard let format = member.value["format"], let source = member.value["source"] else { return }
            writeStart(["image": ["format": format]], into: &output)
            writeDelta(["image": ["source": source]], into: &output)
        case "toolUse":
            var use = member.value.object ?? [:]
            let input = use.removeValue(forKey: "input") ?? .object([:])
            writeStart(["toolUse": .object(use)], into: &output)
            writeDelta(["toolUse": ["input": .string(input.serializedString)]], into: &output)
        case "toolResult":
            var result = member.value.object ?? [:]
            let content = result.removeValue(forKey: "content") ?? []
            writeStart(["toolResult": .object(result)], into: &output)
            writeDelta(["toolResult": content], into: &output)
        default: return
        }
    }

    private mutating func writeStart(_ start: JSONValue, into output: inout [UInt8]) {
        block?.isStarted = true
        let index = nextIndex
        AWSEventStreamWriter.write(event: "contentBlockStart", into: &output) { payload in
            (["start": start, "contentBlockIndex": .number(JSONNumber(index))] as JSONValue).write(into: &payload)
        }
    }

    private mutating func writeDelta(_ delta: JSONValue, into output: inout [UInt8]) {
        block?.isStarted = true
        let index = nextIndex
        AWSEventStreamWriter.write(event: "contentBlockDelta", into: &output) { payload in
            (["delta": delta, "contentBlockIndex": .number(JSONNumber(index))] as JSONValue).write(into: &payload)
        }
    }

    /// The frames that nearly all of a stream consists of, without a tree.
    private mutating func writeDelta(
        _ head: StaticString, _ text: String, _ tail: StaticString, into output: inout [UInt8]
    ) {
        block?.isStarted = true
        let index = nextIndex
        AWSEventStreamWriter.write(event: "contentBlockDelta", into: &output) { payload in
            JSONText.append("{\"delta\":", to: &payload)
            JSONText.append(head, to: &payload)
            JSONText.write(text, into: &payload)
            JSONText.append(tail, to: &payload)
            JSONText.append(",\"contentBlockIndex\":", to: &payload)
            JSONText.write(index, into: &payload)
            payload.append(UInt8(ascii: "}"))
        }
    }
}
