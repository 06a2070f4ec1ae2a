/// Writes one request, keeping what its parts share: the notes, the model's abilities and the renamed tools.
///
/// Pointers in notes name the request's members as OpenAI and Anthropic call them, and `/messages/2/content/0` by the
/// places in the hub's request.
struct GeminiRequestWriter {
    let request: ChatRequest
    let target: ConversionTarget
    let traits: GeminiModelTraits
    let names: ToolNameMap
    var notes: [ConversionNote] = []
    /// Texts the conversion itself adds to the system instruction.
    var instructions: [String] = []

    init(_ request: ChatRequest, for target: ConversionTarget) {
        self.request = request
        self.target = target
        traits = GeminiModelTraits(for: target)
        names = request.toolNames(by: GeminiCodec.toolNameRule)
    }

    mutating func write() throws(ConversionError) -> JSONObject {
        let tools = encodeTools()
        let toolConfig = encodeToolConfig(hasFunctions: tools.hasFunctions)
        let generationConfig = encodeGenerationConfig(hasFunctions: tools.hasFunctions)
        var conversation = encodeConversation()
        settle(&conversation)
        guard !conversation.turns.isEmpty else {
            throw ConversionError("/messages", "holds nothing that Gemini can say")
        }

        var body = JSONObject()
        if !conversation.system.isEmpty {
            var system: JSONObject = ["parts": .array(conversation.system)]
            system.append(extras: conversation.systemExtras)
            body.append("systemInstruction", .object(system))
        }
        body.append("contents", .array(conversation.turns.map { .object($0.content) }))
        if !tools.objects.isEmpty { body.append("tools", .array(tools.objects)) }
        if let toolConfig { body.append("toolConfig", ["functionCallingConfig": .object(toolConfig)]) }
        if !generationConfig.isEmpty { body.append("generationConfig", .object(generationConfig)) }
        body.append("serviceTier", ifPresent: encodeServiceTier().map { .string($0) })
        noteWhatHasNoPlace()
        body.append(extras: request.extras.fields(for: .gemini, at: "", notes: &notes))
        return body
    }

    mutating func note(
        _ action: ConversionNote.Action, _ pointer: String, _ message: String,
        level: ConversionNote.Level = .warning
    ) {
        notes.append(ConversionNote(action, pointer, message, level: level))
    }

    /// Notes marks that only other formats know; the model sees the same without them.
    mutating func noteMarks(cache: CacheBreakpoint?, signature: Signature?, at pointer: String) {
        if cache != nil {
            note(.dropped, "\(pointer)/cache_control", "Gemini caches prompts by itself.", level: .info)
        }
        signature?.noteUnless(.gemini, at: pointer, &notes)
    }
}

// MARK: - Members without a file of their own

extension GeminiRequestWriter {
    private mutating func encodeServiceTier() -> String? {
        switch request.serviceTier {
        case nil: return nil
        case let tier? where GeminiCodec.serviceTiers.contains(tier): return tier
        case "default"?, "standard_only"?: return "standard"
        case "fast"?: return "priority"
        case "auto"?: return nil
        case let tier?:
            note(.dropped, "/service_tier", "Gemini has no service tier `\(tier)`.")
            return nil
        }
    }

    private mutating func noteWhatHasNoPlace() {
        if request.endUser != nil {
            note(.dropped, "/user", "Gemini has no field for the end user.", level: .info)
        }
        if request.parallelToolCalls == false {
            note(.dropped, "/parallel_tool_calls", "Gemini may call several tools at once.")
        }
    }
}
