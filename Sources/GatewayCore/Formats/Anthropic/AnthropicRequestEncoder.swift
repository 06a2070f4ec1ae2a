/// Writes one request, keeping what its parts share: the notes, the model's abilities and the renamed identifiers.
///
/// Pointers in notes name the request's members as OpenAI and Anthropic call them, and `/messages/2/content/0` by the
/// places in the hub's request.
struct AnthropicRequestEncoder {
    let request: ChatRequest
    let target: ConversionTarget
    let traits: AnthropicModelTraits
    let toolNames: ToolNameMap
    /// Calls whose results cannot stand as results.
    let orphans: Set<String>
    var notes: [ConversionNote] = []
    /// Call identifiers as they are written, so that both ends of a pair stay equal.
    var callIDs = CallIDMap(rule: Self.callIDRule)
    /// Whether the body has to be searched for cache breakpoints.
    var mayHoldBreakpoints = false
    /// Texts the conversion itself adds to the system prompt.
    var instructions: [String] = []

    /// Names of tools, and identifiers of calls: letters, digits, `_` and `-`, as the API's error messages say.
    static let toolNameRule = IdentifierRule(maximumLength: 128)
    static let callIDRule = IdentifierRule(maximumLength: 256)

    init(_ request: ChatRequest, for target: ConversionTarget) {
        self.target = target
        traits = AnthropicModelTraits(for: target)
        toolNames = request.toolNames(by: Self.toolNameRule)
        orphans = request.orphanedResults(for: .anthropic)
        self.request = request
    }

    mutating func encode() throws(ConversionError) -> JSONObject {
        let format = encodeResponseFormat()
        var tools = encodeTools()
        var toolChoice = tools.isEmpty ? nil : encodeToolChoice()
        if tools.isEmpty, let note = request.toolChoice?.noteWithoutTools { notes.append(note) }
        if tools.isEmpty, case let recalled = recalledTools(), !recalled.isEmpty {
            tools = recalled
            toolChoice = ["type": "none"]
        }
        var conversation = encodeConversation()
        settle(&conversation)
        guard !conversation.turns.isEmpty else {
            throw ConversionError("/messages", "holds nothing that Anthropic can say")
        }
        let reasoning = encodeReasoning(
            isToolForced: toolChoice?.forcesToolUse ?? false, isMidToolUse: conversation.continuesCallWithoutThinking,
            maxTokens: encodeMaxTokens())

        var body: JSONObject = ["model": .string(target.model)]
        body.append("max_tokens", .number(JSONNumber(reasoning.maxTokens)))
        body.append("system", ifPresent: Self.content(conversation.system))
        body.append("messages", .array(conversation.turns.map(Self.encode)))
        if !tools.isEmpty { body.append("tools", .array(tools)) }
        body.append("tool_choice", ifPresent: toolChoice.map(JSONValue.object))
        body.append("thinking", ifPresent: reasoning.thinking.map(JSONValue.object))
        encodeOutputConfig(effort: reasoning.effort, format: format, into: &body)
        encodeSampling(isThinking: reasoning.isThinking, into: &body)
        encodeRest(into: &body)
        body.merge(request.extras.fields(for: .anthropic, at: "", notes: &notes))
        limitCacheBreakpoints(in: &body)
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

extension AnthropicRequestEncoder {
    private func encodeOutputConfig(effort: ReasoningEffort?, format: JSONObject?, into body: inout JSONObject) {
        var config = JSONObject()
        config.append("effort", ifPresent: effort.map { .string($0.rawValue) })
        config.append("format", ifPresent: format.map(JSONValue.object))
        if !config.isEmpty { body.append("output_config", .object(config)) }
    }

    private mutating func encodeRest(into body: inout JSONObject) {
        let stops = request.stopSequences.filter { !$0.isBlank }
        if stops.count < request.stopSequences.count {
            note(.dropped, "/stop", "Anthropic refuses stop sequences of white space only.")
        }
        if !stops.isEmpty { body.append("stop_sequences", .array(stops.map(JSONValue.string))) }
        if let user = request.endUser { body.append("metadata", ["user_id": .string(user)]) }
        body.append("service_tier", ifPresent: encodeServiceTier().map(JSONValue.string))
        if request.isStreaming { body.append("stream", true) }
    }

    private mutating func encodeServiceTier() -> String? {
        switch request.serviceTier {
        case nil: return nil
        case "auto"?, "standard_only"?: return request.serviceTier
        case "default"?, "standard"?:
            note(.changed, "/service_tier", "Written as `standard_only`, Anthropic's word for it.", level: .info)
            return "standard_only"
        case let tier?:
            note(.dropped, "/service_tier", "Anthropic has no service tier `\(tier)`.")
            return nil
        }
    }
}

extension JSONObject {
    /// For a `tool_choice`: whether the model must call a tool.
    fileprivate var forcesToolUse: Bool {
        let type = self["type"]?.string
        return type == "any" || type == "tool"
    }
}
