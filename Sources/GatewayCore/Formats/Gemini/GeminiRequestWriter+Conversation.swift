/// Turns as the API wants them: neighbours of one role merged, a call's results in the turn after it.
extension GeminiRequestWriter {
    struct Turn {
        enum Role: String {
            case user, model
        }

        var role: Role
        var items: [Item]
        /// The content's own members, where it came in this format.
        var extras: JSONObject = [:]

        var content: JSONObject {
            var content: JSONObject = ["role": .string(role.rawValue)]
            content.append("parts", .array(items.map(\.part)))
            content.append(extras: extras)
            return content
        }
    }

    /// A part, with what has to be known of it to set the turns right.
    struct Item {
        enum Kind: Equatable {
            case other
            case call(id: String, name: String)
            case result(id: String)
        }

        var part: JSONValue
        var kind = Kind.other
        /// Stands in for a result that answers no call.
        var plainText = ""
    }

    struct Conversation {
        var system: [JSONValue] = []
        var systemExtras: JSONObject = [:]
        var turns: [Turn] = []
    }

    mutating func encodeConversation() -> Conversation {
        var conversation = Conversation()
        for (index, message) in request.messages.enumerated() {
            let pointer = "/messages/\(index)"
            if message.name != nil {
                note(.dropped, "\(pointer)/name", "Gemini has no names of participants.")
            }
            let extras = message.extras.fields(for: .gemini, at: pointer, notes: &notes)
            switch message.role {
            case .system, .developer:
                if !conversation.turns.isEmpty {
                    note(.changed, pointer, "Gemini takes system messages only at the start; this one was moved there.")
                }
                conversation.system += encodeSystem(message.parts, at: pointer)
                conversation.systemExtras.append(extras: extras)
            case .user, .tool:
                append(
                    Turn(role: .user, items: items(message.parts, of: .user, at: pointer), extras: extras),
                    to: &conversation)
            case .assistant:
                append(
                    Turn(role: .model, items: items(message.parts, of: .model, at: pointer), extras: extras),
                    to: &conversation)
            }
        }
        conversation.system += instructions.map { ["text": .string($0)] }
        return conversation
    }

    private func append(_ turn: Turn, to conversation: inout Conversation) {
        guard !turn.items.isEmpty else { return }
        if let last = conversation.turns.indices.last, conversation.turns[last].role == turn.role {
            conversation.turns[last].items += turn.items
            conversation.turns[last].extras.append(extras: turn.extras)
        } else {
            conversation.turns.append(turn)
        }
    }

    private mutating func encodeSystem(_ parts: [ContentPart], at pointer: String) -> [JSONValue] {
        items(parts, of: .user, at: pointer).enumerated().compactMap { index, item in
            guard item.part["text"] != nil else {
                note(.dropped, "\(pointer)/content/\(index)", "Gemini's system instruction holds text only.")
                return nil
            }
            return item.part
        }
    }
}

// MARK: - What the API refuses about the whole

extension GeminiRequestWriter {
    mutating func settle(_ conversation: inout Conversation) {
        if conversation.turns.isEmpty, !conversation.system.isEmpty {
            note(.changed, "/messages/0", "Gemini needs a user's turn; the system instruction was written as one.")
            let items = conversation.system.map { Item(part: $0) }
            conversation.turns = [Turn(role: .user, items: items)]
            conversation.system = []
        }
        if let first = conversation.turns.first, first.role == .model, !first.calls.isEmpty {
            note(.changed, "/messages", "Gemini wants a user's turn before a call; one that says `Hello.` was added.")
            conversation.turns.insert(Turn(role: .user, items: [Item(part: ["text": "Hello."])]), at: 0)
        }
        settleResults(&conversation)
        if traits.demandsSignatures { addMissingSignatures(&conversation) }
    }

    /// A turn with calls is followed by one with as many results; results anywhere else are told as text.
    private mutating func settleResults(_ conversation: inout Conversation) {
        var turns: [Turn] = []
        for turn in conversation.turns {
            turns.append(turn.role == .user ? answered(turns.last?.calls ?? [], in: turn) : turn)
        }
        if let calls = turns.last?.calls, !calls.isEmpty {
            turns.append(answered(calls, in: Turn(role: .user, items: [])))
        }
        conversation.turns = turns
    }

    private mutating func answered(_ calls: [Turn.Call], in turn: Turn) -> Turn {
        var turn = turn
        var open = calls
        var answers: [(call: Int, item: Item)] = []
        var places: [Int] = []
        var media: [Item] = []
        for (index, item) in turn.items.enumerated() {
            guard case .result(let id) = item.kind else { continue }
            guard let place = open.firstIndex(where: { $0.id == id }) else {
                note(.changed, "/messages", "A tool result without its call is told as text.")
                turn.items[index] = Item(part: ["text": .string(item.plainText)])
                media += (item.part["functionResponse"]?["parts"]?.array ?? []).map { Item(part: $0) }
                continue
            }
            let call = open.remove(at: place)
            answers.append((call.order, item.named(call.name)))
            places.append(index)
        }
        // Without identifiers results are matched by their order.
        if calls.contains(where: { GeminiCallIDs.isMinted($0.id) }) { answers.sort { $0.call < $1.call } }
        for (place, answer) in zip(places, answers) { turn.items[place] = answer.item }
        turn.items += media
        guard !open.isEmpty else { return turn }
        note(.changed, "/messages", "Gemini wants a result for each call; the missing ones say that there is none.")
        let place = places.last.map { $0 + 1 } ?? 0
        turn.items.insert(contentsOf: open.map { Item.missingResult(of: $0) }, at: place)
        return turn
    }

    /// Gemini 3 checks the first call of each step; for calls of other models the documentation offers a value that says
    /// so (ai.google.dev, "Thought signatures").
    private mutating func addMissingSignatures(_ conversation: inout Conversation) {
        var isAdded = false
        for index in conversation.turns.indices where conversation.turns[index].role == .model {
            guard let place = conversation.turns[index].items.firstIndex(where: { $0.kind.isCall }),
                case .object(var part) = conversation.turns[index].items[place].part,
                part["thoughtSignature"] == nil
            else { continue }
            part.append("thoughtSignature", .string(Self.foreignCallSignature))
            conversation.turns[index].items[place].part = .object(part)
            isAdded = true
        }
        if isAdded {
            note(
                .changed, "/messages", "Tool calls without Gemini's signature are marked as made elsewhere.",
                level: .info)
        }
    }

    /// `skip_thought_signature_validator` in base64.
    static let foreignCallSignature = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
}

extension GeminiRequestWriter.Turn {
    struct Call {
        var id: String
        var name: String
        var order: Int
    }

    var calls: [Call] {
        guard role == .model else { return [] }
        var calls: [Call] = []
        for item in items {
            guard case .call(let id, let name) = item.kind else { continue }
            calls.append(Call(id: id, name: name, order: calls.count))
        }
        return calls
    }
}

extension GeminiRequestWriter.Item {
    fileprivate static func missingResult(of call: GeminiRequestWriter.Turn.Call) -> Self {
        var response = JSONObject()
        if !GeminiCallIDs.isMinted(call.id) { response.append("id", .string(call.id)) }
        response.append("name", .string(call.name))
        response.append("response", ["error": "The call has no result."])
        return Self(part: ["functionResponse": .object(response)], kind: .result(id: call.id))
    }

    /// The result under the name of the call it answers, which the API compares.
    fileprivate func named(_ name: String) -> Self {
        guard var part = part.object, var response = part["functionResponse"]?.object else { return self }
        response["name"] = .string(name)
        part["functionResponse"] = .object(response)
        var item = self
        item.part = .object(part)
        return item
    }
}

extension GeminiRequestWriter.Item.Kind {
    fileprivate var isCall: Bool {
        if case .call = self { true } else { false }
    }
}
