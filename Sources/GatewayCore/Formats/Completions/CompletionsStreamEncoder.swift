/// Writes a stream of completions as server-sent events: WIRE_FORMATS 2.
///
/// Text and refusals become text; parts that a completion cannot say are left out. A stream that fails after it began ends
/// with a frame `{"error": …}` and without `[DONE]`.
package struct CompletionsStreamEncoder: StreamEncoder {
    private struct Choice {
        let index: Int
        var offsets: TextOffsets
        var isStopped = false
    }

    private let echo: RequestEcho
    private let codec = CompletionsCodec()
    /// `data: {"id":…,"choices":[{"index":`
    private var chunkHead: [UInt8] = []
    private var choices: [Choice] = []
    private var textParts: Set<PartID> = []
    private var hasParts = false
    private var usage: TokenUsage?

    package init(for echo: RequestEcho) {
        self.echo = echo
    }

    package mutating func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        switch event {
        case .appended(let part, .text(let text)):
            guard textParts.contains(part), !text.isEmpty else { return }
            let place = candidate(part.candidate, into: &output)
            writeText(text, place, into: &output)
        case .appended: break
        case .began(let head): begin(head)
        case .opened(let part, let kind):
            hasParts = true
            switch kind {
            case .text, .refusal: textParts.insert(part)
            case .reasoning, .toolCall, .whole: break
            }
        case .closed(let part): textParts.remove(part)
        case .logprobs(let index, let logprobs):
            let place = candidate(index, into: &output)
            let written = codec.encode(logprobs, &choices[place].offsets)
            writeChunk(place, into: &output, logprobs: written)
        case .usage(let counts):
            if usage == nil { usage = counts } else { usage?.update(with: counts) }
        case .stopped(let index, let reason, let extras):
            let place = candidate(index, into: &output)
            stop(place, reason, extras, into: &output)
        case .ended: end(into: &output)
        case .failed(let failure): SSEWriter.write(into: &output) { $0.value(.object(codec.encodeFailure(failure))) }
        case .ping: SSEWriter.writeComment("ping", into: &output)
        case .foreign(let foreign):
            if foreign.origin == .completions { SSEWriter.write(into: &output) { $0.value(foreign.value) } }
        }
    }

    private mutating func begin(_ head: ReplyHead) {
        var fields: JSONObject = [
            "id": .string(head.id ?? echo.fallbackID), "object": "text_completion",
            "created": .number(JSONNumber(head.created ?? echo.created)), "model": .string(head.model ?? echo.model),
        ]
        fields.append(extras: head.extras.fields(for: .completions))
        chunkHead = Array("data: ".utf8) + fields.serialized().dropLast()
        JSONText.append(",\"choices\":[", to: &chunkHead)
    }

    /// The place of a candidate; the prompt comes first where the client wants it repeated.
    private mutating func candidate(_ index: Int, into output: inout [UInt8]) -> Int {
        if let place = choices.firstIndex(where: { $0.index == index }) { return place }
        choices.append(Choice(index: index, offsets: TextOffsets(start: echo.prompt ?? "")))
        let place = choices.endIndex - 1
        if let prompt = echo.prompt, !prompt.isEmpty { writeText(prompt, place, into: &output) }
        return place
    }

    private mutating func stop(_ place: Int, _ reason: StopReason, _ extras: Extras?, into output: inout [UInt8]) {
        choices[place].isStopped = true
        writeChunk(
            place, into: &output, finishReason: CompletionsCodec.finishReason(reason),
            extras: extras.fields(for: .completions))
    }

    /// Usage comes last, in a chunk without choices, and only where the client asked for it.
    private mutating func end(into output: inout [UInt8]) {
        if choices.allSatisfy({ !$0.isStopped }) {
            // A stream without any part is Gemini's way to say that the prompt was blocked.
            let reason = hasParts ? StopReason.endOfTurn : .contentFilter
            let place = candidate(0, into: &output)
            stop(place, reason, nil, into: &output)
        }
        if echo.wantsStreamUsage, let usage {
            output.append(contentsOf: chunkHead)
            JSONText.append("],\"usage\":", to: &output)
            codec.chat.encode(usage).write(into: &output)
            JSONText.append("}\n\n", to: &output)
        }
        SSEWriter.write(data: "[DONE]", into: &output)
    }

    private func writeText(_ text: String, _ place: Int, into output: inout [UInt8]) {
        output.append(contentsOf: chunkHead)
        JSONText.append("{\"index\":", to: &output)
        JSONText.write(JSONNumber(choices[place].index), into: &output)
        JSONText.append(",\"text\":\"", to: &output)
        JSONText.writeContent(of: text, into: &output)
        JSONText.append("\",\"logprobs\":null,\"finish_reason\":null}", to: &output)
        JSONText.append(chunkEnd, to: &output)
    }

    private func writeChunk(
        _ place: Int, into output: inout [UInt8], logprobs: JSONObject? = nil, finishReason: String? = nil,
        extras: JSONObject = JSONObject()
    ) {
        output.append(contentsOf: chunkHead)
        output.appendJSON { json in
            json.beginObject()
            json.member("index", choices[place].index)
            json.member("text", "")
            json.member("logprobs", logprobs.map { .object($0) } ?? .null)
            json.member("finish_reason", orNull: finishReason)
            for member in extras {
                json.key(text: member.key)
                json.value(member.value)
            }
            json.endObject()
        }
        JSONText.append(chunkEnd, to: &output)
    }

    private var chunkEnd: StaticString { echo.wantsStreamUsage ? "],\"usage\":null}\n\n" : "]}\n\n" }
}
