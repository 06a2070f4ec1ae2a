/// Google's generateContent, `POST /v1beta/models/{model}:generateContent`, in both directions.
///
/// What is where:
/// - requests: `+DecodeRequest`, `+DecodeConfig`, `+DecodeMessage`, `+Tools`, `+Media`, `GeminiSchema`; written by
///   `GeminiRequestWriter`, which keeps the state a conversion needs (notes, tool names, what the model can do);
/// - replies: `+DecodeReply`, `+EncodeReply`, `+StopReason`, `+Usage`, `+Logprobs`;
/// - streams: `GeminiStreamDecoder`, `GeminiStreamEncoder`;
/// - failures: `+Failure`;
/// - which call a result answers where neither has an identifier: `GeminiCallIDs`;
/// - what is known of the models by their names: `GeminiModelTraits`.
package struct GeminiCodec: WireCodec {
    package init() {}

    package var format: WireFormat { .gemini }
    package var namesModelInBody: Bool { false }
    package var takesMediaByURL: Bool { false }
    package var toolNameRule: IdentifierRule { Self.toolNameRule }
    package var streamMarks: StreamMarks { Self.streamMarks }
    private static let streamMarks = StreamMarks(
        usageKey: "usageMetadata", outputKey: "parts",
        terminator: .token(Array("\"finishReason\"".utf8)) { body in
            let candidates = body["candidates"].map(body.elements(of:)) ?? []
            return !candidates.isEmpty
                && candidates.allSatisfy { candidate in
                    body.members(of: candidate).contains { body.key(of: $0) == "finishReason" }
                }
        })

    package func encodeRequest(
        _ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var writer = GeminiRequestWriter(request, for: target)
        let body = try writer.write()
        notes += writer.notes
        return body
    }

    package func makeStreamDecoder() -> any StreamDecoder { GeminiStreamDecoder() }

    package func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder { GeminiStreamEncoder(for: echo) }

    /// What the API takes for the name of a function (WIRE_FORMATS 6.2).
    static let toolNameRule = IdentifierRule(
        maximumLength: 128, punctuation: Array(".:".utf8), startsWithLetter: true)
}
