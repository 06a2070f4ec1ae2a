extension ResponsesCodec {
    package func encodeRequest(
        _ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var writer = ResponsesRequestWriter(request, for: target)
        let body = try writer.write()
        notes += writer.notes
        return body
    }
}

/// Writes one request, collecting the notes of what it could not carry.
struct ResponsesRequestWriter: OpenAIFamilyWriter {
    let request: ChatRequest
    let target: ConversionTarget
    let traits: OpenAIModelTraits
    let names: ToolNameMap
    var callIDs = CallIDMap(rule: ResponsesCodec.callIDRule)
    let format = WireFormat.responses
    let foreignTiers: Set<String> = ["reserved"]
    /// Calls whose results cannot stand as results.
    let orphans: Set<String>
    var notes: [ConversionNote] = []
    var instructions: String?
    var items: [JSONValue] = []
    /// Whether the API keeps the reply; then identifiers of earlier items mean something to it.
    let isStored: Bool
    /// Calls of the history that are free text, and so are their results.
    var customCalls: Set<String> = []

    init(_ request: ChatRequest, for target: ConversionTarget) {
        self.request = request
        self.target = target
        traits = OpenAIModelTraits(target)
        names = request.toolNames(by: OpenAICodec.toolNameRule)
        orphans = request.orphanedResults { foreign in
            let call = ResponsesCodec.customCall(foreign) ?? (foreign.origin == .responses ? foreign.value.object : nil)
            return call?["call_id"]?.string
        }
        isStored = request.extras.fields(for: .responses)["store"] != false
    }

    mutating func write() throws(ConversionError) -> JSONObject {
        var body: JSONObject = ["model": .string(target.model)]
        writeItems()
        let extras = encodeExtras()
        let text = encodeText()
        if items.isEmpty, let prompt = instructions {
            // The API wants input, not instructions alone.
            append(developer: prompt)
            instructions = nil
        }
        guard !items.isEmpty else {
            throw ConversionError("/messages", "holds nothing that OpenAI Responses can say")
        }
        body.append("instructions", ifPresent: instructions.map { .string($0) })
        body.append("input", .array(items))
        writeLimit(&body)
        let effort = writeReasoning(&body)
        writeSampling(&body, effort: effort ?? traits.defaultEffort)
        writeTools(&body)
        if !text.isEmpty { body.append("text", .object(text)) }
        if request.isStreaming { body.append("stream", true) }
        body.append("user", ifPresent: fittingEndUser().map { .string($0) })
        body.append("service_tier", ifPresent: fittingServiceTier().map { .string($0) })
        body.append(extras: extras)
        return body
    }

    // MARK: Settings

    private mutating func writeLimit(_ body: inout JSONObject) {
        guard var limit = request.maxOutputTokens else { return }
        if limit < ResponsesCodec.smallestOutputLimit {
            note(.clipped, "/max_tokens", "OpenAI Responses wants a limit of at least 16 output tokens.")
            limit = ResponsesCodec.smallestOutputLimit
        }
        body.append("max_output_tokens", .number(JSONNumber(limit)))
    }

    /// Returns the effort that was written.
    private mutating func writeReasoning(_ body: inout JSONObject) -> ReasoningEffort? {
        guard let settings = request.reasoning else { return nil }
        _ = settings.extras.fields(for: .responses, at: "/thinking", notes: &notes)
        var object = JSONObject()
        let effort = fittingEffort(settings)
        object.append("effort", ifPresent: effort.map { .string($0.rawValue) })
        if settings.showsThoughts == true, traits.efforts?.isEmpty != true {
            let wanted = request.extras.fields(for: .responses)["reasoning"]?["summary"]
            object.append("summary", wanted ?? "auto")
        }
        if !object.isEmpty { body.append("reasoning", .object(object)) }
        return effort
    }

    /// How the reply is to be written: the form, and Chat's `verbosity`.
    private mutating func encodeText() -> JSONObject {
        var text = JSONObject()
        switch request.responseFormat {
        case nil: break
        case .text?: text.append("format", ["type": "text"])
        case .jsonObject?:
            mentionJSON()
            text.append("format", ["type": "json_object"])
        case .jsonSchema(let schema)? where traits.structuredOutputs:
            text.append("format", .object(encode(schema)))
        case .jsonSchema(let schema)?:
            note(.emulated, "/response_format", "\(target.model) takes no JSON schema; it gets it as an instruction.")
            append(developer: FormInstruction.matching(schema.schema))
            text.append("format", ["type": "json_object"])
        }
        text.append("verbosity", ifPresent: request.extras.fields(for: .openAI)["verbosity"])
        return text
    }

    private mutating func encode(_ schema: ResponseSchema) -> JSONObject {
        let (written, isStrict) = settled(schema)
        var object: JSONObject = ["type": "json_schema", "name": .string(schema.name ?? "response")]
        object.append("description", ifPresent: schema.description.map { .string($0) })
        object.append("schema", written)
        object.append("strict", ifPresent: isStrict.map { .bool($0) })
        return object
    }

    /// JSON mode is refused unless the input has the word in it; the other formats know no such rule.
    private mutating func mentionJSON() {
        let written = JSONValue.array(items).serialized().map(\.asciiLowercased)
        let isMentioned = written.withUnsafeBytes { ByteSearch.first(of: Array("json".utf8), in: $0) != nil }
        guard !isMentioned, request.extras?.origin != .responses else { return }
        note(.changed, "/messages", "OpenAI wants JSON mode to be mentioned; an instruction was added.", level: .info)
        append(developer: "Answer in JSON.")
    }

    private mutating func append(developer text: String) {
        items.append(["role": "developer", "content": .string(text)])
    }

    private mutating func writeSampling(_ body: inout JSONObject, effort: ReasoningEffort) {
        let sampling = request.sampling
        let isFree = traits.sampling.isAllowed(at: effort)
        write("temperature", sampling.temperature, 0...2, unless: isFree ? nil : 1, &body)
        write("top_p", sampling.topP, 0...1, unless: isFree ? nil : 1, &body)
        if let count = sampling.topLogprobs {
            if isFree {
                if count > 20 { note(.clipped, "/top_logprobs", "OpenAI gives at most 20 alternatives.") }
                body.append("top_logprobs", .number(JSONNumber(min(count, 20))))
            } else if count > 0 {
                note(.dropped, "/top_logprobs", "\(target.model) gives no log probabilities.")
            }
        }
        noteUnsupported(sampling)
    }

    /// What is left out and would have changed the reply.
    private mutating func noteUnsupported(_ sampling: Sampling) {
        let lost: [(isLost: Bool, pointer: String)] = [
            (sampling.topK != nil, "/top_k"),
            (sampling.frequencyPenalty.map { $0.double != 0 } ?? false, "/frequency_penalty"),
            (sampling.presencePenalty.map { $0.double != 0 } ?? false, "/presence_penalty"),
            (sampling.seed != nil, "/seed"),
            (sampling.logitBias?.isEmpty == false, "/logit_bias"),
            (!request.stopSequences.isEmpty, "/stop"),
        ]
        for field in lost where field.isLost {
            note(.dropped, field.pointer, "OpenAI Responses has no such parameter.")
        }
        if let count = sampling.candidateCount, count > 1 {
            note(.dropped, "/n", "OpenAI Responses answers once; \(count) were asked for.")
        }
    }

    // MARK: Members without a place in the hub

    /// Those of Chat that both of OpenAI's formats spell alike.
    private static let sharedWithChat: Set<String> = [
        "metadata", "moderation", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
        "safety_identifier", "store",
    ]

    /// The API keeps every reply unless told not to, and no other format's client expects that.
    private mutating func encodeExtras() -> JSONObject {
        var members: JSONObject
        if let extras = request.extras, extras.origin == .openAI {
            members = extras.fields.shared(with: Self.sharedWithChat)
            var rest = extras
            rest.fields = JSONObject(
                members: extras.fields.members.filter { !Self.sharedWithChat.contains($0.key) && $0.key != "verbosity" }
            )
            _ = Optional(rest).fields(for: .responses, at: "", notes: &notes)
        } else {
            members = request.extras.fields(for: .responses, at: "", notes: &notes)
        }
        if request.extras?.origin != .responses, members["store"] == nil { members.append("store", false) }
        var included = members.removeValue(forKey: "include")?.array ?? []
        if request.sampling.wantsLogprobs == true, !included.contains(.string(ResponsesCodec.logprobsInclude)) {
            included.append(.string(ResponsesCodec.logprobsInclude))
        }
        // Nothing is stored, so only this brings the thoughts back with the results of the tools.
        if request.extras?.origin != .responses, !request.tools.isEmpty, traits.efforts?.isEmpty == false {
            included.append("reasoning.encrypted_content")
        }
        if !included.isEmpty { members.append("include", .array(included)) }
        if !request.isStreaming { members.removeValue(forKey: "stream_options") }
        return members
    }
}

extension JSONObject {
    fileprivate func shared(with names: Set<String>) -> JSONObject {
        JSONObject(members: members.filter { names.contains($0.key) })
    }
}
