/// One turn of a conversation.
public struct Message: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable {
        case system, developer, user, assistant
        /// Holds only tool results; formats without such a role put them into a user turn.
        case tool
    }

    public var role: Role
    public var parts: [ContentPart]
    /// The participant's name, where several share a role (OpenAI).
    public var name: String?
    public var extras: Extras?

    public init(role: Role, parts: [ContentPart], name: String? = nil, extras: Extras? = nil) {
        self.role = role
        self.parts = parts
        self.name = name
        self.extras = extras
    }
}

extension Message {
    public static func system(_ text: String) -> Message { Message(role: .system, parts: [.text(text)]) }
    public static func user(_ text: String) -> Message { Message(role: .user, parts: [.text(text)]) }
    public static func user(_ parts: [ContentPart]) -> Message { Message(role: .user, parts: parts) }
    public static func assistant(_ text: String) -> Message { Message(role: .assistant, parts: [.text(text)]) }

    /// The answer to one tool call.
    public static func toolResult(callID: String, text: String, isError: Bool = false) -> Message {
        Message(
            role: .tool,
            parts: [.toolResult(ToolResult(callID: callID, content: [.text(text)], isError: isError))])
    }

    /// The text parts joined.
    public var text: String { parts.joinedText }
}

extension [ContentPart] {
    /// The text of all text parts, joined without a separator.
    public var joinedText: String {
        reduce(into: "") { text, part in
            if case .text(let part) = part { text += part.text }
        }
    }

    public var toolCalls: [ToolCall] {
        compactMap { part in
            guard case .toolCall(let call) = part else { return nil }
            return call
        }
    }
}
