/// Writes `chat.completion.chunk`s as server-sent events: WIRE_FORMATS 1.3.
///
/// Each delta is written straight into the output: the bytes around it are made once for each part. A stream that fails
/// after it began ends with a frame `{"error": …}`, on which the SDKs raise, and without `[DONE]`, which would be a clean end.
package struct OpenAIStreamEncoder: StreamEncoder {
    private enum Kind: Equatable {
        case content, reasoning, refusal
        case call(index: Int, hasArguments: Bool)
        /// To a tool that takes free text, which is in the arguments and told when they are there.
        case customCall(index: Int, ToolCall)
        /// A part of another format that Chat cannot say.
        case silent
    }

    private struct CandidateState {
        let index: Int
        var callCount = 0
        var context = StopContext()
        var hasParts = false
        var isStopped = false
    }

    private let echo: RequestEcho
    private let codec = OpenAICodec()
    private let customTools: Set<String>
    /// `data: {"id":…,"choices":[{"index":`
    private var chunkHead: [UInt8] = []
    private var usage: TokenUsage?
    private var candidates: [CandidateState] = []
    private var open: [(id: PartID, kind: Kind)] = []

    /// The part that the last delta belonged to, with the bytes before and after its deltas.
    private var currentPart: PartID?
    private var deltaPrefix: [UInt8] = []
    private var deltaSuffix: StaticString = ""

    package init(for echo: RequestEcho) {
        self.echo = echo
        customTools = OpenAICodec.customTools(echo)
    }

    package mutating func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        switch event {
        case .appended(let part, .text(let text)), .appended(let part, .arguments(let text)):
            append(text, to: part, into: &output)
        case .appended(let part, let delta):
            append(delta, to: part, into: &output)
        case .began(let head):
            begin(head)
            _ = candidate(0, into: &output)
        case .opened(let part, let kind):
            open(part, kind, into: &output)
        case .closed(let part):
            close(part, into: &output)
        case .logprobs(let index, let logprobs):
            let place = candidate(index, into: &output)
            writeChunk(place, into: &output, logprobs: logprobs) { $0.raw("{}") }
        case .usage(let counts):
            if usage == nil { usage = counts } else { usage?.update(with: counts) }
        case .stopped(let index, let reason, let extras):
            let place = candidate(index, into: &output)
            stop(place, reason, extras, into: &output)
        case .ended:
            end(into: &output)
        case .failed(let failure):
            SSEWriter.write(into: &output) { $0.value(.object(codec.encodeFailure(failure))) }
        case .ping:
            SSEWriter.writeComment("ping", into: &output)
        case .foreign(let foreign):
            if foreign.origin == .openAI { SSEWriter.write(into: &output) { $0.value(foreign.value) } }
        }
    }

    // MARK: The reply as a whole

    private mutating func begin(_ head: ReplyHead) {
        var fields: JSONObject = [
            "id": .string(head.id ?? echo.fallbackID), "object": "chat.completion.chunk",
            "created": .number(JSONNumber(head.created ?? echo.created)), "model": .string(head.model ?? echo.model),
        ]
        fields.append("service_tier", ifPresent: head.serviceTier.map { .string($0) })
        fields.append(extras: head.extras.fields(for: .openAI))
        chunkHead = Array("data: ".utf8) + fields.serialized().dropLast()
        JSONText.append(",\"choices\":[", to: &chunkHead)
    }

    /// Usage comes last, in a chunk without choices, and only where the client asked for it.
    private mutating func end(into output: inout [UInt8]) {
        if candidates.allSatisfy({ !$0.isStopped }) {
            let place = candidate(0, into: &output)
            stop(place, emptyReason, nil, into: &output)
        }
        if echo.wantsStreamUsage, let usage {
            output.append(contentsOf: chunkHead)
            JSONText.append("],\"usage\":", to: &output)
            codec.encode(usage).write(into: &output)
            JSONText.append("}\n\n", to: &output)
        }
        SSEWriter.write(data: "[DONE]", into: &output)
    }

    /// A stream without any part is Gemini's way to say that the prompt was blocked.
    private var emptyReason: StopReason {
        candidates.contains { $0.hasParts } ? .endOfTurn : .contentFilter
    }

    /// The place of a candidate; a new one says its role first.
    private mutating func candidate(_ index: Int, into output: inout [UInt8]) -> Int {
        if let place = candidates.firstIndex(where: { $0.index == index }) { return place }
        candidates.append(CandidateState(index: index))
        let place = candidates.endIndex - 1
        writeChunk(place, into: &output) { $0.raw(#"{"role":"assistant","content":"","refusal":null}"#) }
        return place
    }

    private mutating func stop(_ place: Int, _ reason: StopReason, _ extras: Extras?, into output: inout [UInt8]) {
        var fields = extras.fields(for: .openAI)
        let delta = fields.removeValue(forKey: "message") ?? [:]
        let word = OpenAICodec.finishReason(reason, candidates[place].context)
        candidates[place].isStopped = true
        writeChunk(place, into: &output, finishReason: word, extras: fields) { $0.value(delta) }
    }

    // MARK: Parts

    private mutating func open(_ part: PartID, _ kind: PartKind, into output: inout [UInt8]) {
        let place = candidate(part.candidate, into: &output)
        candidates[place].hasParts = true
        switch kind {
        case .text: open.append((part, .content))
        case .reasoning: open.append((part, .reasoning))
        case .refusal:
            candidates[place].context.hasRefusal = true
            open.append((part, .refusal))
        case .toolCall(let id, let name):
            let index = candidates[place].callCount
            candidates[place].callCount += 1
            candidates[place].context.hasToolCall = true
            guard !customTools.contains(name) else {
                return open.append((part, .customCall(index: index, ToolCall(id: id, name: name, arguments: ""))))
            }
            open.append((part, .call(index: index, hasArguments: false)))
            writeCall(place, index, into: &output) { json in
                json.member("id", id)
                json.member("type", "function")
                json.key("function")
                json.beginObject()
                json.member("name", name)
                json.member("arguments", "")
                json.endObject()
            }
        case .whole(let whole):
            open.append((part, .silent))
            write(whole, place, into: &output)
        }
    }

    private mutating func write(_ whole: ContentPart, _ place: Int, into output: inout [UInt8]) {
        candidates[place].context.take(whole)
        switch whole {
        case .foreign(let foreign) where foreign.isOpenAIToolCall:
            let index = candidates[place].callCount
            candidates[place].callCount += 1
            write(foreign.value, place, index, into: &output)
        case .media(let media) where media.kind == .image:
            guard let image = OpenAICodec.encode(image: media) else { return }
            writeChunk(place, into: &output) { $0.value(["images": [image]]) }
        case .text, .media, .toolCall, .toolResult, .reasoning, .refusal, .foreign:
            return
        }
    }

    private func write(_ call: JSONValue, _ place: Int, _ index: Int, into output: inout [UInt8]) {
        writeCall(place, index, into: &output) { json in
            for member in call.object ?? [:] {
                json.key(text: member.key)
                json.value(member.value)
            }
        }
    }

    /// Keeps the arguments of a call to a tool that takes free text; false for every other part.
    private mutating func collect(_ text: String, of part: PartID) -> Bool {
        guard let place = open.lastIndex(where: { $0.id == part }),
            case .customCall(let index, var call) = open[place].kind
        else { return false }
        // Frees the only other reference, so that appending does not copy.
        open[place].kind = .silent
        call.arguments += text
        open[place].kind = .customCall(index: index, call)
        return true
    }

    /// A call that got no arguments gets an empty object: clients parse them.
    private mutating func close(_ part: PartID, into output: inout [UInt8]) {
        guard let place = open.lastIndex(where: { $0.id == part }) else { return }
        if case .call(_, hasArguments: false) = open[place].kind { append("{}", to: part, into: &output) }
        if case .customCall(let index, let call) = open.remove(at: place).kind {
            let wire = OpenAICodec.encodeCustomCall(call, name: call.name, id: call.id)
            write(wire, candidate(part.candidate, into: &output), index, into: &output)
        }
    }

    // MARK: Deltas

    private mutating func append(_ text: String, to part: PartID, into output: inout [UInt8]) {
        if part != currentPart {
            if !customTools.isEmpty, collect(text, of: part) { return }
            guard prepare(for: part, into: &output) else { return }
        }
        guard !text.isEmpty else { return }
        output.append(contentsOf: deltaPrefix)
        JSONText.writeContent(of: text, into: &output)
        JSONText.append(deltaSuffix, to: &output)
    }

    /// Makes the bytes around the deltas of a part. False for a part that Chat cannot say.
    private mutating func prepare(for part: PartID, into output: inout [UInt8]) -> Bool {
        guard let place = open.lastIndex(where: { $0.id == part }) else { return false }
        var prefix = chunkHead
        JSONText.append("{\"index\":", to: &prefix)
        JSONText.write(JSONNumber(part.candidate), into: &prefix)
        JSONText.append(",\"delta\":{", to: &prefix)
        switch open[place].kind {
        case .content: JSONText.append("\"content\":\"", to: &prefix)
        case .reasoning: JSONText.append("\"reasoning_content\":\"", to: &prefix)
        case .refusal: JSONText.append("\"refusal\":\"", to: &prefix)
        case .call(let index, _):
            open[place].kind = .call(index: index, hasArguments: true)
            JSONText.append("\"tool_calls\":[{\"index\":", to: &prefix)
            JSONText.write(JSONNumber(index), into: &prefix)
            JSONText.append(",\"function\":{\"arguments\":\"", to: &prefix)
        case .customCall, .silent: return false
        }
        let isCall = if case .call = open[place].kind { true } else { false }
        deltaSuffix = Self.suffix(ofCall: isCall, withUsage: echo.wantsStreamUsage)
        deltaPrefix = prefix
        currentPart = part
        return true
    }

    private static func suffix(ofCall isCall: Bool, withUsage: Bool) -> StaticString {
        switch (isCall, withUsage) {
        case (false, false): "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
        case (false, true): "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
        case (true, false): "\"}}]},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
        case (true, true): "\"}}]},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
        }
    }

    /// What is not text: OpenAI's own annotations and members of calls. Signatures have no place in Chat.
    private mutating func append(_ delta: PartDelta, to part: PartID, into output: inout [UInt8]) {
        let place = candidate(part.candidate, into: &output)
        switch delta {
        case .citation(let citation):
            guard let annotation = citation.chatAnnotation else { return }
            writeChunk(place, into: &output) { $0.value(["annotations": [annotation]]) }
        case .extras(let extras) where extras.origin == .openAI:
            guard let known = open.last(where: { $0.id == part }), case .call(let index, _) = known.kind else { return }
            writeCall(place, index, into: &output) { json in
                for member in extras.fields {
                    json.key(text: member.key)
                    json.value(member.value)
                }
            }
        case .text, .arguments, .signature, .extras:
            return
        }
    }

    // MARK: Chunks

    private func writeCall(
        _ place: Int, _ index: Int, into output: inout [UInt8], members: (inout JSONByteWriter) -> Void
    ) {
        writeChunk(place, into: &output) { json in
            json.beginObject()
            json.key("tool_calls")
            json.beginArray()
            json.beginObject()
            json.member("index", index)
            members(&json)
            json.endObject()
            json.endArray()
            json.endObject()
        }
    }

    private func writeChunk(
        _ place: Int, into output: inout [UInt8], logprobs: Logprobs? = nil, finishReason: String? = nil,
        extras: JSONObject = JSONObject(), delta: (inout JSONByteWriter) -> Void
    ) {
        output.append(contentsOf: chunkHead)
        output.appendJSON { json in
            json.beginObject()
            json.member("index", candidates[place].index)
            json.key("delta")
            delta(&json)
            json.member("logprobs", logprobs.map { .object(codec.encode($0)) } ?? .null)
            json.member("finish_reason", orNull: finishReason)
            for member in extras {
                json.key(text: member.key)
                json.value(member.value)
            }
            json.endObject()
        }
        JSONText.append(echo.wantsStreamUsage ? "],\"usage\":null}\n\n" : "]}\n\n", to: &output)
    }
}
