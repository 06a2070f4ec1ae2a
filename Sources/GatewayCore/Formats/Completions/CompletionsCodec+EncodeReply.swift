extension CompletionsCodec {
    package func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject {
        var body: JSONObject = [
            "id": .string(reply.id ?? echo.fallbackID), "object": "text_completion",
            "created": .number(JSONNumber(reply.created ?? echo.created)),
            "model": .string(reply.model ?? echo.model),
        ]
        let candidates = reply.candidates.isEmpty ? [Candidate(stop: .contentFilter)] : reply.candidates
        body.append("choices", .array(candidates.map { .object(encode($0, after: echo.prompt ?? "")) }))
        body.append("usage", ifPresent: reply.usage.map { .object(chat.encode($0)) })
        body.append(extras: reply.extras.fields(for: format))
        return body
    }

    private func encode(_ candidate: Candidate, after prompt: String) -> JSONObject {
        var places = TextOffsets(start: prompt)
        var choice: JSONObject = [
            "index": .number(JSONNumber(candidate.index)), "text": .string(prompt + Self.text(of: candidate.parts)),
        ]
        choice.append("logprobs", candidate.logprobs.map { .object(encode($0, &places)) } ?? .null)
        choice.append("finish_reason", .string(Self.finishReason(candidate.stop ?? .endOfTurn)))
        choice.append(extras: candidate.extras.fields(for: format))
        return choice
    }

    /// Reasoning, calls and images have no place in a completion.
    private static func text(of parts: [ContentPart]) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let part): text += part.text
            case .refusal(let refusal): text += refusal
            case .media, .toolCall, .toolResult, .reasoning, .foreign: break
            }
        }
    }

    func encode(_ logprobs: Logprobs, _ places: inout TextOffsets) -> JSONObject {
        let positions = logprobs.positions
        let top = positions.map { position in
            JSONValue.object(JSONObject(position.top.map { ($0.token, .number($0.logprob)) }))
        }
        return [
            "tokens": .array(positions.map { .string($0.chosen.token) }),
            "token_logprobs": .array(positions.map { .number($0.chosen.logprob) }),
            "top_logprobs": positions.allSatisfy { $0.top.isEmpty } ? .null : .array(top),
            "text_offset": .array(positions.map { .number(JSONNumber(places.next($0))) }),
        ]
    }
}

/// Where the tokens of a text begin in it, in Unicode characters.
struct TextOffsets {
    private var place: Int

    init(start: String) {
        place = start.unicodeScalars.count
    }

    /// The provider's own word counts where there is one.
    mutating func next(_ position: Logprobs.Position) -> Int {
        let offset = position.offset ?? place
        place = offset.addingReportingOverflow(position.chosen.token.unicodeScalars.count).partialValue
        return offset
    }
}
