/// Gathers from a stream's events what is to be remembered of it, and nothing else.
final class ThoughtCollector {
    private let memory: ReasoningMemory
    /// In the order in which they were opened: reasoning, and calls without their arguments.
    private var parts: [(id: PartID, part: ContentPart)] = []
    private var bytes = 0

    init(_ memory: ReasoningMemory) {
        self.memory = memory
    }

    func note(_ event: StreamEvent) {
        switch event {
        case .opened(let id, .reasoning): parts.append((id, .reasoning(ReasoningPart(text: ""))))
        case .opened(let id, .whole(.reasoning(let part))): parts.append((id, .reasoning(part)))
        case .opened(let id, .toolCall(let callID, let name)):
            parts.append((id, .toolCall(ToolCall(id: callID, name: name, arguments: ""))))
        case .appended(let id, let delta):
            if !parts.isEmpty { append(delta, to: id) }
        case .stopped(let candidate, _, _): keep(candidate)
        case .opened, .began, .closed, .logprobs, .usage, .ended, .failed, .ping, .foreign: break
        }
    }

    private func append(_ delta: PartDelta, to id: PartID) {
        guard let place = parts.lastIndex(where: { $0.id == id }), bytes <= ReasoningStore.maxEntryBytes else { return }
        switch parts[place].part {
        case .reasoning(var part):
            parts[place].part = .refusal("")  // frees the only other reference, so that appending does not copy
            switch delta {
            case .text(let more):
                part.text += more
                bytes += more.utf8.count
            case .signature(let signature): part.signature = signature
            case .extras(let extras): part.extras = extras
            case .arguments, .citation: break
            }
            parts[place].part = .reasoning(part)
        case .toolCall(var call):
            guard case .signature(let signature) = delta else { return }
            call.signature = signature
            parts[place].part = .toolCall(call)
        case .text, .media, .toolResult, .refusal, .foreign:
            break
        }
    }

    /// Before the client learns that the turn is over: its next request may follow at once.
    private func keep(_ candidate: Int) {
        guard bytes <= ReasoningStore.maxEntryBytes else { return }
        memory.keep(parts.filter { $0.id.candidate == candidate }.map(\.part))
    }
}
