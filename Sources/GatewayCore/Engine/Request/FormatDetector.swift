/// Tells in which format a body is that came where OpenAI's chat is spoken.
///
/// By the top-level members, in this order. Without `messages`: `contents` is Gemini, `input` Responses, `prompt`
/// Completions. With `messages`, a member that only OpenAI's chat has leaves it at that; `system`, `stop_sequences`,
/// `anthropic_version`, a tool with `input_schema`, a `tool_choice` of Anthropic's types, its content blocks, or the header
/// `anthropic-version` are Anthropic. A body that is a legal chat request is never taken for another.
enum FormatDetector {
    static func format(of body: JSONPeek, headers: HTTPFields) -> WireFormat {
        var seen = SeenMembers()
        for member in body.members { seen.note(member, in: body) }
        guard seen.messages == nil else { return seen.isAnthropic(body, headers) ? .anthropic : .openAI }
        if seen.contents { return .gemini }
        if seen.input { return .responses }
        return seen.prompt ? .completions : .openAI
    }
}

/// What the members of a body tell.
private struct SeenMembers {
    var messages: JSONPeek.Value?
    var contents = false
    var input = false
    var prompt = false
    private var hasOpenAIMember = false
    private var hasAnthropicMember = false
    private var hasMaxTokens = false
    private var tools: JSONPeek.Value?
    private var toolChoice: JSONPeek.Value?

    /// Blocks are looked for in this much of the messages.
    private static let maxSearchedBytes = 16 << 10

    private static let openAIMembers = [
        "n", "stop", "max_completion_tokens", "stream_options", "response_format", "frequency_penalty",
        "presence_penalty", "logprobs", "top_logprobs", "logit_bias", "seed", "user", "functions", "function_call",
        "parallel_tool_calls", "reasoning_effort", "modalities", "prediction", "audio", "web_search_options",
        "verbosity",
    ]

    mutating func note(_ member: JSONPeek.Member, in body: JSONPeek) {
        func isNamed(_ name: String) -> Bool { body.isKey(of: member, equalTo: name) }
        let kind = member.value.kind
        if isNamed("model") {
            return
        } else if isNamed("messages") {
            messages = member.value
        } else if isNamed("max_tokens") {
            hasMaxTokens = true
        } else if isNamed("tools") {
            tools = member.value
        } else if isNamed("tool_choice") {
            toolChoice = member.value
        } else if isNamed("system") {
            hasAnthropicMember = hasAnthropicMember || kind == .string || kind == .array
        } else if isNamed("stop_sequences") || isNamed("anthropic_version") {
            hasAnthropicMember = true
        } else if isNamed("contents") {
            contents = kind == .array
        } else if isNamed("input") {
            input = kind == .string || kind == .array
        } else if isNamed("prompt") {
            // An object is a stored prompt of the Responses API.
            input = input || kind == .object
            prompt = kind == .string || kind == .array
        } else if !hasOpenAIMember {
            hasOpenAIMember = Self.openAIMembers.contains(where: isNamed)
        }
    }

    func isAnthropic(_ body: JSONPeek, _ headers: HTTPFields) -> Bool {
        if hasOpenAIMember { return false }
        if hasAnthropicMember || headers["anthropic-version"] != nil { return true }
        if let toolChoice, let type = body.string(body["type", in: toolChoice]) {
            return ["auto", "any", "tool", "none"].contains(type)
        }
        if let tools { return body.firstElement(of: tools).map { body["input_schema", in: $0] != nil } ?? false }
        // Anthropic demands a limit.
        return hasMaxTokens && hasAnthropicBlock(body)
    }

    /// Bytes are searched first: the messages are only read again where they may hold a block of the kind.
    private func hasAnthropicBlock(_ body: JSONPeek) -> Bool {
        guard let messages else { return false }
        let mayHave = body.bytes.withUnsafeBytes { bytes in
            // SAFETY: the range is that of a value inside the bytes, cut at its own end.
            let part = messages.range.prefix(Self.maxSearchedBytes)
            let text = UnsafeRawBufferPointer(rebasing: bytes[part.startIndex..<part.endIndex])
            // Most messages are plain texts, and one search is enough to see that they hold no blocks at all.
            return ByteSearch.first(of: Self.blockType, in: text) != nil
                && Self.marks.contains { ByteSearch.first(of: $0, in: text) != nil }
        }
        return mayHave && body.elements(of: messages).contains { Self.hasAnthropicBlock($0, in: body) }
    }

    private static let blockType = Array("\"type\"".utf8)
    private static let marks = ["\"tool_use\"", "\"tool_result\"", "\"source\""].map { Array($0.utf8) }

    private static func hasAnthropicBlock(_ message: JSONPeek.Value, in body: JSONPeek) -> Bool {
        guard let content = body["content", in: message] else { return false }
        return body.elements(of: content).contains { block in
            switch body.string(body["type", in: block]) {
            case "tool_use"?, "tool_result"?: true
            case "image"?, "document"?: body["source", in: block]?.kind == .object
            default: false
            }
        }
    }
}
