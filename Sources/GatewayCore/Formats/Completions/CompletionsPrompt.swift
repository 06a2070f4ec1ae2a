/// A conversation as the one text that a Completions model continues.
///
/// The single text of a user is the prompt as it is. Everything else becomes a transcript that ends where the assistant
/// speaks next, which is told in a note.
struct CompletionsPrompt {
    private(set) var text = ""
    /// What begins the user's next turn in a transcript; nil when the prompt is none.
    private(set) var turnMark: String?
    private(set) var notes: [ConversionNote] = []

    init(_ request: ChatRequest) {
        var turns: [(role: Message.Role, text: String)] = []
        for (index, message) in request.messages.enumerated() {
            let said = text(of: message, at: "/messages/\(index)")
            if !said.isEmpty { turns.append((message.role, said)) }
        }
        if let instruction = instruction(for: request.responseFormat) { turns.insert((.system, instruction), at: 0) }
        guard turns.contains(where: { $0.role != .user }) || turns.count > 1 else {
            text = turns.first?.text ?? ""
            return
        }
        notes.append(
            ConversionNote(
                .emulated, "/messages", "OpenAI Completions takes one text: it gets a transcript of the turns."))
        turnMark = "\nUser:"
        text = turns.map { Self.label($0.role) + $0.text }.joined(separator: "\n\n") + "\n\nAssistant:"
    }

    private static func label(_ role: Message.Role) -> String {
        switch role {
        case .system, .developer: ""
        case .user: "User: "
        case .assistant: "Assistant: "
        case .tool: "Tool: "
        }
    }

    private mutating func text(of message: Message, at pointer: String) -> String {
        _ = message.extras.fields(for: .completions, at: pointer, notes: &notes)
        if message.name != nil { drop("\(pointer)/name", "A transcript has no names of participants.") }
        var pieces: [String] = []
        for (index, part) in message.parts.enumerated() {
            if let piece = text(of: part, at: "\(pointer)/content/\(index)") { pieces.append(piece) }
        }
        return pieces.joined()
    }

    private mutating func text(of part: ContentPart, at pointer: String) -> String? {
        switch part {
        case .text(let part):
            noteMarks(part.cache, part.signature, part.extras, at: pointer)
            if !part.citations.isEmpty { drop("\(pointer)/citations", "A prompt has no citations.", level: .info) }
            return part.text
        case .refusal(let text): return text
        case .toolCall(let call): return text(of: call, at: pointer)
        case .toolResult(let result): return text(of: result, at: pointer)
        case .media: drop(pointer, "OpenAI Completions takes text only.")
        case .reasoning: drop(pointer, "Earlier reasoning has no place in a prompt.", level: .info)
        case .foreign: drop(pointer, "OpenAI Completions has no counterpart of this part.")
        }
        return nil
    }

    /// The transcript shows what was called and what came of it; which belongs to which, their order tells.
    private mutating func text(of call: ToolCall, at pointer: String) -> String {
        noteMarks(call.cache, call.signature, call.extras, at: pointer)
        drop("\(pointer)/id", "A transcript has no identifiers of calls.", level: .info)
        return "[\(call.name) \(call.arguments)]"
    }

    private mutating func text(of result: ToolResult, at pointer: String) -> String {
        noteMarks(result.cache, nil, result.extras, at: pointer)
        drop("\(pointer)/call_id", "A transcript has no identifiers of calls.", level: .info)
        if result.isError { drop("\(pointer)/is_error", "A transcript has no mark for failed tools.") }
        var pieces: [String] = []
        for (index, part) in result.content.enumerated() {
            if let piece = text(of: part, at: "\(pointer)/content/\(index)") { pieces.append(piece) }
        }
        return pieces.joined()
    }

    /// What other formats hang on their parts, and a text has no place for.
    private mutating func noteMarks(
        _ cache: CacheBreakpoint?, _ signature: Signature?, _ extras: Extras?, at pointer: String
    ) {
        if cache != nil {
            drop("\(pointer)/cache_control", "OpenAI Completions has no cache breakpoints.", level: .info)
        }
        if signature != nil {
            drop("\(pointer)/signature", "A signature means something to its own provider only.", level: .info)
        }
        _ = extras.fields(for: .completions, at: pointer, notes: &notes)
    }

    private mutating func instruction(for format: ResponseFormat?) -> String? {
        let text: String
        switch format {
        case nil, .text?: return nil
        case .jsonObject?: text = FormInstruction.anyObject
        case .jsonSchema(let schema)?:
            schema.noteNaming(for: .completions, &notes)
            text = FormInstruction.matching(schema.schema)
        }
        notes.append(
            ConversionNote(
                .emulated, "/response_format", "OpenAI Completions has no JSON mode; the model gets an instruction."))
        return text
    }

    private mutating func drop(_ pointer: String, _ message: String, level: ConversionNote.Level = .warning) {
        notes.append(ConversionNote(.dropped, pointer, message, level: level))
    }
}
