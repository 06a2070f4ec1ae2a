/// What the request writers of OpenAI's formats have in common: they write for the same models.
protocol OpenAIFamilyWriter {
    var request: ChatRequest { get }
    var target: ConversionTarget { get }
    var traits: OpenAIModelTraits { get }
    var names: ToolNameMap { get }
    var notes: [ConversionNote] { get set }
    var format: WireFormat { get }
    /// Service tiers that only other formats have.
    var foreignTiers: Set<String> { get }
}

extension OpenAIFamilyWriter {
    mutating func note(
        _ action: ConversionNote.Action, _ pointer: String, _ message: String,
        level: ConversionNote.Level = .warning
    ) {
        notes.append(ConversionNote(action, pointer, message, level: level))
    }

    /// Notes marks that only other formats know; the model sees the same without them.
    mutating func noteMarks(cache: CacheBreakpoint?, signature: Signature?, at pointer: String) {
        if cache != nil {
            note(.dropped, "\(pointer)/cache_control", "OpenAI caches prompts by itself.", level: .info)
        }
        if signature != nil {
            note(
                .dropped, "\(pointer)/signature", "A signature means something to its own provider only.", level: .info)
        }
    }

    /// Notes what a client says of a medium and OpenAI does not want to know.
    mutating func noteNaming(of part: MediaPart, at pointer: String) {
        if part.hasTypedAddress {
            note(.dropped, "\(pointer)/media_type", "OpenAI finds the type behind an address itself.", level: .info)
        }
        if part.kind != .document, part.name != nil {
            note(.dropped, "\(pointer)/name", "OpenAI takes names of documents only.", level: .info)
        }
    }

    /// The tool's name on the wire, with a note where it had to change.
    mutating func wireName(of name: String, at pointer: String) -> String {
        let wireName = names.wireName(for: name)
        if wireName != name {
            note(.changed, pointer, "The name \(name) is sent as \(wireName).", level: .info)
        }
        return wireName
    }

    // MARK: Schemas

    /// The schema that goes with `strict`; nil, with a note, where OpenAI would refuse it: it holds models only to schemas
    /// that require everything. What OpenAI's own clients write is theirs to get right.
    mutating func strictSchema(_ schema: JSONValue, at pointer: String, strict: String) -> JSONValue? {
        guard request.extras?.origin != .openAI, request.extras?.origin != .responses else { return schema }
        var rewriter = SchemaRewriter(.openAI, at: pointer, isEnforced: true)
        let rewritten = rewriter.rewrite(schema)
        guard rewriter.requiresEverything else {
            note(
                .changed, strict,
                "OpenAI enforces only schemas that require each of their properties; this one is but shown to the model."
            )
            return nil
        }
        notes += rewriter.notes
        return rewritten
    }

    /// The schema of a reply, and whether the model is held to it.
    mutating func settled(_ schema: ResponseSchema) -> (schema: JSONValue, isStrict: Bool?) {
        guard schema.isStrict == true else { return (schema.schema, schema.isStrict) }
        let pointer = "/response_format/json_schema"
        let strict = strictSchema(schema.schema, at: "\(pointer)/schema", strict: "\(pointer)/strict")
        return (strict ?? schema.schema, strict != nil)
    }

    /// The schema of a tool's arguments, and whether the model is held to it.
    mutating func settled(_ tool: FunctionTool, at pointer: String) -> (schema: JSONValue?, isStrict: Bool?) {
        guard tool.isStrict == true, let schema = tool.parameters else { return (tool.parameters, tool.isStrict) }
        let strict = strictSchema(schema, at: "\(pointer)/parameters", strict: "\(pointer)/strict")
        return (strict ?? schema, strict != nil)
    }

    // MARK: Reasoning

    /// The effort the client asks for, before it is fitted to the model; nil when it leaves the choice to the model.
    var wantedEffort: ReasoningEffort? {
        guard let settings = request.reasoning else { return nil }
        if case .disabled? = settings.mode { return ReasoningEffort.none }
        if let effort = settings.effort { return effort }
        guard case .budget(let tokens)? = settings.mode else { return nil }
        return ReasoningEffort(budget: tokens)
    }

    /// The effort to send; nil when none is.
    mutating func fittingEffort(_ settings: ReasoningSettings) -> ReasoningEffort? {
        guard let wanted = wantedEffort else {
            if case .adaptive? = settings.mode {
                note(.dropped, "/reasoning", "How much it thinks is left to \(target.model).", level: .info)
            }
            return nil
        }
        guard let effort = fitting(wanted, settings) else { return nil }
        if effort != wanted {
            note(
                .changed, "/reasoning_effort",
                "\(target.model) gets the reasoning effort \(effort.rawValue) for \(wanted.rawValue).")
        } else if case .budget(let tokens)? = settings.mode, settings.effort == nil {
            note(
                .changed, "/thinking/budget_tokens",
                "A budget of \(tokens) tokens for reasoning is told as the effort \(effort.rawValue).", level: .info)
        }
        return effort
    }

    /// The level the model takes; nil when none is to be sent.
    private mutating func fitting(_ wanted: ReasoningEffort, _ settings: ReasoningSettings) -> ReasoningEffort? {
        if let efforts = traits.efforts {
            if efforts.isEmpty, wanted != ReasoningEffort.none {
                note(.dropped, "/reasoning", "\(target.model) does not reason.")
            }
            return wanted.nearest(in: efforts)
        }
        // Of a model that is not known, say only what the client said itself, or what every reasoning service takes.
        if settings.effort != nil { return wanted }
        guard wanted != ReasoningEffort.none else {
            note(.dropped, "/reasoning", "\(target.model) is not known to stop reasoning when asked.")
            return nil
        }
        return wanted.nearest(in: [.low, .medium, .high])
    }

    // MARK: Members of the same form

    /// - Parameter only: the one value the model takes; nil when it takes all of the range.
    mutating func write(
        _ key: String, _ number: JSONNumber?, _ range: ClosedRange<Double>, unless only: Double?,
        _ body: inout JSONObject
    ) {
        guard let number, let value = number.double else { return }
        if let only, value != only {
            return note(.dropped, "/\(key)", "\(target.model) does not take this parameter.")
        }
        guard !range.contains(value) else {
            body.append(key, .number(number))
            return
        }
        let nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
        note(.clipped, "/\(key)", "OpenAI takes \(Int(range.lowerBound)) to \(Int(range.upperBound)).")
        body.append(key, .number(JSONNumber(Int(nearest))))
    }

    mutating func fittingEndUser() -> String? {
        guard let user = request.endUser else { return nil }
        let fitting = OpenAICodec.endUserRule.fitting(user)
        if fitting != user { note(.changed, "/user", "The user's name was too long and is shortened.", level: .info) }
        return fitting
    }

    /// Anthropic's and Gemini's words for the ordinary tier are `default` here. Words that nobody is known to have are left
    /// to the service to judge.
    mutating func fittingServiceTier() -> String? {
        switch request.serviceTier {
        case nil, "unspecified"?: return nil
        case "standard_only"?, "standard"?: return "default"
        case let tier? where foreignTiers.contains(tier):
            note(.dropped, "/service_tier", "\(format.displayName) has no service tier `\(tier)`.")
            return nil
        case let tier?: return tier
        }
    }
}
