/// OpenAI Completions, the API of models that continue a text: WIRE_FORMATS sections 2 and 3.4.
///
/// Requests: `CompletionsCodec+DecodeRequest`, `+EncodeRequest`, and `CompletionsPrompt` for conversations that must become
/// one text. Replies: `+DecodeReply`, `+EncodeReply`, `+Logprobs`. Streams: `CompletionsStreamDecoder`,
/// `CompletionsStreamEncoder`. Usage, errors and the end of a stream are those of OpenAI's chat.
package struct CompletionsCodec: WireCodec {
    let chat: OpenAICodec

    /// - Parameter requiresTerminator: whether a stream that ends without `data: [DONE]` is broken.
    package init(requiresTerminator: Bool = true) {
        chat = OpenAICodec(requiresTerminator: requiresTerminator)
    }

    package var format: WireFormat { .completions }
    package var namesModelInBody: Bool { true }
    /// There are no images to be fetched.
    package var takesMediaByURL: Bool { true }
    package var asksForStreamUsage: Bool { true }
    package var toolNameRule: IdentifierRule { OpenAICodec.toolNameRule }
    package var streamMarks: StreamMarks { chat.streamMarks.measuring("text") }

    package func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure {
        chat.decodeFailure(status: status, headers: headers, body: body)
    }

    package func encodeFailure(_ failure: ProviderFailure) -> JSONObject {
        chat.encodeFailure(failure)
    }

    package func decodeUsage(in body: JSONObject) -> TokenUsage? { chat.decodeUsage(in: body) }
    package func countUsage(in body: JSONPeek) -> TokenUsage? { chat.countUsage(in: body) }

    package func makeStreamDecoder() -> any StreamDecoder {
        CompletionsStreamDecoder(requiresTerminator: chat.requiresTerminator)
    }

    package func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder {
        CompletionsStreamEncoder(for: echo)
    }
}

extension CompletionsCodec {
    func stopReason(_ word: String) -> StopReason {
        switch word {
        case "stop": .endOfTurn
        case "length": .maxTokens
        case "content_filter": .contentFilter
        default: .unknown(Foreign(origin: format, value: .string(word)))
        }
    }

    static func finishReason(_ reason: StopReason) -> String {
        switch reason {
        case .endOfTurn, .stopSequence, .toolUse, .pause, .malformed: "stop"
        case .maxTokens, .contextWindowExceeded: "length"
        case .refusal, .contentFilter: "content_filter"
        case .unknown(let foreign): foreign.origin == .completions ? foreign.value.string ?? "stop" : "stop"
        }
    }
}
