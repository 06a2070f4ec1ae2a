/// One candidate of a stream while it is being read.
struct OpenAICandidateDecoder {
    /// A text, a reasoning or a refusal; one at a time is open.
    private enum Prose: Equatable {
        case text, reasoning, refusal

        var kind: PartKind {
            switch self {
            case .text: .text
            case .reasoning: .reasoning
            case .refusal: .refusal
            }
        }
    }

    private static let maximumCalls = 1024

    let index: Int
    private(set) var finishReason: String?
    private let calls: CallIDs
    private var partCount = 0
    private var prose: (id: PartID, kind: Prose)?
    private var openCalls: [OpenAICallDecoder] = []
    private var context = StopContext()
    private var extras = JSONObject()

    init(index: Int, replyID: String?) {
        self.index = index
        calls = CallIDs(replyID: replyID, candidate: index)
    }

    mutating func decode(
        _ choice: inout FieldReader, codec: OpenAICodec, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        choice.skip("index")
        if var delta = try choice.optionalReader("delta") {
            try decode(delta: &delta, codec: codec, into: &events)
        }
        if let logprobs = choice.value("logprobs")?.object {
            events.append(.logprobs(candidate: index, codec.decodeLogprobs(logprobs)))
        }
        if let word = choice.value("finish_reason")?.string, !word.isEmpty { finishReason = word }
        keep(choice.rest(origin: .openAI), under: nil)
    }

    private mutating func decode(
        delta: inout FieldReader, codec: OpenAICodec, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        delta.skip("role")
        append(OpenAICodec.reasoning(&delta), to: .reasoning, into: &events)
        for piece in OpenAICodec.pieces(of: delta.value("content")) {
            if case .text(let part) = piece { append(part.text, to: .text, into: &events) }
            if case .reasoning(let part) = piece { append(part.text, to: .reasoning, into: &events) }
        }
        append(delta.value("refusal")?.string ?? "", to: .refusal, into: &events)
        for annotation in delta.value("annotations")?.array ?? [] {
            events.append(.appended(open(.text, into: &events), .citation(Foreign(origin: .openAI, value: annotation))))
        }
        for image in OpenAICodec.images(&delta) {
            appendWhole(.media(image), into: &events)
        }
        for var fragment in try delta.optionalReaders("tool_calls") ?? [] {
            try decode(call: &fragment, codec: codec, into: &events)
        }
        if var legacy = try delta.optionalReader("function_call") {
            let name = try legacy.optionalString("name") ?? ""
            let arguments = try codec.decodeArguments(&legacy)
            try append(name: name, arguments: arguments, to: try call(index: -1, id: "", name: ""), into: &events)
        }
        keep(delta.rest(origin: .openAI), under: "message")
    }

    // MARK: Prose

    private mutating func append(_ text: String, to kind: Prose, into events: inout [StreamEvent]) {
        guard !text.isEmpty else { return }
        events.append(.appended(open(kind, into: &events), .text(text)))
    }

    private mutating func open(_ kind: Prose, into events: inout [StreamEvent]) -> PartID {
        if let prose, prose.kind == kind { return prose.id }
        closeProse(into: &events)
        let id = nextPart()
        prose = (id, kind)
        if kind == .refusal { context.hasRefusal = true }
        events.append(.opened(id, kind.kind))
        return id
    }

    private mutating func closeProse(into events: inout [StreamEvent]) {
        guard let open = prose else { return }
        events.append(.closed(open.id))
        prose = nil
    }

    private mutating func appendWhole(_ part: ContentPart, into events: inout [StreamEvent]) {
        closeProse(into: &events)
        let id = nextPart()
        context.take(part)
        events.append(.opened(id, .whole(part)))
        events.append(.closed(id))
    }

    private mutating func nextPart() -> PartID {
        defer { partCount += 1 }
        return PartID(candidate: index, index: partCount)
    }

    // MARK: Tool calls

    private mutating func decode(
        call fragment: inout FieldReader, codec: OpenAICodec, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        let wireIndex = fragment.value("index")?.int
        let id = fragment.value("id")?.string ?? ""
        let type = fragment.value("type")?.string ?? ""
        var function = try fragment.optionalReader("function")
        let name = function?.value("name")?.string ?? ""
        let place = try call(index: wireIndex, id: id, name: name)
        if !type.isEmpty, type != "function" { openCalls[place].foreignType = type }
        if openCalls[place].foreignType != nil {
            openCalls[place].merge(fragment.object)
            return
        }
        let arguments = try function.map { (reader) throws(ConversionError) -> String in
            var reader = reader
            return try codec.decodeArguments(&reader)
        }
        try append(name: name, arguments: arguments ?? "", to: place, into: &events)
        function?.skip("arguments")
        var rest = fragment.rest(origin: .openAI)
        rest.nest(function?.rest(origin: .openAI), under: "function")
        openCalls[place].keep(rest)
    }

    /// The call a fragment belongs to. Services differ: some repeat the id, some leave the index out, and some give every
    /// call the index 0; a new id together with a name is a new call.
    private mutating func call(index wireIndex: Int?, id: String, name: String) throws(ConversionError) -> Int {
        let sameIndex = wireIndex.flatMap { wire in openCalls.lastIndex { $0.wireIndex == wire } }
        if let sameIndex {
            let known = openCalls[sameIndex].id
            if id.isEmpty || known.isEmpty || known == id || name.isEmpty {
                if known.isEmpty { openCalls[sameIndex].id = id }
                return sameIndex
            }
        }
        if !id.isEmpty, let sameID = openCalls.lastIndex(where: { $0.id == id }) { return sameID }
        if wireIndex == nil, id.isEmpty, name.isEmpty, !openCalls.isEmpty { return openCalls.endIndex - 1 }
        guard openCalls.count < Self.maximumCalls else {
            throw ConversionError("/choices/\(index)/delta/tool_calls", "holds more calls than a reply can have")
        }
        openCalls.append(OpenAICallDecoder(wireIndex: wireIndex ?? openCalls.count, id: id))
        return openCalls.endIndex - 1
    }

    /// A call is opened once its name is known; what arrives before is held.
    private mutating func append(
        name: String, arguments: String, to place: Int, into events: inout [StreamEvent]
    ) throws(ConversionError) {
        if openCalls[place].part == nil, !name.isEmpty { openCall(place, name: name, into: &events) }
        guard let part = openCalls[place].part else {
            openCalls[place].heldArguments += arguments
            return
        }
        if !arguments.isEmpty { events.append(.appended(part, .arguments(arguments))) }
    }

    private mutating func openCall(_ place: Int, name: String, into events: inout [StreamEvent]) {
        closeProse(into: &events)
        let part = nextPart()
        if openCalls[place].id.isEmpty { openCalls[place].id = calls.id(at: place) }
        openCalls[place].part = part
        context.hasToolCall = true
        events.append(.opened(part, .toolCall(id: openCalls[place].id, name: name)))
        if !openCalls[place].heldArguments.isEmpty {
            events.append(.appended(part, .arguments(openCalls[place].heldArguments)))
            openCalls[place].heldArguments = ""
        }
    }

    // MARK: The end

    /// Closes what is open and tells why the candidate ended. A service that gave no reason is taken to have finished.
    mutating func finish(codec: OpenAICodec, into events: inout [StreamEvent]) {
        closeProse(into: &events)
        for place in openCalls.indices {
            if let whole = openCalls[place].foreignCall {
                appendWhole(.foreign(whole), into: &events)
                continue
            }
            if openCalls[place].part == nil { openCall(place, name: "", into: &events) }
            guard let part = openCalls[place].part else { continue }
            if let extras = openCalls[place].extras { events.append(.appended(part, .extras(extras))) }
            events.append(.closed(part))
        }
        openCalls = []
        let reason = codec.stopReason(finishReason ?? "stop", context)
        let kept = extras.isEmpty ? nil : Extras(origin: .openAI, fields: extras)
        events.append(.stopped(candidate: index, reason, extras: kept))
    }

    /// What the hub has no name for: the latest word counts, and empty ones say nothing.
    private mutating func keep(_ rest: Extras?, under key: String?) {
        guard let rest else { return }
        for member in rest.fields where !member.value.isNull && member.value != [:] {
            guard let key else {
                extras[member.key] = member.value
                continue
            }
            var inner = extras[key]?.object ?? [:]
            inner[member.key] = member.value
            extras[key] = .object(inner)
        }
    }
}

/// One tool call of a stream while it is being read.
struct OpenAICallDecoder {
    let wireIndex: Int
    var id: String
    /// Set once the call is opened.
    var part: PartID?
    var heldArguments = ""
    /// The type when it is not `function`: such a call is passed on whole.
    var foreignType: String?
    private var collected = JSONObject()
    private(set) var extras: Extras?

    init(wireIndex: Int, id: String) {
        self.wireIndex = wireIndex
        self.id = id
    }

    mutating func keep(_ rest: Extras?) {
        guard let rest else { return }
        var all = rest.fields
        all.append(extras: extras.fields(for: .openAI))
        extras = Extras(origin: .openAI, fields: all)
    }

    /// Adds a fragment: strings inside the call's own member are appended, everything else is set once.
    mutating func merge(_ fragment: JSONObject) {
        for member in fragment where member.key != "index" && !member.value.isNull {
            guard case .object(let piece) = member.value else {
                if collected[member.key] == nil { collected[member.key] = member.value }
                continue
            }
            var inner = collected[member.key]?.object ?? [:]
            for field in piece {
                if case .string(let before)? = inner[field.key], case .string(let more) = field.value {
                    inner[field.key] = .string(before + more)
                } else {
                    inner[field.key] = field.value
                }
            }
            collected[member.key] = .object(inner)
        }
    }

    /// The whole call; nil for function calls.
    var foreignCall: Foreign? {
        guard foreignType != nil else { return nil }
        return Foreign(origin: .openAI, value: .object(collected))
    }
}
