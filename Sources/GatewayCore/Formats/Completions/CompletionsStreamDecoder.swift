/// Reads a stream of completions: chunks of the shape of a reply, each with the next piece of text (WIRE_FORMATS 2).
///
/// As in chat streams, candidates are closed when the stream ends, since services bring usage after the finish reason.
package struct CompletionsStreamDecoder: StreamDecoder {
    private struct Choice {
        let index: Int
        var part: PartID?
        var stop: StopReason?
        var extras: Extras?
    }

    private let codec: CompletionsCodec
    private let requiresTerminator: Bool
    private var hasBegun = false
    private var isOver = false
    private var choices: [Choice] = []
    private var usage: TokenUsage?

    private static let maximumChoices = 1024
    private static let terminator = Array("[DONE]".utf8)

    package init(requiresTerminator: Bool = true) {
        self.requiresTerminator = requiresTerminator
        codec = CompletionsCodec(requiresTerminator: requiresTerminator)
    }

    package mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError) {
        guard !isOver, !frame.data.isEmpty else { return }
        if frame.data.starts(with: Self.terminator) { return end(into: &events) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: frame.data)
        } catch {
            throw ConversionError("", "A frame of the stream is no JSON: \(error.reason).")
        }
        let reader = try FieldReader(checking: value, at: "")
        try decode(reader, into: &events)
    }

    package mutating func finish(into events: inout [StreamEvent]) {
        guard !isOver else { return }
        let isComplete = !choices.isEmpty && choices.allSatisfy { $0.stop != nil }
        guard isComplete, !requiresTerminator else {
            return fail("The provider's stream ended before its end was marked.", into: &events)
        }
        end(into: &events)
    }

    private mutating func decode(
        _ reader: FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        if let error = reader.peek("error"), error != false, error != "" {
            isOver = true
            events.append(.failed(codec.chat.decodeFailure(status: 200, headers: [:], value: .object(reader.object))))
            return
        }
        var fields = reader
        let pieces = try fields.optionalReaders("choices") ?? []
        let counts = fields.value("usage")?.object.map { codec.chat.decodeUsage($0) }
        begin(&fields, into: &events)
        for piece in pieces { try decode(choice: piece, into: &events) }
        // Some services repeat the counts in every chunk; only a change is news.
        if let counts, counts != usage {
            usage = counts
            events.append(.usage(counts))
        }
    }

    private mutating func begin(_ fields: inout FieldReader, into events: inout [StreamEvent]) {
        guard !hasBegun else { return }
        hasBegun = true
        fields.skip("object", "obfuscation")
        var head = ReplyHead()
        head.id = fields.value("id")?.string.flatMap { $0.isEmpty ? nil : $0 }
        head.model = fields.value("model")?.string.flatMap { $0.isEmpty ? nil : $0 }
        head.created = fields.value("created")?.int
        head.extras = fields.rest(origin: .completions)
        events.append(.began(head))
    }

    private mutating func decode(
        choice reader: FieldReader, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        var fields = reader
        let index = fields.value("index")?.int ?? 0
        let place = try place(of: index)
        if let text = try fields.optionalString("text"), !text.isEmpty {
            events.append(.appended(part(at: place, into: &events), .text(text)))
        }
        if let logprobs = fields.value("logprobs")?.object {
            events.append(.logprobs(candidate: index, codec.decodeLogprobs(logprobs)))
        }
        if let word = fields.value("finish_reason")?.string, !word.isEmpty {
            choices[place].stop = codec.stopReason(word)
        }
        guard let rest = fields.rest(origin: .completions) else { return }
        var kept = choices[place].extras ?? Extras(origin: .completions)
        for member in rest.fields where !member.value.isNull { kept.fields[member.key] = member.value }
        choices[place].extras = kept.fields.isEmpty ? nil : kept
    }

    private mutating func place(of index: Int) throws(ConversionError) -> Int {
        if let known = choices.firstIndex(where: { $0.index == index }) { return known }
        guard choices.count < Self.maximumChoices else {
            throw ConversionError("/choices", "holds more candidates than a reply can have")
        }
        choices.append(Choice(index: index))
        return choices.endIndex - 1
    }

    private mutating func part(at place: Int, into events: inout [StreamEvent]) -> PartID {
        if let part = choices[place].part { return part }
        let part = PartID(candidate: choices[place].index, index: 0)
        choices[place].part = part
        events.append(.opened(part, .text))
        return part
    }

    private mutating func end(into events: inout [StreamEvent]) {
        guard hasBegun else { return fail("The provider's stream ended before it began.", into: &events) }
        isOver = true
        for choice in choices {
            if let part = choice.part { events.append(.closed(part)) }
            events.append(.stopped(candidate: choice.index, choice.stop ?? .endOfTurn, extras: choice.extras))
        }
        events.append(.ended)
    }

    private mutating func fail(_ message: String, into events: inout [StreamEvent]) {
        isOver = true
        events.append(.failed(ProviderFailure(kind: .truncated, status: 502, message: message)))
    }
}
