/// Errors: `{"type":"error","error":{"type","message"},"request_id"}`, alike in replies and in streams.
extension AnthropicCodec {
    package func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure {
        // A body that is not JSON says no more than the status does.
        let value = (try? JSONValue(parsing: body)) ?? .null
        var failure = Self.decodeFailure(value, status: status)
        failure.retryAfter = RetryAfter.duration(in: headers)
        return failure
    }

    /// - Parameter status: nil for an error told in a stream, whose status was 200; the one that fits the type is taken.
    static func decodeFailure(_ body: JSONValue, status: Int?) -> ProviderFailure {
        let type = body["error"]?["type"]?.string
        let code = body["error"]?["details"]?["error_code"]?.string
        let kind = failureKind(code: code) ?? failureKind(type: type, status: status)
        let status = status ?? Self.status(of: kind)
        let message = body["error"]?["message"]?.string ?? body["message"]?.string
        return ProviderFailure(
            kind: kind, status: status, message: message ?? "The provider answered with status \(status).", type: type,
            code: code, body: body["error"] == nil ? nil : Foreign(origin: .anthropic, value: body))
    }

    /// Spending limits come as 429, but waiting does not lift them.
    private static func failureKind(code: String?) -> ProviderFailure.Kind? {
        switch code {
        case "contract_spend_limit_reached"?, "enforced_spend_limit_reached"?,
            "linked_organization_spend_limit_reached"?, "linked_organization_billing_unavailable"?:
            .billing
        case "request_body_too_large_after_decoding"?: .requestTooLarge
        case nil, _?: nil
        }
    }

    private static func failureKind(type: String?, status: Int?) -> ProviderFailure.Kind {
        switch type {
        case "invalid_request_error"?: status == 413 ? .requestTooLarge : .invalidRequest
        case "authentication_error"?: .authentication
        case "billing_error"?: .billing
        case "permission_error"?: .permission
        case "not_found_error"?: .notFound
        case "conflict_error"?: .conflict
        case "request_too_large"?: .requestTooLarge
        case "timeout_error"?: .timeout
        case "rate_limit_error"?: .rateLimited
        case "overloaded_error"?: .overloaded
        case "api_error"?: status == 503 ? .unavailable : .server
        case nil, _?: ProviderFailure.Kind(status: status ?? 500)
        }
    }

    private static func status(of kind: ProviderFailure.Kind) -> Int {
        if kind == .billing { return 402 }
        return kind == .overloaded ? 529 : kind.fittingStatus
    }

    package func encodeFailure(_ failure: ProviderFailure) -> JSONObject {
        if let body = failure.body, body.origin == .anthropic, case .object(let object) = body.value { return object }
        return [
            "type": "error",
            "error": ["type": .string(Self.errorType(of: failure.kind)), "message": .string(failure.message)],
        ]
    }

    private static func errorType(of kind: ProviderFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .contextWindowExceeded, .contentFiltered: "invalid_request_error"
        case .authentication: "authentication_error"
        case .billing: "billing_error"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .conflict: "conflict_error"
        case .requestTooLarge: "request_too_large"
        case .rateLimited: "rate_limit_error"
        case .overloaded, .unavailable, .shuttingDown: "overloaded_error"
        case .timeout: "timeout_error"
        case .server, .truncated, .malformed: "api_error"
        }
    }
}
