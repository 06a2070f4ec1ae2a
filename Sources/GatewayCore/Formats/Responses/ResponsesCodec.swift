/// OpenAI's Responses API: a conversation of typed items instead of messages.
///
/// Source: https://platform.openai.com/docs/api-reference/responses, WIRE_FORMATS section 3.
package struct ResponsesCodec: WireCodec {
    package init() {}

    package var format: WireFormat { .responses }
    package var namesModelInBody: Bool { true }
    package var takesMediaByURL: Bool { true }
    package var toolNameRule: IdentifierRule { OpenAICodec.toolNameRule }

    package var streamMarks: StreamMarks { Self.streamMarks }

    /// The events that carry the whole response all have `incomplete_details`; the type tells the last one. A response that
    /// failed is no end, but a failure.
    private static let streamMarks = StreamMarks(
        usageKey: "usage",
        terminator: .token(
            Array("\"incomplete_details\"".utf8),
            confirmed: { body in
                let type = body.string(body["type"])
                return type == "response.completed" || type == "response.incomplete"
            }))

    /// Those of other providers travel sealed in `encrypted_content`.
    package func carriesProofs(of origin: WireFormat) -> Bool { true }

    package func makeStreamDecoder() -> any StreamDecoder { ResponsesStreamDecoder() }

    package func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder { ResponsesStreamEncoder(for: echo) }
}

extension ResponsesCodec {
    /// A `call_id` has at most 64 characters of any kind.
    static let callIDRule = IdentifierRule(maximumLength: 64, punctuation: nil)
    /// The smallest `max_output_tokens` the API takes.
    static let smallestOutputLimit = 16
    /// The entry of `include` that asks for log probabilities.
    static let logprobsInclude = "message.output_text.logprobs"
}
