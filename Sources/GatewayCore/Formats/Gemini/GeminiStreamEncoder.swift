/// Writes a stream of generateContent, as server-sent events or as the elements of one JSON array.
///
/// Text goes out at once, calls when they are complete: the format has no pieces of arguments. Why the candidates ended and
/// what they cost stands in the last frame, since providers report usage late. There is no frame for a ping: Google's SDK
/// takes every line for data.
struct GeminiStreamEncoder: StreamEncoder {
    private enum Phase {
        case waiting, running, over
    }

    private struct OpenPart {
        var id: PartID
        var part: ContentPart
        /// What of it is still to be written when it closes.
        var signature: Signature?
        var extras: Extras?
    }

    private struct Stop {
        var candidate: Int
        var reason: StopReason
        var extras: Extras?
    }

    private let echo: RequestEcho
    private var phase = Phase.waiting
    private var array = JSONArrayWriter()
    /// `"modelVersion":…,"responseId":…}`, the end of every frame.
    private var tail: [UInt8] = []
    /// The provider's own members, which the first frame tells.
    private var headExtras = JSONObject()
    private var open: [OpenPart] = []
    private var stops: [Stop] = []
    private var candidates: Set<Int> = []
    private var usage: TokenUsage?

    /// The part that the last delta belonged to, with the bytes around its deltas.
    private var currentPart: PartID?
    private var deltaPrefix: [UInt8] = []
    private var deltaSuffix: [UInt8] = []
    private var scratch: [UInt8] = []

    init(for echo: RequestEcho) {
        self.echo = echo
    }

    mutating func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        guard phase != .over else { return }
        switch event {
        case .appended(let id, .text(let text)): append(text, to: id, into: &output)
        case .appended(let id, let delta): append(delta, to: id)
        case .began(let head): begin(head)
        case .opened(let id, let kind): open(id, kind, into: &output)
        case .closed(let id): close(id, into: &output)
        case .logprobs(let candidate, let logprobs):
            candidates.insert(candidate)
            let value: JSONObject = [
                "content": ["role": "model"], "index": .number(JSONNumber(candidate)),
                "logprobsResult": .object(GeminiCodec.encode(logprobs)),
            ]
            writeFrame(["candidates": [.object(value)]], into: &output)
        case .usage(let counts):
            if usage == nil { usage = counts } else { usage?.update(with: counts) }
        case .stopped(let candidate, let reason, let extras):
            candidates.insert(candidate)
            stops.append(Stop(candidate: candidate, reason: reason, extras: extras))
        case .ended: end(into: &output)
        case .failed(let failure): fail(failure, into: &output)
        case .foreign(let foreign):
            guard foreign.origin == .gemini, case .object(let members) = foreign.value else { return }
            writeFrame(members, into: &output)
        case .ping: break
        }
    }
}

// MARK: - The reply as a whole

extension GeminiStreamEncoder {
    private mutating func begin(_ head: ReplyHead) {
        guard phase == .waiting else { return }
        phase = .running
        let names: JSONObject = [
            "modelVersion": .string(head.model ?? echo.model), "responseId": .string(head.id ?? echo.fallbackID),
        ]
        tail = Array(names.serialized().dropFirst())
        headExtras = head.extras.fields(for: .gemini)
    }

    private mutating func end(into output: inout [UInt8]) {
        for part in open { close(part.id, into: &output) }
        for candidate in candidates.sorted() where !stops.contains(where: { $0.candidate == candidate }) {
            stops.append(Stop(candidate: candidate, reason: .endOfTurn))
        }
        if stops.isEmpty, headExtras["promptFeedback"] == nil {
            // A reply without candidates is a refused prompt, in words that clients of this format know.
            stops.append(Stop(candidate: 0, reason: .contentFilter))
        }
        var body = JSONObject()
        let last = stops.sorted { $0.candidate < $1.candidate }.map { JSONValue.object(Self.encode($0)) }
        if !last.isEmpty { body.append("candidates", .array(last)) }
        body.append("usageMetadata", ifPresent: usage.map { .object(GeminiCodec.encodeUsage($0)) })
        writeFrame(body, into: &output)
        finish(into: &output)
    }

    private static func encode(_ stop: Stop) -> JSONObject {
        let extras = stop.extras.fields(for: .gemini)
        var object: JSONObject = ["content": ["role": "model"]]
        object.append("finishReason", ifPresent: GeminiCodec.encodeStop(stop.reason, extras))
        object.append("index", .number(JSONNumber(stop.candidate)))
        object.append(extras: extras)
        return object
    }

    /// The SDKs know an error by its first key.
    private mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        write(GeminiCodec().encodeFailure(failure).serialized(), into: &output)
        finish(into: &output)
    }

    private mutating func finish(into output: inout [UInt8]) {
        phase = .over
        if echo.framing == .jsonArray { array.finish(into: &output) }
    }
}

// MARK: - Parts

extension GeminiStreamEncoder {
    private mutating func open(_ id: PartID, _ kind: PartKind, into output: inout [UInt8]) {
        candidates.insert(id.candidate)
        switch kind {
        case .text, .refusal:
            open.append(OpenPart(id: id, part: .text(TextPart(""))))
        case .reasoning:
            open.append(OpenPart(id: id, part: .reasoning(ReasoningPart(text: ""))))
        case .toolCall(let callID, let name):
            open.append(OpenPart(id: id, part: .toolCall(ToolCall(id: callID, name: name, arguments: ""))))
        case .whole(let part):
            write(part, of: id, into: &output)
        }
    }

    private mutating func append(_ delta: PartDelta, to id: PartID) {
        guard let place = open.lastIndex(where: { $0.id == id }) else { return }
        switch delta {
        case .arguments(let more):
            guard case .toolCall(var call) = open[place].part else { return }
            open[place].part = .refusal("")  // frees the only other reference, so that appending does not copy
            call.arguments += more
            open[place].part = .toolCall(call)
        case .signature(let signature): open[place].signature = signature
        case .extras(let extras): open[place].extras = extras
        case .text, .citation: break
        }
    }

    /// Writes what is left of the part: a call whole, of a text its signature and its own members.
    private mutating func close(_ id: PartID, into output: inout [UInt8]) {
        guard let place = open.lastIndex(where: { $0.id == id }) else { return }
        let closed = open.remove(at: place)
        if currentPart == id { currentPart = nil }
        switch closed.part {
        case .text(var part):
            part.signature = closed.signature
            part.extras = closed.extras
            write(.text(part), of: id, into: &output)
        case .reasoning(var part):
            part.signature = closed.signature
            part.extras = closed.extras
            write(.reasoning(part), of: id, into: &output)
        case .toolCall(var call):
            call.signature = closed.signature
            call.extras = closed.extras
            write(.toolCall(call), of: id, into: &output)
        case .media, .toolResult, .refusal, .foreign:
            break
        }
    }

    private mutating func write(_ part: ContentPart, of id: PartID, into output: inout [UInt8]) {
        guard let value = GeminiCodec.encodeReplyPart(part) else { return }
        let candidate: JSONObject = [
            "content": ["parts": [value], "role": "model"], "index": .number(JSONNumber(id.candidate)),
        ]
        writeFrame(["candidates": [.object(candidate)]], into: &output)
    }

    // MARK: Deltas

    private mutating func append(_ text: String, to id: PartID, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        if id != currentPart || !headExtras.isEmpty {
            guard prepare(for: id) else { return }
        }
        if echo.framing == .sse {
            output.append(contentsOf: deltaPrefix)
            JSONText.writeContent(of: text, into: &output)
            output.append(contentsOf: deltaSuffix)
        } else {
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: deltaPrefix)
            JSONText.writeContent(of: text, into: &scratch)
            scratch.append(contentsOf: deltaSuffix)
            array.write(scratch, into: &output)
        }
        if !headExtras.isEmpty {
            headExtras = [:]
            currentPart = nil
        }
    }

    /// Makes the bytes around the deltas of a part. False for a part that is not open.
    private mutating func prepare(for id: PartID) -> Bool {
        guard let place = open.lastIndex(where: { $0.id == id }) else { return false }
        let isThought: Bool
        switch open[place].part {
        case .text: isThought = false
        case .reasoning: isThought = true
        case .media, .toolCall, .toolResult, .refusal, .foreign: return false
        }
        deltaPrefix = Array((echo.framing == .sse ? "data: " : "").utf8)
        deltaPrefix += Array(#"{"candidates":[{"content":{"parts":[{"text":""#.utf8)
        var suffix = isThought ? #"","thought":true}]"# : #""}]"#
        suffix += #","role":"model"},"index":\#(id.candidate)}],"#
        deltaSuffix = Array(suffix.utf8)
        for member in headExtras {
            JSONText.writeKey(member.key, .first, into: &deltaSuffix)
            member.value.write(into: &deltaSuffix)
            deltaSuffix.append(UInt8(ascii: ","))
        }
        deltaSuffix += tail
        if echo.framing == .sse { deltaSuffix += [0x0A, 0x0A] }
        currentPart = id
        return true
    }

    // MARK: Frames

    /// Completes the members with the names of the reply, and once with what else the provider said of it.
    private mutating func writeFrame(_ members: JSONObject, into output: inout [UInt8]) {
        if phase == .waiting { begin(ReplyHead()) }
        var frame = members
        frame.append(extras: headExtras)
        headExtras = [:]
        var bytes = frame.serialized()
        bytes.removeLast()
        if !frame.isEmpty { bytes.append(UInt8(ascii: ",")) }
        write(bytes + tail, into: &output)
    }

    private mutating func write(_ json: [UInt8], into output: inout [UInt8]) {
        switch echo.framing {
        case .jsonArray:
            array.write(json, into: &output)
        case .sse, .eventStream, .wrappedEventStream:
            JSONText.append("data: ", to: &output)
            output.append(contentsOf: json)
            JSONText.append("\n\n", to: &output)
        }
    }
}
