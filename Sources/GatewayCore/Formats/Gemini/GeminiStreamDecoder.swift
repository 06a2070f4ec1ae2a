/// Reads a stream of generateContent: each frame is a whole reply whose parts are increments (WIRE_FORMATS 6.4).
///
/// Nothing marks the end but that the provider closes the stream: candidates stop there, when it is known whether they call
/// tools. A stream in which a candidate never said why it ended was cut.
struct GeminiStreamDecoder: StreamDecoder {
    private enum Phase {
        case waiting, running, over
    }

    private var phase = Phase.waiting
    private var head = ReplyHead()
    private var candidates: [GeminiCandidateDecoder] = []
    private var usage: TokenUsage?
    private var isBlocked = false
    private var template: GeminiDeltaTemplate?
    /// Templates are only worth the second look at a frame while frames repeat.
    private var templatesLeft = 32

    mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError) {
        guard phase != .over, !frame.data.isEmpty else { return }
        if let told = template?.read(frame.data), let part = template?.part {
            events.append(.appended(part, .text(told.text)))
            if let counts = told.usage { report(counts, into: &events) }
            return
        }
        template = nil
        let first = events.count
        try parse(frame.data, into: &events)
        learn(from: frame.data, events[first...])
    }

    private mutating func parse(_ data: [UInt8], into events: inout [StreamEvent]) throws(ConversionError) {
        let body = try Self.object(data)
        if let error = body["error"], !error.isNull {
            phase = .over
            events.append(.failed(GeminiCodec.decodeFailure(.object(body), status: nil)))
            return
        }
        var fields = FieldReader(body)
        let readers = try fields.optionalReaders("candidates") ?? []
        let counts = try fields.optionalObject("usageMetadata")
        isBlocked = isBlocked || fields.peek("promptFeedback")?["blockReason"] != nil
        readHead(&fields, into: &events)
        for reader in readers { try decode(reader, into: &events) }
        if let counts { report(GeminiCodec.decodeUsage(counts), into: &events) }
    }

    mutating func finish(into events: inout [StreamEvent]) {
        guard phase != .over else { return }
        let isComplete = isBlocked || (!candidates.isEmpty && candidates.allSatisfy { $0.finishReason != nil })
        guard phase == .running, isComplete else {
            phase = .over
            let message = "The provider's stream ended before its end was marked."
            events.append(.failed(ProviderFailure(kind: .truncated, status: 502, message: message)))
            return
        }
        phase = .over
        for place in candidates.indices { candidates[place].finish(into: &events) }
        events.append(.ended)
    }

    /// A stream that is an array tells an error in an array of its own.
    private static func object(_ data: [UInt8]) throws(ConversionError) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data)
        } catch {
            throw ConversionError("", "A frame of the stream is no JSON: \(error.reason).")
        }
        switch value {
        case .object(let object):
            return object
        case .array(let elements):
            guard let object = elements.first?.object, object["error"] != nil else { fallthrough }
            return object
        case .null, .bool, .number, .string:
            throw ConversionError("", "A frame of the stream must be an object, not \(value.kindName).")
        }
    }

    // MARK: The reply as a whole

    /// The first frame tells the head. Later ones repeat it; what they have besides is passed on as it is.
    private mutating func readHead(_ fields: inout FieldReader, into events: inout [StreamEvent]) {
        let told = GeminiCodec.decodeHead(&fields)
        let rest = fields.rest(origin: .gemini)
        guard phase == .waiting else {
            let known = head.extras.fields(for: .gemini)
            let news = rest.fields(for: .gemini).filter { known[$0.key] == nil }
            guard !news.isEmpty else { return }
            let object = JSONObject(members: news)
            head.extras = Extras(origin: .gemini, fields: JSONObject(members: known.members + news))
            events.append(.foreign(Foreign(origin: .gemini, value: .object(object))))
            return
        }
        phase = .running
        head = told
        head.extras = rest
        events.append(.began(head))
    }

    private mutating func decode(_ reader: FieldReader, into events: inout [StreamEvent]) throws(ConversionError) {
        var fields = reader
        let index = try GeminiCodec.decodeIndex(&fields)
        let place: Int
        if let known = candidates.firstIndex(where: { $0.index == index }) {
            place = known
        } else {
            place = candidates.count
            candidates.append(GeminiCandidateDecoder(index: index, replyID: head.id))
        }
        try candidates[place].decode(&fields, into: &events)
    }

    /// Nearly every frame has counts; only a change is news.
    private mutating func report(_ counts: TokenUsage, into events: inout [StreamEvent]) {
        guard counts != usage else { return }
        usage = counts
        events.append(.usage(counts))
    }

    // MARK: The fast path

    /// Learns a template from a frame that told one piece of text, and of the counts, and nothing else. A part that opens
    /// or closes ends the template: the same bytes would then mean another part.
    private mutating func learn(from data: [UInt8], _ events: ArraySlice<StreamEvent>) {
        var delta: (part: PartID, text: String)?
        for event in events {
            switch event {
            case .appended(let part, .text(let text)) where delta == nil: delta = (part, text)
            case .usage: continue
            default: return
            }
        }
        guard let delta, templatesLeft > 0, phase == .running else { return }
        templatesLeft -= 1
        template = GeminiDeltaTemplate(data, part: delta.part, text: delta.text, usage: usage)
    }
}
