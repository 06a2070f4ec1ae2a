/// Errors are those of all of OpenAI's APIs; a response that failed, or an event inside a stream, tells them in its own way.
extension ResponsesCodec {
    package func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure {
        OpenAICodec().decodeFailure(status: status, headers: headers, body: body)
    }

    package func encodeFailure(_ failure: ProviderFailure) -> JSONObject {
        OpenAICodec().encodeFailure(failure)
    }

    /// A reply of status 200 may be that of a response that failed.
    package func failure(inReply body: JSONObject) -> ProviderFailure? {
        let status = body["status"]?.string
        guard status == "failed" || status == "cancelled" || body["error"]?.object != nil else { return nil }
        let words: JSONObject = ["message": .string("The provider ended the response as \(status ?? "failed").")]
        return self.failure(error: body["error"]?.object ?? words)
    }

    /// - Parameter error: the `error` of a response, or an `error` event itself, which is flat.
    func failure(error: JSONObject) -> ProviderFailure {
        let code = error["code"]?.string
        // The codes that blame the prompt or its images name no kind of their own.
        let blamesPrompt = code.map { !Self.serverCodes.contains($0) } ?? false
        var members = error
        members.removeValue(forKey: "type")
        var failure = OpenAICodec().decodeFailure(
            status: blamesPrompt ? 400 : 200, headers: [:], value: ["error": .object(members)])
        failure.body = nil
        return failure
    }

    /// Codes of which `OpenAICodec` knows the kind, or that blame the server.
    private static let serverCodes: Set<String> = [
        "server_error", "rate_limit_exceeded", "vector_store_timeout", "context_length_exceeded", "insufficient_quota",
        "slow_down", "internal_error", "internal_server_error", "service_unavailable", "timeout", "overloaded_error",
    ]

    /// The `error` of a response that failed.
    static func error(_ failure: ProviderFailure) -> JSONObject {
        ["code": .string(code(of: failure)), "message": .string(failure.message)]
    }

    /// An event for a stream that cannot tell of a whole response any more.
    static func errorEvent(_ failure: ProviderFailure, sequenceNumber: Int) -> JSONObject {
        [
            "type": "error", "code": .string(code(of: failure)), "message": .string(failure.message),
            "param": failure.parameter.map { .string($0) } ?? .null,
            "sequence_number": .number(JSONNumber(sequenceNumber)),
        ]
    }

    /// The two codes beyond the API's documented ones are what Codex looks for.
    private static func code(of failure: ProviderFailure) -> String {
        switch failure.kind {
        case .rateLimited: "rate_limit_exceeded"
        case .invalidRequest, .contentFiltered, .requestTooLarge: "invalid_prompt"
        case .contextWindowExceeded: "context_length_exceeded"
        case .billing: "insufficient_quota"
        case .authentication, .permission, .notFound, .conflict, .overloaded, .unavailable, .timeout, .server,
            .truncated, .malformed, .shuttingDown:
            "server_error"
        }
    }
}
