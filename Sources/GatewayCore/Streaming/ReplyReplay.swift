/// Unfolds a reply into the events of a stream that tells it: for cached answers and for providers that do not stream.
public enum ReplyReplay {
    public static func events(for reply: ChatReply) -> [StreamEvent] {
        var head = ReplyHead(id: reply.id, model: reply.model, created: reply.created)
        head.serviceTier = reply.serviceTier
        head.extras = reply.extras
        var events: [StreamEvent] = [.began(head)]
        for candidate in reply.candidates {
            for (index, part) in candidate.parts.enumerated() {
                let id = PartID(candidate: candidate.index, index: index)
                events.append(.opened(id, part.kind))
                events += part.deltas.map { .appended(id, $0) }
                events.append(.closed(id))
            }
            if let logprobs = candidate.logprobs {
                events.append(.logprobs(candidate: candidate.index, logprobs))
            }
            if let stop = candidate.stop {
                events.append(.stopped(candidate: candidate.index, stop, extras: candidate.extras))
            }
        }
        if let usage = reply.usage {
            events.append(.usage(usage))
        }
        events.append(.ended)
        return events
    }
}

extension ContentPart {
    fileprivate var kind: PartKind {
        switch self {
        case .text: .text
        case .reasoning(let part) where part.redacted == nil: .reasoning
        case .refusal: .refusal
        case .toolCall(let call): .toolCall(id: call.id, name: call.name)
        case .reasoning, .media, .toolResult, .foreign: .whole(self)
        }
    }

    /// The extras first: encoders write them with the head of a part.
    fileprivate var deltas: [PartDelta] {
        switch self {
        case .text(let part):
            Self.extras(part.extras) + Self.text(part.text) + part.citations.map { .citation($0) }
                + Self.signature(part.signature)
        case .reasoning(let part) where part.redacted == nil:
            Self.extras(part.extras) + Self.text(part.text) + Self.signature(part.signature)
        case .refusal(let text): Self.text(text)
        case .toolCall(let call):
            Self.extras(call.extras) + (call.arguments.isEmpty ? [] : [.arguments(call.arguments)])
                + Self.signature(call.signature)
        case .reasoning, .media, .toolResult, .foreign: []
        }
    }

    private static func text(_ text: String) -> [PartDelta] { text.isEmpty ? [] : [.text(text)] }

    private static func signature(_ signature: Signature?) -> [PartDelta] { signature.map { [.signature($0)] } ?? [] }

    private static func extras(_ extras: Extras?) -> [PartDelta] { extras.map { [.extras($0)] } ?? [] }
}
