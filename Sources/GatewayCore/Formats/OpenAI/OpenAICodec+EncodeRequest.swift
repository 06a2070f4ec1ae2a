extension OpenAICodec {
    /// `stream_options.include_usage` is written where the request asks for it: whoever needs the usage of a stream sets
    /// `wantsStreamUsage` beforehand.
    package func encodeRequest(
        _ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var writer = OpenAIRequestWriter(request, for: target)
        let body = try writer.write()
        notes += writer.notes
        return body
    }
}

/// Writes one request, collecting the notes of what it could not carry.
struct OpenAIRequestWriter: OpenAIFamilyWriter {
    let request: ChatRequest
    let target: ConversionTarget
    let traits: OpenAIModelTraits
    let names: ToolNameMap
    var callIDs = CallIDMap(rule: OpenAICodec.callIDRule)
    let format = WireFormat.openAI
    let foreignTiers: Set<String> = ["reserved", "ultrafast"]
    /// Calls whose results cannot stand as results.
    let orphans: Set<String>
    var notes: [ConversionNote] = []
    /// Media of tool results, which go into the user's message that follows.
    var pendingMedia: [JSONValue] = []
    var messages: [JSONValue] = []

    init(_ request: ChatRequest, for target: ConversionTarget) {
        self.request = request
        self.target = target
        traits = OpenAIModelTraits(target)
        names = request.toolNames(by: OpenAICodec.toolNameRule)
        orphans = request.orphanedResults(for: .openAI)
    }

    mutating func write() throws(ConversionError) -> JSONObject {
        var body: JSONObject = ["model": .string(target.model)]
        writeMessages()
        guard !messages.isEmpty else {
            throw ConversionError("/messages", "holds nothing that OpenAI Chat can say")
        }
        body.append("messages", .array(messages))
        writeLimits(&body)
        let effort = writeReasoning(&body)
        writeSampling(&body, effort: effort ?? traits.defaultEffort)
        writeTools(&body)
        writeResponseFormat(&body)
        if request.isStreaming { body.append("stream", true) }
        if request.isStreaming, request.wantsStreamUsage { body.append("stream_options", ["include_usage": true]) }
        body.append("user", ifPresent: fittingEndUser().map { .string($0) })
        body.append("service_tier", ifPresent: fittingServiceTier().map { .string($0) })
        var extras = request.extras.fields(for: .openAI, at: "", notes: &notes)
        if !request.isStreaming { extras.removeValue(forKey: "stream_options") }
        body.append(extras: extras)
        return body
    }

    // MARK: Limits

    private mutating func writeLimits(_ body: inout JSONObject) {
        if var limit = request.maxOutputTokens {
            if limit < 1 {
                note(.clipped, "/max_tokens", "OpenAI Chat wants at least one output token.")
                limit = 1
            }
            body.append(traits.isLegacy ? "max_tokens" : "max_completion_tokens", .number(JSONNumber(limit)))
        }
        guard !request.stopSequences.isEmpty else { return }
        guard traits.stop.isAllowed(at: wantedEffort ?? traits.defaultEffort) else {
            return note(.dropped, "/stop", "\(target.model) takes no stop sequences.")
        }
        if request.stopSequences.count > 4 {
            note(.clipped, "/stop", "OpenAI Chat takes four stop sequences; the others are left out.")
        }
        body.append("stop", .array(request.stopSequences.prefix(4).map { .string($0) }))
    }

    // MARK: Form of the reply

    private mutating func writeResponseFormat(_ body: inout JSONObject) {
        switch request.responseFormat {
        case nil: break
        case .text?: body.append("response_format", ["type": "text"])
        case .jsonObject?:
            mentionJSON(&body)
            body.append("response_format", ["type": "json_object"])
        case .jsonSchema(let schema)? where traits.structuredOutputs:
            body.append("response_format", ["type": "json_schema", "json_schema": .object(encode(schema))])
        case .jsonSchema(let schema)?:
            emulate(schema, &body)
        }
    }

    /// JSON mode is refused unless a message has the word in it; the other formats know no such rule.
    private mutating func mentionJSON(_ body: inout JSONObject) {
        let written = JSONValue.array(messages).serialized().map(\.asciiLowercased)
        let isMentioned = written.withUnsafeBytes { ByteSearch.first(of: Array("json".utf8), in: $0) != nil }
        guard !isMentioned, request.extras?.origin != .openAI else { return }
        note(.changed, "/messages", "OpenAI wants JSON mode to be mentioned; an instruction was added.", level: .info)
        messages.append(["role": "system", "content": "Answer in JSON."])
        body["messages"] = .array(messages)
    }

    private mutating func encode(_ schema: ResponseSchema) -> JSONObject {
        let (written, isStrict) = settled(schema)
        var object: JSONObject = ["name": .string(schema.name ?? "response")]
        object.append("description", ifPresent: schema.description.map { .string($0) })
        object.append("schema", written)
        object.append("strict", ifPresent: isStrict.map { .bool($0) })
        return object
    }

    /// For models that know no schema: any JSON object, and the schema as an instruction.
    private mutating func emulate(_ schema: ResponseSchema, _ body: inout JSONObject) {
        note(.emulated, "/response_format", "\(target.model) takes no JSON schema; it gets it as an instruction.")
        messages.append(["role": "system", "content": .string(FormInstruction.matching(schema.schema))])
        body["messages"] = .array(messages)
        body.append("response_format", ["type": "json_object"])
    }
}
