extension ResponsesCodec {
    /// Only the first candidate is written: the format has room for one. A reply without any is Gemini's way to say that
    /// the prompt was blocked.
    package func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject {
        let candidate = reply.candidates.first
        let reason = candidate == nil ? .contentFilter : candidate?.stop
        let ending = Self.ending(reason, StopContext(candidate?.parts ?? []))
        var envelope = ResponsesEnvelope(reply, for: echo)
        envelope.output = Self.output(of: candidate, ending, envelope)
        envelope.usage = reply.usage
        return envelope.response(ending)
    }

    private static func output(
        of candidate: Candidate?, _ ending: Ending, _ envelope: ResponsesEnvelope
    ) -> [JSONObject] {
        var items: [ResponsesItem] = []
        for part in candidate?.parts ?? [] {
            let fallbackID = envelope.itemID(items.count)
            switch part {
            case .text(let text):
                if let last = items.last, last.takesText(text.extras) {
                    items[items.count - 1].append(ResponsesItem.piece(text))
                } else if !text.text.isEmpty || text.extras?.origin == .responses {
                    let extras = text.extras.fields(for: .responses)
                    let piece = ResponsesItem.piece(text)
                    items.append(ResponsesItem(.message([piece]), extras: extras, fallbackID: fallbackID))
                }
            case .refusal(let text):
                if items.last?.takesText(nil) != true {
                    items.append(ResponsesItem(.message([]), extras: [:], fallbackID: fallbackID))
                }
                items[items.count - 1].append(.refusal(text))
            case .reasoning(let reasoning):
                if let last = items.last, last.takesReasoning(reasoning.extras) {
                    items[items.count - 1].append(reasoning)
                } else if let item = ResponsesItem(reasoning, fallbackID: fallbackID) {
                    items.append(item)
                }
            case .toolCall, .media, .toolResult, .foreign:
                if let item = ResponsesItem(part, envelope.clientTools, fallbackID: fallbackID) {
                    items.append(item)
                }
            }
        }
        if let logprobs = candidate?.logprobs, let place = items.firstIndex(where: { $0.takesLogprobs }) {
            items[place].append(logprobs)
        }
        return items.indices.map { place in
            // Where a reply was cut off, its last item is what is incomplete.
            let isCut = ending.status == "incomplete" && place == items.count - 1
            return items[place].object(status: isCut ? "incomplete" : "completed")
        }
    }
}

extension ResponsesItem {
    static func piece(_ part: TextPart) -> Piece {
        let citations = part.citations.compactMap(\.responsesAnnotation)
        let extras = part.extras.fields(for: .responses)[ResponsesItemExtras.part]?.object ?? [:]
        return .text(part.text, annotations: citations, logprobs: [], extras: extras)
    }

    /// Nil for a thought of another format that has neither text nor proof.
    init?(_ part: ReasoningPart, fallbackID: String) {
        let extras = part.extras.fields(for: .responses)
        let isProven = part.redacted != nil || part.signature != nil
        guard !part.text.isEmpty || isProven || part.extras?.origin == .responses else { return nil }
        self.init(.reasoning(summary: [], content: [], proof: nil), extras: extras, fallbackID: fallbackID)
        append(part)
    }

    mutating func append(_ piece: Piece) {
        guard case .message(let pieces) = content else { return }
        content = .message(pieces + [piece])
    }

    mutating func append(_ part: ReasoningPart) {
        guard case .reasoning(var summary, var texts, let proof) = content else { return }
        if part.extras.fields(for: .responses)["type"] == "reasoning_text" {
            texts.append(part.text)
        } else if !part.text.isEmpty {
            summary.append(part.text)
        }
        content = .reasoning(summary: summary, content: texts, proof: Self.proof(of: part) ?? proof)
    }

    var takesLogprobs: Bool {
        guard case .message(let pieces) = content, case .text? = pieces.first else { return false }
        return true
    }

    /// The format has log probabilities with each text; the hub has them of the whole candidate.
    mutating func append(_ logprobs: Logprobs) {
        guard case .message(var pieces) = content,
            case .text(let text, let annotations, let before, let extras)? = pieces.first
        else { return }
        pieces[0] = .text(
            text, annotations: annotations, logprobs: before + logprobs.positions, extras: extras)
        content = .message(pieces)
    }
}
