/// Errors: WIRE_FORMATS 3.4, 4 and the OpenAI column of 8i.
extension OpenAICodec {
    package func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure {
        // A body that is no JSON, such as a proxy's page, says nothing: the status decides.
        guard let value = try? JSONValue(parsing: body) else {
            var failure = Self.failure(status: status, error: [:])
            failure.retryAfter = RetryAfter.duration(in: headers)
            return failure
        }
        return decodeFailure(status: status, headers: headers, value: value)
    }

    /// The error of a body or of a frame inside a stream.
    func decodeFailure(status: Int, headers: HTTPFields, value: JSONValue) -> ProviderFailure {
        let body = value[0] ?? value  // Gemini's compatible API wraps errors in an array
        let error: JSONObject =
            switch body["error"] {
            case .object(let object)?: object
            case .string(let text)?: ["message": .string(text)]
            default: body.object ?? [:]
            }
        var failure = Self.failure(status: status, error: error)
        failure.retryAfter = RetryAfter.duration(in: headers)
        if case .object = body { failure.body = Foreign(origin: format, value: body) }
        return failure
    }

    private static func failure(status: Int, error: JSONObject) -> ProviderFailure {
        let code = error["code"]?.string ?? error["code"]?.int.map(String.init)
        let type = error["type"]?.string
        let inner = error["innererror"]?["code"]?.string ?? error["inner_error"]?["code"]?.string
        let named = [inner, code, type].compactMap { $0 }.lazy.compactMap(kind(named:)).first
        let status = 400..<600 ~= status ? status : error["code"]?.int ?? code.flatMap { Int($0) }
        let kind = kind(status: status, named: named)
        let message = error["message"]?.string ?? error["detail"]?.string ?? "The provider gave no message."
        return ProviderFailure(
            kind: kind, status: status ?? kind.fittingStatus, message: message, type: type, code: code,
            parameter: error["param"]?.string)
    }

    /// What the words of the API and of Azure mean. Types that say less than the status are not here.
    private static func kind(named word: String) -> ProviderFailure.Kind? {
        switch word {
        case "context_length_exceeded": .contextWindowExceeded
        case "content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation": .contentFiltered
        case "invalid_api_key", "authentication_error": .authentication
        case "permission_error": .permission
        case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active": .billing
        case "model_not_found", "DeploymentNotFound": .notFound
        case "rate_limit_exceeded", "rate_limit_error", "tokens", "requests": .rateLimited
        case "overloaded_error", "slow_down", "engine_overloaded": .overloaded
        case "service_unavailable": .unavailable
        case "timeout": .timeout
        case "server_error", "internal_error", "internal_server_error": .server
        default: nil
        }
    }

    /// A precise word beats the status, except where it only says that the server failed.
    private static func kind(status: Int?, named: ProviderFailure.Kind?) -> ProviderFailure.Kind {
        if let named, named != .server { return named }
        guard let status else { return named ?? .server }
        // Proxies before the services say 502 when these fail.
        return status == 502 ? .server : ProviderFailure.Kind(status: status)
    }

    package func encodeFailure(_ failure: ProviderFailure) -> JSONObject {
        if let body = failure.body, body.origin == format, let object = body.value.object, object["error"] != nil {
            return object
        }
        var (type, code) = Self.words(for: failure.kind)
        if failure.body == nil {
            // The gateway's own failures may say more than their kind.
            type = failure.type ?? type
            code = failure.code ?? code
        }
        return [
            "error": [
                "message": .string(failure.message), "type": .string(type),
                "param": failure.parameter.map { .string($0) } ?? .null, "code": code.map { .string($0) } ?? .null,
            ]
        ]
    }

    private static func words(for kind: ProviderFailure.Kind) -> (type: String, code: String?) {
        switch kind {
        case .invalidRequest, .requestTooLarge: ("invalid_request_error", nil)
        case .contextWindowExceeded: ("invalid_request_error", "context_length_exceeded")
        case .contentFiltered: ("invalid_request_error", "content_filter")
        case .authentication: ("invalid_request_error", "invalid_api_key")
        case .permission: ("permission_error", nil)
        case .billing: ("insufficient_quota", "insufficient_quota")
        case .notFound: ("invalid_request_error", "model_not_found")
        case .conflict: ("conflict_error", nil)
        case .rateLimited: ("rate_limit_error", "rate_limit_exceeded")
        case .timeout: ("server_error", "timeout")
        case .overloaded, .unavailable, .server, .truncated, .malformed, .shuttingDown: ("server_error", nil)
        }
    }
}
