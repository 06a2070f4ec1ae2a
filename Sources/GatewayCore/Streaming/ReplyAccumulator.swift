/// Folds the events of a stream into the reply they tell.
public struct ReplyAccumulator: Sendable {
    /// What has been told so far; complete once `isEnded`.
    public private(set) var reply = ChatReply()
    public private(set) var isEnded = false
    /// Set when the stream ended badly; `reply` then holds what came before.
    public private(set) var failure: ProviderFailure?
    private var places: [PartID: Place] = [:]

    private struct Place {
        var candidate: Int
        var part: Int
    }

    public init() {}

    public mutating func apply(_ event: StreamEvent) {
        switch event {
        case .began(let head):
            reply.id = head.id
            reply.model = head.model
            reply.created = head.created
            reply.serviceTier = head.serviceTier
            reply.extras = head.extras
        case .opened(let id, let kind):
            let candidate = placeOfCandidate(id.candidate)
            places[id] = Place(candidate: candidate, part: reply.candidates[candidate].parts.count)
            reply.candidates[candidate].parts.append(kind.emptyPart)
        case .appended(let id, let delta):
            guard let place = places[id] else { return }
            reply.candidates[place.candidate].parts[place.part].append(delta)
        case .closed(let id):
            places[id] = nil
        case .logprobs(let index, let logprobs):
            let candidate = placeOfCandidate(index)
            var all = reply.candidates[candidate].logprobs ?? Logprobs()
            all.positions += logprobs.positions
            all.refusal += logprobs.refusal
            reply.candidates[candidate].logprobs = all
        case .usage(let usage):
            var all = reply.usage ?? TokenUsage()
            all.update(with: usage)
            reply.usage = all
        case .stopped(let index, let reason, let extras):
            let candidate = placeOfCandidate(index)
            reply.candidates[candidate].stop = reason
            reply.candidates[candidate].extras = extras
        case .ended:
            isEnded = true
        case .failed(let failure):
            self.failure = failure
        case .ping, .foreign:
            break
        }
    }

    private mutating func placeOfCandidate(_ index: Int) -> Int {
        if let place = reply.candidates.firstIndex(where: { $0.index == index }) { return place }
        let place = reply.candidates.firstIndex { $0.index > index } ?? reply.candidates.endIndex
        reply.candidates.insert(Candidate(index: index), at: place)
        for (id, old) in places where old.candidate >= place {
            places[id] = Place(candidate: old.candidate + 1, part: old.part)
        }
        return place
    }
}

extension PartKind {
    /// The part before its first delta.
    fileprivate var emptyPart: ContentPart {
        switch self {
        case .text: .text(TextPart(""))
        case .reasoning: .reasoning(ReasoningPart(text: ""))
        case .refusal: .refusal("")
        case .toolCall(let id, let name): .toolCall(ToolCall(id: id, name: name, arguments: ""))
        case .whole(let part): part
        }
    }
}

extension ContentPart {
    /// Deltas that do not fit the part are left out: the grammar forbids them, and its checker says so.
    fileprivate mutating func append(_ delta: PartDelta) {
        switch self {
        case .text(var part):
            self = .refusal("")  // frees the only other reference, so that appending does not copy
            switch delta {
            case .text(let more): part.text += more
            case .signature(let signature): part.signature = signature
            case .citation(let citation): part.citations.append(citation)
            case .extras(let extras): part.extras = extras
            case .arguments: break
            }
            self = .text(part)
        case .reasoning(var part):
            self = .refusal("")
            switch delta {
            case .text(let more): part.text += more
            case .signature(let signature): part.signature = signature
            case .extras(let extras): part.extras = extras
            case .citation, .arguments: break
            }
            self = .reasoning(part)
        case .refusal(let text):
            guard case .text(let more) = delta else { return }
            self = .refusal(text + more)
        case .toolCall(var call):
            self = .refusal("")
            switch delta {
            case .arguments(let more): call.arguments += more
            case .signature(let signature): call.signature = signature
            case .extras(let extras): call.extras = extras
            case .text, .citation: break
            }
            self = .toolCall(call)
        case .media, .toolResult, .foreign:
            break
        }
    }
}
