/// Turns as the API wants them: the first by the user, neighbours of one role merged, tool results first.
extension AnthropicRequestEncoder {
    struct Turn {
        enum Role: String {
            case user, assistant, system
        }

        var role: Role
        var blocks: [JSONValue]
        /// The message's own members, where it came in this format.
        var extras: JSONObject = [:]
    }

    struct Conversation {
        /// The top-level prompt.
        var system: [JSONValue] = []
        var turns: [Turn] = []
        /// System messages in the middle that wait for a place.
        fileprivate var waiting: [JSONValue] = []
        fileprivate var waitingExtras: JSONObject = [:]
        /// Of the first of them.
        fileprivate var waitingPlace: PartPlace?
    }

    mutating func encodeConversation() -> Conversation {
        var conversation = Conversation()
        var isLeading = true
        for index in request.messages.indices {
            let message = request.messages[index]
            let place = PartPlace(message: index)
            if message.name != nil {
                note(.dropped, "\(place)/name", "Anthropic has no names of participants.")
            }
            var extras: JSONObject = [:]
            merge(message.extras, into: &extras, at: place)
            let blocks = encode(message.parts, of: message.role, at: place)
            switch message.role {
            case .system, .developer:
                if isLeading {
                    conversation.system += blocks
                } else {
                    keep(blocks, extras, in: &conversation, at: place)
                }
            case .user, .tool:
                isLeading = false
                append(Turn(role: .user, blocks: blocks, extras: extras), to: &conversation)
            case .assistant:
                isLeading = false
                placeWaiting(in: &conversation)
                append(Turn(role: .assistant, blocks: blocks, extras: extras), to: &conversation)
            }
        }
        placeWaiting(in: &conversation)
        conversation.system += instructions.map(Self.textBlock)
        return conversation
    }

    private mutating func keep(
        _ blocks: [JSONValue], _ extras: JSONObject, in conversation: inout Conversation, at place: PartPlace
    ) {
        guard !blocks.isEmpty else { return }
        if traits.systemMidConversation {
            conversation.waitingPlace = conversation.waitingPlace ?? place
            conversation.waiting += blocks
            conversation.waitingExtras.merge(extras)
        } else {
            note(
                .changed, place.description,
                "This model takes system messages only at the start; this one was moved there.")
            conversation.system += blocks
        }
    }

    /// A system message must directly follow a user turn and be followed by an assistant's, or by nothing ("Mid-conversation
    /// system messages" on platform.claude.com). One without a user turn before it becomes a user turn.
    private mutating func placeWaiting(in conversation: inout Conversation) {
        guard !conversation.waiting.isEmpty else { return }
        let followsUser = conversation.turns.last?.role == .user
        if !followsUser, let place = conversation.waitingPlace {
            note(.changed, place.description, "A system message with no user turn beside it was written as one.")
        }
        conversation.turns.append(
            Turn(
                role: followsUser ? .system : .user, blocks: conversation.waiting,
                extras: followsUser ? conversation.waitingExtras : [:]))
        conversation.waiting = []
        conversation.waitingExtras = [:]
        conversation.waitingPlace = nil
    }

    private func append(_ turn: Turn, to conversation: inout Conversation) {
        guard !turn.blocks.isEmpty else { return }
        if let last = conversation.turns.indices.last, conversation.turns[last].role == turn.role {
            conversation.turns[last].blocks += turn.blocks
            conversation.turns[last].extras.merge(turn.extras)
        } else {
            conversation.turns.append(turn)
        }
    }

    static func encode(_ turn: Turn) -> JSONValue {
        var object: JSONObject = ["role": .string(turn.role.rawValue)]
        object.append("content", content(turn.blocks) ?? "")
        object.merge(turn.extras)
        return .object(object)
    }

    /// A lone plain text is written as a string; nil for no blocks.
    static func content(_ blocks: [JSONValue]) -> JSONValue? {
        guard let first = blocks.first else { return nil }
        if blocks.count == 1, let object = first.object, object.count == 2, object["type"] == "text",
            let text = object["text"]
        {
            return text
        }
        return .array(blocks)
    }

    static func textBlock(_ text: String) -> JSONValue {
        ["type": "text", "text": .string(text)]
    }
}

extension AnthropicRequestEncoder.Conversation {
    /// Whether the request ends in results of calls whose turn does not start with thinking. With a thinking budget the
    /// API refuses that; turns that other models made are like this.
    var continuesCallWithoutThinking: Bool {
        guard turns.count >= 2, let last = turns.last, last.role == .user, last.blocks.first?["type"] == "tool_result"
        else { return false }
        let type = turns[turns.count - 2].blocks.first?["type"]
        return type != "thinking" && type != "redacted_thinking"
    }
}

// MARK: - What the API refuses about the whole

extension AnthropicRequestEncoder {
    mutating func settle(_ conversation: inout Conversation) {
        for index in conversation.turns.indices where conversation.turns[index].role == .user {
            Self.moveToolResultsFirst(&conversation.turns[index].blocks)
        }
        settleStart(&conversation)
        settleEnd(&conversation)
    }

    private static func moveToolResultsFirst(_ blocks: inout [JSONValue]) {
        let isResult = { (block: JSONValue) in block["type"] == "tool_result" }
        guard let firstOther = blocks.firstIndex(where: { !isResult($0) }),
            blocks[firstOther...].contains(where: isResult)
        else { return }
        blocks = blocks.filter(isResult) + blocks.filter { !isResult($0) }
    }

    private mutating func settleStart(_ conversation: inout Conversation) {
        if conversation.turns.isEmpty, !conversation.system.isEmpty {
            note(.changed, "/messages/0", "Anthropic needs a user's turn; the system prompt was written as one.")
            conversation.turns = [Turn(role: .user, blocks: conversation.system)]
            conversation.system = []
        }
        if conversation.turns.first?.role == .assistant {
            note(
                .changed, "/messages", "Anthropic wants the user to begin; a turn that says `Hello.` was put in front.")
            conversation.turns.insert(Turn(role: .user, blocks: [Self.textBlock("Hello.")]), at: 0)
        }
    }

    /// A final assistant turn asks older models to go on with it; newer ones refuse it, unless provider-run tools were
    /// paused there.
    private mutating func settleEnd(_ conversation: inout Conversation) {
        guard let last = conversation.turns.indices.last, conversation.turns[last].role == .assistant,
            let final = conversation.turns[last].blocks.last
        else { return }
        let isText = final["type"] == "text"
        if !traits.prefill {
            guard isText else { return }
            note(
                .changed, "/messages", "This model does not continue its own turn; one that says `Continue.` was added."
            )
            conversation.turns.append(Turn(role: .user, blocks: [Self.textBlock("Continue.")]))
        } else if isText, var block = final.object, let text = block["text"]?.string, text.last?.isWhitespace == true {
            let trimmed = text.trimmingTrailingWhitespace
            note(
                .changed, "/messages", "Anthropic refuses a final turn that ends in white space; it was cut.",
                level: .info)
            block["text"] = .string(trimmed)
            conversation.turns[last].blocks[conversation.turns[last].blocks.count - 1] = .object(block)
        }
    }
}

extension String {
    fileprivate var trimmingTrailingWhitespace: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
