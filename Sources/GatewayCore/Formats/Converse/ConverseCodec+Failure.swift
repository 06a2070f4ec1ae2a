/// Errors: `{"message"}` in the body, and which of AWS's exceptions it is in the header `x-amzn-errortype`. Inside a stream a
/// message of the event stream names the exception.
extension ConverseCodec {
    static let typeHeader = "x-amzn-errortype"

    package func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure {
        // A body that is not JSON says no more than the status does.
        let value = (try? JSONValue(parsing: body)) ?? .null
        let named = headers[Self.typeHeader] ?? value["__type"]?.string ?? value["code"]?.string
        var failure = Self.decodeFailure(value, type: named.map(Self.bareType), status: status)
        failure.retryAfter = RetryAfter.duration(in: headers)
        return failure
    }

    /// The header may go on with a colon and an address, the body's `__type` begin with a namespace and `#`.
    private static func bareType(_ named: String) -> String {
        let name = named.prefix { $0 != ":" }
        return String(name.split(separator: "#").last ?? name)
    }

    /// - Parameter status: nil for an exception told in a stream, whose status was 200; the one of its shape is taken.
    static func decodeFailure(_ body: JSONValue, type: String?, status: Int?) -> ProviderFailure {
        let known = type.flatMap { exceptions[$0] }
        let status = status ?? known?.status ?? 500
        let message = body["message"]?.string ?? body["Message"]?.string
        return ProviderFailure(
            kind: known?.kind ?? .init(status: status), status: status,
            message: message ?? "The provider answered with status \(status).", type: type,
            body: message == nil ? nil : Foreign(origin: .converse, value: body))
    }

    /// The exceptions of `bedrock-runtime` with the statuses of its service model, and those of every AWS service for
    /// requests that are not signed as they should be.
    private static let exceptions: [String: (kind: ProviderFailure.Kind, status: Int)] = [
        "ValidationException": (.invalidRequest, 400), "ConflictException": (.conflict, 400),
        "ServiceQuotaExceededException": (.rateLimited, 400), "AccessDeniedException": (.permission, 403),
        "ResourceNotFoundException": (.notFound, 404), "ModelTimeoutException": (.timeout, 408),
        "ModelErrorException": (.server, 424), "ModelStreamErrorException": (.server, 424),
        "ThrottlingException": (.rateLimited, 429), "ModelNotReadyException": (.unavailable, 429),
        "InternalServerException": (.server, 500), "ServiceUnavailableException": (.unavailable, 503),
        "UnrecognizedClientException": (.authentication, 403), "InvalidSignatureException": (.authentication, 403),
        "ExpiredTokenException": (.authentication, 403), "IncompleteSignatureException": (.authentication, 403),
        "MissingAuthenticationTokenException": (.authentication, 403), "ExpiredToken": (.authentication, 403),
        "InvalidClientTokenId": (.authentication, 403), "SignatureDoesNotMatch": (.authentication, 403),
    ]

    package func encodeFailure(_ failure: ProviderFailure) -> JSONObject {
        if let body = failure.body, body.origin == .converse, case .object(let object) = body.value { return object }
        return ["message": .string(failure.message)]
    }

    package func failureHeaders(_ failure: ProviderFailure) -> HTTPFields {
        [Self.typeHeader: Self.exceptionName(of: failure)]
    }

    /// The exception's shape, by which AWS's SDKs choose the class to throw.
    static func exceptionName(of failure: ProviderFailure) -> String {
        if let type = failure.type, exceptions[type] != nil { return type }
        return switch failure.kind {
        case .invalidRequest, .contextWindowExceeded, .contentFiltered, .requestTooLarge: "ValidationException"
        case .authentication: "UnrecognizedClientException"
        case .permission, .billing: "AccessDeniedException"
        case .notFound: "ResourceNotFoundException"
        case .conflict: "ConflictException"
        case .rateLimited: "ThrottlingException"
        case .overloaded, .unavailable, .shuttingDown: "ServiceUnavailableException"
        case .timeout: "ModelTimeoutException"
        case .server, .truncated, .malformed: "InternalServerException"
        }
    }

    /// The exception's member in the shape of the stream, which has only some of them: `throttlingException`.
    static func streamExceptionName(of failure: ProviderFailure) -> String {
        let name =
            switch exceptionName(of: failure) {
            case let name where streamExceptions.contains(name): name
            case "ModelErrorException", "ModelTimeoutException": "ModelStreamErrorException"
            case "ModelNotReadyException": "ServiceUnavailableException"
            case "InternalServerException": "InternalServerException"
            case _: "ValidationException"
            }
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    /// The same in the shape of InvokeModel's stream, which has one more.
    static func invocationExceptionName(of failure: ProviderFailure) -> String {
        exceptionName(of: failure) == "ModelTimeoutException"
            ? "modelTimeoutException" : streamExceptionName(of: failure)
    }

    private static let streamExceptions: Set<String> = [
        "InternalServerException", "ModelStreamErrorException", "ValidationException", "ThrottlingException",
        "ServiceUnavailableException",
    ]
}

extension ProviderFailure {
    /// An exception inside AWS's event stream.
    init(_ failure: AWSEventStreamFailure) {
        var body = (try? JSONValue(parsing: failure.body)) ?? .null  // a body that is not JSON says nothing
        if let message = failure.message, body["message"] == nil { body = ["message": .string(message)] }
        let name = failure.name.prefix(1).uppercased() + failure.name.dropFirst()
        self = ConverseCodec.decodeFailure(body, type: name, status: nil)
    }
}
