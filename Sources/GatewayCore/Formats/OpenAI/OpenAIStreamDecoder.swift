/// Reads a stream of `chat.completion.chunk`s: WIRE_FORMATS 1.3, and what Azure and compatible services make of it.
///
/// Parts and candidates are closed when the stream ends, since services bring usage, further calls and filter results
/// after the finish reason. A text ends earlier when a part of another kind begins.
package struct OpenAIStreamDecoder: StreamDecoder {
    private enum Phase {
        /// Nothing of the reply is known yet. Azure's first chunk has no choices and no id.
        case waiting
        case running
        case over
    }

    private let requiresTerminator: Bool
    private let codec = OpenAICodec()
    private var phase = Phase.waiting
    private var head = ReplyHead()
    private var candidates: [OpenAICandidateDecoder] = []
    private var usage: TokenUsage?
    private var template: OpenAIDeltaTemplate?
    /// Templates are only worth the second look at a frame while frames repeat.
    private var templatesLeft = 32

    package init(requiresTerminator: Bool = true) {
        self.requiresTerminator = requiresTerminator
    }

    package mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase != .over else { return }
        if let template, let text = template.text(in: frame.data) {
            events.append(.appended(template.part, template.delta(text)))
            return
        }
        if frame.data.starts(with: Self.terminator) { return end(into: &events) }
        guard !frame.data.isEmpty else { return }
        let chunk = try Self.object(frame.data)
        let first = events.count
        try decode(chunk, into: &events)
        learn(from: frame.data, events[first...])
    }

    package mutating func finish(into events: inout [StreamEvent]) {
        guard phase != .over else { return }
        let isComplete = !candidates.isEmpty && candidates.allSatisfy { $0.finishReason != nil }
        guard isComplete, !requiresTerminator else {
            return fail(.truncated, "The provider's stream ended before its end was marked.", into: &events)
        }
        end(into: &events)
    }

    private static let terminator = Array("[DONE]".utf8)

    private static func object(_ data: [UInt8]) throws(ConversionError) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data)
        } catch {
            throw ConversionError("", "A frame of the stream is no JSON: \(error.reason).")
        }
        guard case .object(let object) = value else {
            throw ConversionError("", "A frame of the stream must be an object, not \(value.kindName).")
        }
        return object
    }

    // MARK: Frames

    private mutating func decode(_ chunk: JSONObject, into events: inout [StreamEvent]) throws(ConversionError) {
        if let error = chunk["error"], !error.isNull, error != false, error != "" {
            phase = .over
            events.append(.failed(codec.decodeFailure(status: 200, headers: [:], value: .object(chunk))))
            return
        }
        var fields = FieldReader(chunk)
        let choices = try fields.optionalReaders("choices") ?? []
        readHead(&fields)
        let counts = fields.value("usage")?.object
        let rest = fields.rest(origin: .openAI)
        if choices.isEmpty {
            takeRest(rest, of: chunk, into: &events)
        } else {
            begin(rest, into: &events)
        }
        for choice in choices {
            try decode(choice, into: &events)
        }
        if let counts = counts ?? chunk["x_groq"]?["usage"]?.object {
            report(codec.decodeUsage(counts, serviceTier: head.serviceTier), into: &events)
        }
    }

    private mutating func decode(_ reader: FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        var choice = reader
        let index = choice.value("index")?.int ?? 0
        let place: Int
        if let known = candidates.firstIndex(where: { $0.index == index }) {
            place = known
        } else {
            guard candidates.count < 128 else {
                throw ConversionError("/choices", "holds more candidates than a reply can have")
            }
            place = candidates.count
            candidates.append(OpenAICandidateDecoder(index: index, replyID: head.id))
        }
        try candidates[place].decode(&choice, codec: codec, into: &events)
    }

    // MARK: The reply as a whole

    private mutating func readHead(_ fields: inout FieldReader) {
        fields.skip("object", "obfuscation")
        let id = fields.value("id")?.string
        let model = fields.value("model")?.string
        let created = fields.value("created")?.int
        let tier = fields.value("service_tier")?.string
        guard phase == .waiting else { return }
        if let id, !id.isEmpty { head.id = id }
        if let model, !model.isEmpty { head.model = model }
        if let created, created > 0 { head.created = created }
        head.serviceTier = tier ?? head.serviceTier
    }

    private mutating func begin(_ rest: Extras?, into events: inout [StreamEvent]) {
        guard phase == .waiting else { return }
        var fields = head.extras.fields(for: .openAI)
        fields.append(extras: rest.fields(for: .openAI))
        head.extras = fields.isEmpty ? nil : Extras(origin: .openAI, fields: fields)
        phase = .running
        events.append(.began(head))
    }

    /// A chunk without choices: usage at the end, filter results at the start, something new in between.
    private mutating func takeRest(_ rest: Extras?, of chunk: JSONObject, into events: inout [StreamEvent]) {
        let hasUsage = chunk["usage"]?.object != nil
        guard phase == .waiting else {
            let news = rest.fields(for: .openAI).filter { $0.key != "system_fingerprint" && !$0.value.isNull }
            if !hasUsage, !news.isEmpty { events.append(.foreign(Foreign(origin: .openAI, value: .object(chunk)))) }
            return
        }
        if hasUsage { return begin(rest, into: &events) }
        var fields = head.extras.fields(for: .openAI)
        fields.append(extras: rest.fields(for: .openAI))
        head.extras = fields.isEmpty ? nil : Extras(origin: .openAI, fields: fields)
    }

    /// Some services repeat the counts in every chunk; only a change is news.
    private mutating func report(_ counts: TokenUsage, into events: inout [StreamEvent]) {
        guard counts != usage else { return }
        usage = counts
        events.append(.usage(counts))
    }

    private mutating func end(into events: inout [StreamEvent]) {
        if phase == .waiting {
            return fail(.truncated, "The provider's stream ended before it began.", into: &events)
        }
        for place in candidates.indices {
            candidates[place].finish(codec: codec, into: &events)
        }
        phase = .over
        events.append(.ended)
    }

    private mutating func fail(
        _ kind: ProviderFailure.Kind, _ message: String, into events: inout [StreamEvent]
    ) {
        phase = .over
        events.append(.failed(ProviderFailure(kind: kind, status: 502, message: message)))
    }

    // MARK: The fast path

    /// Learns a template from a frame that told one delta and nothing else. A part that opens or closes ends the template:
    /// the same bytes would then mean another part.
    private mutating func learn(from data: [UInt8], _ events: ArraySlice<StreamEvent>) {
        guard events.count == 1, case .appended(let part, let delta)? = events.first else {
            if !events.isEmpty { template = nil }
            return
        }
        guard templatesLeft > 0 else { return }
        templatesLeft -= 1
        template = OpenAIDeltaTemplate(data, part: part, delta: delta)
    }
}
