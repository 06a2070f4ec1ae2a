import GatewayCore

/// The demo's models. Each is a function of the request: the same question gets the same answer.
enum DemoModel: String, CaseIterable {
    /// Says the last user message again, and what came with it.
    case echo
    /// As much lorem ipsum as the limit allows.
    case lorem
    /// Calls every tool it is offered once, then tells what they returned.
    case tools

    func answer(_ request: ChatRequest) -> ChatReply {
        var candidate = Candidate(parts: parts(for: request), stop: .endOfTurn)
        if !candidate.parts.toolCalls.isEmpty {
            candidate.stop = .toolUse
        } else {
            DemoLimits(request).apply(to: &candidate)
        }
        var reply = ChatReply(id: "chatcmpl-demo", model: rawValue, candidates: [candidate])
        reply.created = 0
        reply.usage = TokenUsage(
            freshInput: DemoLimits.tokens(in: request), output: DemoLimits.tokens(in: candidate.parts))
        return reply
    }

    private func parts(for request: ChatRequest) -> [ContentPart] {
        if let format = request.responseFormat, let json = SampleJSON.answer(format, echoing: request.lastQuestion) {
            return [.text(json.serializedString)]
        }
        switch self {
        case .echo: return [.text(request.lastQuestion)]
        case .lorem: return [.text(Self.loremIpsum(tokens: request.maxOutputTokens ?? 120))]
        case .tools: return toolTurn(request)
        }
    }

    private func toolTurn(_ request: ChatRequest) -> [ContentPart] {
        let results = request.resultsOfLastTurn
        guard results.isEmpty else {
            return [.text(results.map { "The tool answered: \($0)" }.joined(separator: "\n"))]
        }
        let tools = request.tools.compactMap { tool -> FunctionTool? in
            guard case .function(let tool) = tool, request.toolChoice?.allows(tool.name) ?? true else { return nil }
            return tool
        }
        guard !tools.isEmpty else { return [.text("I was offered no tools. You said: \(request.lastQuestion)")] }
        let called = request.parallelToolCalls == false ? tools.prefix(1) : tools[...]
        return called.enumerated().map { index, tool in
            let arguments = SampleJSON.value(for: tool.parameters ?? .object([:])).serializedString
            return .toolCall(ToolCall(id: "call_demo_\(index)", name: tool.name, arguments: arguments))
        }
    }

    private static func loremIpsum(tokens: Int) -> String {
        let words = """
            Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore \
            magna aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo \
            consequat
            """.split(separator: " ")
        // The limit is any number the client writes, so it is bounded before anything is made of it.
        let count = min(max(tokens, 0), 10_000) * 2
        return (0..<count).map { words[$0 % words.count] }.joined(separator: " ") + "."
    }
}

extension ToolChoice {
    fileprivate func allows(_ name: String) -> Bool {
        switch self {
        case .none: false
        case .named(let only): name == only
        case .allowed(let names, _): names.contains(name)
        case .auto, .required, .foreign: true
        }
    }
}

extension ChatRequest {
    /// The text of the last user message, with a line for each thing that was attached.
    fileprivate var lastQuestion: String {
        guard let message = messages.last(where: { $0.role == .user }) else { return "You said nothing." }
        let attachments = message.parts.compactMap { part -> String? in
            guard case .media(let media) = part else { return nil }
            return "[\(media.kind.rawValue) received: \(media.mediaType ?? "type unknown"), \(media.size)]"
        }
        return ([message.text].filter { !$0.isEmpty } + attachments).joined(separator: "\n")
    }

    /// The texts of the tool results that follow the last assistant message.
    fileprivate var resultsOfLastTurn: [String] {
        let start = messages.lastIndex { $0.role == .assistant }.map { $0 + 1 } ?? 0
        return messages[start...].flatMap(\.parts).compactMap { part in
            guard case .toolResult(let result) = part else { return nil }
            return result.content.joinedText
        }
    }
}

extension MediaPart {
    fileprivate var size: String {
        switch source {
        case .base64(let text):
            "\(text.utf8.count / 4 * 3 - text.utf8.suffix(2).count { $0 == UInt8(ascii: "=") }) bytes"
        case .text(let text): "\(text.utf8.count) bytes"
        case .url(let url): url
        case .file(let id, _): "file \(id)"
        }
    }
}
