/// Writes one request, keeping what its parts share: the notes, the model's abilities and the renamed identifiers.
///
/// Pointers in notes name the request's members as OpenAI and Anthropic call them, and `/messages/2/content/0` by the
/// places in the hub's request.
struct ConverseRequestEncoder {
    let request: ChatRequest
    let target: ConversionTarget
    let traits: ConverseModelTraits
    let toolNames: ToolNameMap
    /// Calls whose results cannot stand as results.
    let orphans: Set<String>
    var notes: [ConversionNote] = []
    /// Call identifiers as they are written, so that both ends of a pair stay equal.
    var callIDs = CallIDMap(rule: ConverseCodec.callIDRule)
    /// Documents of one request must not share a name.
    var documentNames: Set<String> = []
    /// Texts the conversion itself adds to the system prompt.
    var instructions: [String] = []

    init(_ request: ChatRequest, for target: ConversionTarget) {
        self.request = request
        self.target = target
        traits = ConverseModelTraits(for: target)
        toolNames = request.toolNames(by: ConverseCodec.toolNameRule)
        orphans = request.orphanedResults(for: .converse)
    }

    mutating func encode() throws(ConversionError) -> JSONObject {
        var outputConfig = JSONObject()
        outputConfig.append("textFormat", ifPresent: encodeResponseFormat())
        var conversation = encodeConversation()
        settle(&conversation)
        guard !conversation.turns.isEmpty else {
            throw ConversionError("/messages", "holds nothing that Converse can say")
        }
        let tools = encodeTools(hasToolBlocks: conversation.hasToolBlocks)
        let toolChoice = tools.isEmpty ? nil : encodeToolChoice()
        if tools.isEmpty, let note = request.toolChoice?.noteWithoutTools { notes.append(note) }
        let settings = encodeSettings(
            isToolForced: toolChoice?["any"] != nil || toolChoice?["tool"] != nil,
            isMidToolUse: conversation.continuesCallWithoutThinking)

        var body: JSONObject = ["messages": .array(conversation.turns.map(\.value))]
        if !conversation.system.isEmpty { body.append("system", .array(conversation.system)) }
        if !settings.inference.isEmpty { body.append("inferenceConfig", .object(settings.inference)) }
        if !tools.isEmpty {
            var config: JSONObject = ["tools": .array(tools)]
            config.append("toolChoice", ifPresent: toolChoice.map(JSONValue.object))
            body.append("toolConfig", .object(config))
        }
        if !settings.additional.isEmpty { body.append("additionalModelRequestFields", .object(settings.additional)) }
        outputConfig.append("effort", ifPresent: settings.effort.map { .string($0.rawValue) })
        if !outputConfig.isEmpty { body.append("outputConfig", .object(outputConfig)) }
        body.append("serviceTier", ifPresent: encodeServiceTier().map { ["type": .string($0)] })
        noteWhatHasNoPlace()
        body.append(extras: request.extras.fields(for: .converse, at: "", notes: &notes))
        limitCachePoints(in: &body)
        return body
    }

    mutating func note(
        _ action: ConversionNote.Action, _ pointer: String, _ message: String,
        level: ConversionNote.Level = .warning
    ) {
        notes.append(ConversionNote(action, pointer, message, level: level))
    }
}

// MARK: - Members without a file of their own

extension ConverseRequestEncoder {
    private mutating func encodeServiceTier() -> String? {
        switch request.serviceTier {
        case nil, "auto"?: return nil
        case "default"?, "flex"?, "priority"?, "reserved"?: return request.serviceTier
        case "standard"?, "standard_only"?: return "default"
        case "fast"?: return "priority"
        case let tier?:
            note(.dropped, "/service_tier", "Bedrock has no service tier `\(tier)`.")
            return nil
        }
    }

    private mutating func noteWhatHasNoPlace() {
        if request.endUser != nil {
            note(.dropped, "/user", "Converse has no field for the end user.", level: .info)
        }
        if request.parallelToolCalls == false {
            note(.dropped, "/parallel_tool_calls", "Converse may call several tools at once.")
        }
    }
}
