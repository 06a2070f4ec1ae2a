/// Anthropic's Messages API, `POST /v1/messages`, in both directions.
///
/// What is where:
/// - requests: `+DecodeRequest`, `+DecodeMessage`, `+Tools`, `+Media`; written by `AnthropicRequestEncoder`, which keeps
///   the state a conversion needs (notes, renamed identifiers, what the model can do);
/// - replies: `+DecodeReply`, `+EncodeReply`, `+StopReason`, `+Usage`;
/// - streams: `AnthropicStreamDecoder`, `AnthropicStreamEncoder`;
/// - failures: `+Failure`;
/// - what is known of the models by their names: `AnthropicModelTraits`.
package struct AnthropicCodec: WireCodec {
    package init() {}

    package var format: WireFormat { .anthropic }
    package var namesModelInBody: Bool { true }
    package var takesMediaByURL: Bool { true }
    /// The API refuses `http`.
    package func takesMedia(from url: String) -> Bool { url.prefix(8).equalsIgnoringASCIICase("https://") }
    package var toolNameRule: IdentifierRule { AnthropicRequestEncoder.toolNameRule }
    package var streamMarks: StreamMarks { Self.streamMarks }
    private static let streamMarks = StreamMarks(
        usageKey: "usage",
        terminator: .token(Array("\"message_stop\"".utf8)) { $0.string($0["type"]) == "message_stop" })

    package func encodeRequest(
        _ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var encoder = AnthropicRequestEncoder(request, for: target)
        let body = try encoder.encode()
        notes += encoder.notes
        return body
    }

    package func makeStreamDecoder() -> any StreamDecoder { AnthropicStreamDecoder() }

    package func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder { AnthropicStreamEncoder(for: echo) }
}

extension JSONObject {
    /// Puts kept members back: those that are missing are appended, and where both sides hold an object it is completed.
    mutating func merge(_ extras: JSONObject) {
        for member in extras {
            switch (self[member.key], member.value) {
            case (nil, let value):
                append(member.key, value)
            case (.object(var inner)?, .object(let kept)):
                inner.merge(kept)
                self[member.key] = .object(inner)
            case (_?, _):
                break
            }
        }
    }

    /// The members of both; where both have one, this object's counts.
    func completed(by earlier: Extras?) -> JSONObject {
        var all = earlier.fields(for: .anthropic)
        for member in self { all[member.key] = member.value }
        return all
    }
}

extension String {
    /// Whether it has no visible character; nearly always the first byte says no.
    var isBlank: Bool {
        if let first = utf8.first, (0x21...0x7E).contains(first) { return false }
        return allSatisfy(\.isWhitespace)
    }
}
