/// Turns as the API wants them: the first by the user, users and assistants by turns, tool results first.
extension ConverseRequestEncoder {
    struct Turn {
        enum Role: String {
            case user, assistant, system
        }

        var role: Role
        var blocks: [JSONValue]
        /// The message's own members, where it came in this format.
        var extras: JSONObject = [:]

        var value: JSONValue {
            var object: JSONObject = ["role": .string(role.rawValue), "content": .array(blocks)]
            object.append(extras: extras)
            return .object(object)
        }
    }

    struct Conversation {
        /// The top-level prompt.
        var system: [JSONValue] = []
        var turns: [Turn] = []
    }

    mutating func encodeConversation() -> Conversation {
        var conversation = Conversation()
        for (index, message) in request.messages.enumerated() {
            let place = PartPlace(message: index)
            if message.name != nil { note(.dropped, "\(place)/name", "Converse has no names of participants.") }
            let extras = message.extras.fields(for: .converse, at: place.description, notes: &notes)
            let role: Turn.Role
            switch message.role {
            case .system, .developer:
                let blocks = encodeSystem(message.parts, at: place)
                guard !conversation.turns.isEmpty, !blocks.isEmpty else {
                    conversation.system += blocks
                    continue
                }
                if !traits.systemMidConversation {
                    note(
                        .changed, place.description,
                        "This model takes system messages only at the start; this one was moved there.")
                    conversation.system += blocks
                } else {
                    conversation.turns.append(Turn(role: .system, blocks: blocks, extras: extras))
                }
                continue
            case .user, .tool: role = .user
            case .assistant: role = .assistant
            }
            let blocks = encode(message.parts, of: role, at: place)
            append(Turn(role: role, blocks: blocks, extras: extras), to: &conversation)
        }
        conversation.system += instructions.map { ["text": .string($0)] }
        return conversation
    }

    private func append(_ turn: Turn, to conversation: inout Conversation) {
        guard !turn.blocks.isEmpty else { return }
        if let last = conversation.turns.indices.last, conversation.turns[last].role == turn.role {
            conversation.turns[last].blocks += turn.blocks
            conversation.turns[last].extras.append(extras: turn.extras)
        } else {
            conversation.turns.append(turn)
        }
    }
}

extension ConverseRequestEncoder.Conversation {
    /// Whether the request ends in results of calls whose turn does not start with thinking. With a thinking budget Claude
    /// refuses that; turns that other models made are like this.
    var continuesCallWithoutThinking: Bool {
        guard turns.count >= 2, let last = turns.last, last.role == .user, last.blocks.first?["toolResult"] != nil
        else { return false }
        return turns[turns.count - 2].blocks.first?["reasoningContent"] == nil
    }

    /// The API refuses calls and results where no tools are defined.
    var hasToolBlocks: Bool {
        turns.contains { $0.blocks.contains { $0["toolUse"] != nil || $0["toolResult"] != nil } }
    }
}

// MARK: - What the API refuses about the whole

extension ConverseRequestEncoder {
    mutating func settle(_ conversation: inout Conversation) {
        for index in conversation.turns.indices where conversation.turns[index].role == .user {
            Self.moveToolResultsFirst(&conversation.turns[index].blocks)
            accompanyDocuments(&conversation.turns[index].blocks)
        }
        if conversation.turns.isEmpty, !conversation.system.isEmpty {
            note(.changed, "/messages/0", "Converse needs a user's turn; the system prompt was written as one.")
            conversation.turns = [Turn(role: .user, blocks: conversation.system)]
            conversation.system = []
        }
        if conversation.turns.first?.role == .assistant {
            note(
                .changed, "/messages", "Converse wants the user to begin; a turn that says `Hello.` was put in front.")
            conversation.turns.insert(Turn(role: .user, blocks: [["text": "Hello."]]), at: 0)
        }
        settleEnd(&conversation)
    }

    /// A cache point stays behind the block that it marks.
    private static func moveToolResultsFirst(_ blocks: inout [JSONValue]) {
        var results: [JSONValue] = []
        var others: [JSONValue] = []
        var isInResults = false
        for block in blocks {
            if block["cachePoint"] == nil { isInResults = block["toolResult"] != nil }
            if isInResults { results.append(block) } else { others.append(block) }
        }
        if !results.isEmpty, !others.isEmpty { blocks = results + others }
    }

    private mutating func accompanyDocuments(_ blocks: inout [JSONValue]) {
        guard blocks.contains(where: { $0["document"] != nil }), !blocks.contains(where: { $0["text"] != nil }) else {
            return
        }
        note(
            .changed, "/messages", "Converse wants a text beside a document; one that says `Read this.` was added.",
            level: .info)
        blocks.append(["text": "Read this."])
    }

    /// A final assistant turn asks older models to go on with it; newer ones refuse it, and so do other vendors'.
    private mutating func settleEnd(_ conversation: inout Conversation) {
        guard let last = conversation.turns.last, last.role == .assistant, last.blocks.last?["text"] != nil else {
            return
        }
        guard traits.family != .claude || !traits.claude.prefill else { return }
        note(.changed, "/messages", "This model does not continue its own turn; one that says `Continue.` was added.")
        conversation.turns.append(Turn(role: .user, blocks: [["text": "Continue."]]))
    }
}
