/// Errors: `{"error":{"code","message","status","details":[…]}}` (WIRE_FORMATS 6.5 and the Google column of 8i).
extension GeminiCodec {
    package func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure {
        // A body that is not JSON says no more than the status does.
        let value = (try? JSONValue(parsing: body)) ?? .null
        var failure = Self.decodeFailure(value, status: status)
        failure.retryAfter = failure.retryAfter ?? RetryAfter.duration(in: headers)
        return failure
    }

    /// - Parameter status: nil for an error told in a stream, whose status was 200; the one it names itself is taken.
    static func decodeFailure(_ value: JSONValue, status: Int?) -> ProviderFailure {
        let body = value[0] ?? value  // a stream that is an array tells its error in an array
        let error = body["error"] ?? .null
        let details = error["details"]?.array ?? []
        let word = error["status"]?.string
        let named = error["code"]?.int.flatMap { (400..<600).contains($0) ? $0 : nil }
        let reason = details.lazy.compactMap { $0["reason"]?.string }.first
        let kind = kind(reason: reason) ?? kind(word: word) ?? .init(status: status ?? named ?? 500)
        let answered = status ?? named ?? kind.fittingStatus
        var failure = ProviderFailure(
            kind: kind, status: answered,
            message: error["message"]?.string ?? "The provider answered with status \(answered).", type: word,
            code: reason)
        failure.parameter = details.lazy.compactMap { $0["fieldViolations"]?[0]?["field"]?.string }.first
        failure.retryAfter = details.lazy.compactMap { retryDelay($0["retryDelay"]) }.first
        if error != .null { failure.body = Foreign(origin: .gemini, value: body) }
        return failure
    }

    /// Reasons of an ErrorInfo that say more than the status: a bad key comes as an invalid argument.
    private static func kind(reason: String?) -> ProviderFailure.Kind? {
        switch reason {
        case "API_KEY_INVALID"?, "ACCESS_TOKEN_EXPIRED"?, "CREDENTIALS_MISSING"?: .authentication
        case "BILLING_DISABLED"?: .billing
        case "API_KEY_SERVICE_BLOCKED"?, "SERVICE_DISABLED"?, "CONSUMER_SUSPENDED"?, "CONSUMER_INVALID"?: .permission
        case "RATE_LIMIT_EXCEEDED"?: .rateLimited
        case nil, _?: nil
        }
    }

    private static func kind(word: String?) -> ProviderFailure.Kind? {
        switch word {
        case "INVALID_ARGUMENT"?, "FAILED_PRECONDITION"?, "OUT_OF_RANGE"?: .invalidRequest
        case "UNAUTHENTICATED"?: .authentication
        case "PERMISSION_DENIED"?: .permission
        case "NOT_FOUND"?: .notFound
        case "ABORTED"?, "ALREADY_EXISTS"?: .conflict
        case "RESOURCE_EXHAUSTED"?: .rateLimited
        case "UNAVAILABLE"?: .unavailable
        case "DEADLINE_EXCEEDED"?: .timeout
        case "INTERNAL"?, "DATA_LOSS"?: .server
        case nil, _?: nil
        }
    }

    /// A duration of protocol buffers: seconds with a fraction and an `s`. More than a day counts as nothing.
    private static func retryDelay(_ value: JSONValue?) -> Duration? {
        guard let text = value?.string, text.hasSuffix("s"), let seconds = Double(text.dropLast()) else { return nil }
        guard seconds >= 0, seconds <= 86_400 else { return nil }
        return .seconds(seconds)
    }

    package func encodeFailure(_ failure: ProviderFailure) -> JSONObject {
        if let body = failure.body, body.origin == .gemini, case .object(let object) = body.value { return object }
        let code = Self.code(of: failure)
        var error: JSONObject = [
            "code": .number(JSONNumber(code)), "message": .string(failure.message),
            "status": .string(Self.word(of: failure.kind)),
        ]
        if let delay = failure.retryAfter {
            error.append(
                "details",
                [
                    [
                        "@type": "type.googleapis.com/google.rpc.RetryInfo",
                        "retryDelay": "\(RetryAfter.seconds(delay))s",
                    ]
                ])
        }
        return ["error": .object(error)]
    }

    /// Statuses that only other providers have become the ones Google's clients know.
    private static func code(of failure: ProviderFailure) -> Int {
        if failure.kind == .authentication { return 401 }
        switch failure.status {
        case 402: return 429
        case 529: return 503
        case 400..<600: return failure.status
        default: return failure.kind.fittingStatus
        }
    }

    private static func word(of kind: ProviderFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .contextWindowExceeded, .contentFiltered, .requestTooLarge: "INVALID_ARGUMENT"
        case .authentication: "UNAUTHENTICATED"
        case .permission: "PERMISSION_DENIED"
        case .notFound: "NOT_FOUND"
        case .conflict: "ABORTED"
        case .billing, .rateLimited: "RESOURCE_EXHAUSTED"
        case .overloaded, .unavailable, .shuttingDown: "UNAVAILABLE"
        case .timeout: "DEADLINE_EXCEEDED"
        case .server, .truncated, .malformed: "INTERNAL"
        }
    }
}
