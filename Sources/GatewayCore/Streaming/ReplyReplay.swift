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

    fileprivate var deltas: [PartDelta] {
        switch self {
        case .text(let part):
            Self.textDelta(part.text) + part.citations.map { .citation($0) } + Self.trailer(part.signature, part.extras)
        case .reasoning(let part) where part.redacted == nil:
            Self.textDelta(part.text) + Self.trailer(part.signature, part.extras)
        case .refusal(let text): Self.textDelta(text)
        case .toolCall(let call):
            (call.arguments.isEmpty ? [] : [.arguments(call.arguments)]) + Self.trailer(call.signature, call.extras)
        case .reasoning, .media, .toolResult, .foreign: []
        }
    }

    private static func textDelta(_ text: String) -> [PartDelta] {
        text.isEmpty ? [] : [.text(text)]
    }

    private static func trailer(_ signature: Signature?, _ extras: Extras?) -> [PartDelta] {
        [signature.map { .signature($0) }, extras.map { .extras($0) }].compactMap { $0 }
    }
}
