/// What one request and its reply have to do with the store: who asks, and who answers.
package struct ReasoningMemory: Sendable {
    let store: ReasoningStore
    /// The name of the client's key.
    let client: String?
    /// The client's format; nil for a program that embeds the gateway.
    let format: WireFormat?
    let provider: String
    let model: String
    let instance: String

    /// Keeps what the client's format cannot hold of a model's turn. Only turns that call tools are worth it: without
    /// calls no provider asks for its reasoning again.
    func keep(_ parts: [ContentPart]) {
        var thoughts: [ReasoningPart] = []
        for part in parts {
            switch part {
            case .reasoning(let part):
                if let proof = part.proof, !carries(proof) { thoughts.append(part) }
            case .toolCall(let call):
                let signature = call.signature.flatMap { $0.origin == format ? nil : $0 }
                guard !thoughts.isEmpty || signature != nil else { continue }
                let entry = ReasoningStore.Entry(instance: instance, thoughts: thoughts, signature: signature)
                store.keep(entry, for: key(call.id))
                thoughts = []
            case .text, .media, .toolResult, .refusal, .foreign:
                break
            }
        }
    }

    private func carries(_ proof: Signature) -> Bool {
        format?.codec.carriesProofs(of: proof.origin) ?? false
    }

    private func key(_ callID: String) -> ReasoningStore.Key {
        ReasoningStore.Key(client: client, provider: provider, model: model, callID: callID)
    }

    // MARK: The way back

    /// Puts back what this provider's model thought before the calls of the conversation.
    func recall(into request: inout ChatRequest) -> RecalledParts {
        var recalled = RecalledParts()
        for index in request.messages.indices where request.messages[index].role == .assistant {
            if let places = recall(into: &request.messages[index].parts) { recalled.places[index] = places }
        }
        return recalled
    }

    /// Returns where each part stood before, nil for those put in; nil when nothing has been.
    private func recall(into parts: inout [ContentPart]) -> [Int?]? {
        var entries: [Int: ReasoningStore.Entry] = [:]
        for (index, part) in parts.enumerated() {
            guard case .toolCall(let call) = part, let entry = store.entry(for: key(call.id)),
                entry.isReadable(at: instance)
            else { continue }
            entries[index] = entry
        }
        guard !entries.isEmpty else { return nil }
        // A client that brought proof itself knows better.
        let hasProof = parts.contains { if case .reasoning(let part) = $0 { part.proof != nil } else { false } }
        var whole: [ContentPart] = []
        var places: [Int?] = []
        var isFirst = true
        for (index, part) in parts.enumerated() {
            if !hasProof, case .reasoning = part { continue }
            if case .toolCall(var call) = part {
                if let entry = entries[index] {
                    if !hasProof {
                        // A turn begins with what was thought, before its text.
                        let place = isFirst ? 0 : whole.count
                        whole.insert(contentsOf: entry.thoughts.map(ContentPart.reasoning), at: place)
                        places.insert(contentsOf: entry.thoughts.map { _ in nil }, at: place)
                    }
                    call.signature = call.signature ?? entry.signature
                }
                isFirst = false
                whole.append(.toolCall(call))
            } else {
                whole.append(part)
            }
            places.append(index)
        }
        parts = whole
        return places
    }
}

extension ReasoningStore.Entry {
    /// Encrypted reasoning of OpenAI is for the account that got it.
    fileprivate func isReadable(at other: String) -> Bool {
        instance == other || !thoughts.contains { $0.proof?.origin == .responses }
    }
}

extension ReasoningPart {
    /// What its provider demands back with it.
    var proof: Signature? { signature ?? redacted }
}

/// Where the parts of the client's messages stand now that others were put between them.
struct RecalledParts: Sendable, Equatable {
    /// By the message: for each part now there, its place in the client's message.
    fileprivate(set) var places: [Int: [Int?]] = [:]

    /// The same pointer before anything was put in, in which the client is told of losses.
    func clientPointer(_ text: String) -> String {
        guard !places.isEmpty, let pointer = JSONPointer(text), pointer.tokens.count >= 4,
            pointer.tokens[0] == "messages", let message = JSONPointer.index(pointer.tokens[1]),
            let places = places[message], pointer.tokens[2] == "content",
            let part = JSONPointer.index(pointer.tokens[3]), places.indices.contains(part)
        else { return text }
        guard let place = places[part] else { return "/messages/\(message)" }
        var tokens = pointer.tokens
        tokens[3] = String(place)
        return JSONPointer(tokens: tokens).description
    }
}
