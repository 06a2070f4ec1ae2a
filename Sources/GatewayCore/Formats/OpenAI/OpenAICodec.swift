/// OpenAI Chat Completions: WIRE_FORMATS sections 1, 3.4 and 4, and what compatible services make of it.
///
/// Requests: `OpenAICodec+DecodeRequest`, `+EncodeRequest`, and `+DecodeMessage`, `+EncodeMessage`, `+Media`, `+Tools` for
/// their parts. Replies: `+DecodeReply`, `+EncodeReply`, `+Usage`, `+StopReason`, `+Logprobs`. Errors: `+Failure`. Streams:
/// `OpenAIStreamDecoder`, `OpenAIStreamEncoder`. What models take: `OpenAIModelTraits`.
package struct OpenAICodec: WireCodec {
    /// Whether a stream that ends without `data: [DONE]` is broken. Some compatible services never send it.
    package var requiresTerminator: Bool

    package init(requiresTerminator: Bool = true) {
        self.requiresTerminator = requiresTerminator
    }

    package var format: WireFormat { .openAI }
    package var namesModelInBody: Bool { true }
    package var takesMediaByURL: Bool { true }
    package var asksForStreamUsage: Bool { true }
    package var toolNameRule: IdentifierRule { Self.toolNameRule }

    package var streamMarks: StreamMarks { requiresTerminator ? Self.streamMarks : Self.lenientMarks }
    private static let streamMarks = StreamMarks(usageKey: "usage", terminator: .dataPrefix(Array("[DONE]".utf8)))
    private static let lenientMarks = StreamMarks(
        usageKey: "usage", terminator: .dataPrefix(Array("[DONE]".utf8)),
        substitute: .init(
            key: Array("\"finish_reason\"".utf8), finished: finishedCandidates, frame: Array("data: [DONE]\n\n".utf8)))

    @Sendable private static func finishedCandidates(in chunk: JSONPeek) -> [Int] {
        guard let choices = chunk["choices"] else { return [] }
        return chunk.elements(of: choices).compactMap { choice in
            guard let reason = chunk.string(chunk["finish_reason", in: choice]), !reason.isEmpty else { return nil }
            return chunk.int(chunk["index", in: choice]) ?? 0
        }
    }

    package func makeStreamDecoder() -> any StreamDecoder {
        OpenAIStreamDecoder(requiresTerminator: requiresTerminator)
    }

    package func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder {
        OpenAIStreamEncoder(for: echo)
    }
}

extension OpenAICodec {
    /// `function.name`: at most 64 letters, digits, `_` and `-`.
    package static let toolNameRule = IdentifierRule(maximumLength: 64)
    /// The API refuses a `tool_call_id` of more than 40 characters; services take any character in it.
    package static let callIDRule = IdentifierRule(maximumLength: 40, punctuation: nil)
    /// The API refuses a longer `user`.
    package static let endUserRule = IdentifierRule(maximumLength: 64, punctuation: nil)
}
