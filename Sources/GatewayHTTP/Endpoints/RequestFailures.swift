import GatewayCore

extension ServerResponse {
    /// The answer to a request of which not even the address is known for sure: an error body that the clients of every
    /// format find a message in.
    ///
    /// - Parameter id: of the request, as every answer has one.
    package init(_ refusal: RequestRefusal, id: String) {
        let failure = ProviderFailure(kind: .invalidRequest, status: refusal.status, message: refusal.explanation)
        self.init(
            status: refusal.status, headers: ["content-type": "application/json", "x-request-id": id],
            body: .bytes(WireFormat.openAI.codec.encodeFailure(failure).serialized()))
    }
}

extension ProviderFailure {
    static func unknownPath(_ path: String) -> ProviderFailure {
        ProviderFailure(
            kind: .notFound, status: 404,
            message:
                "There is nothing at \(path). The gateway answers POST /v1/chat/completions, POST /v1/responses, POST /v1/messages, "
                + "POST /v1beta/models/{model}:generateContent and :streamGenerateContent, each also behind /{provider}, "
                + "GET /v1/models and GET /health.",
            code: "unknown_url")
    }

    static func wrongMethod(_ method: String, _ path: String) -> ProviderFailure {
        ProviderFailure(kind: .invalidRequest, status: 405, message: "\(path) does not take \(method).")
    }

    static var noCache: ProviderFailure {
        ProviderFailure(kind: .notFound, status: 404, message: "No response cache is configured.")
    }

    static var tooManyScrapes: ProviderFailure {
        ProviderFailure(
            kind: .overloaded, status: 503, message: "Others are reading the metrics at the moment.",
            retryAfter: .seconds(1))
    }

    static var wrongKey: ProviderFailure {
        ProviderFailure(
            kind: .authentication, status: 401, message: "The gateway does not know this key.", code: "invalid_api_key")
    }

    /// - Parameter setting: what the configuration calls the limit.
    init(_ error: RequestBodyError, limitedBy setting: String = "server.max_body_bytes") {
        switch error {
        case .tooLarge(let limit):
            self.init(
                kind: .requestTooLarge, status: 413,
                message: "The body is larger than the \(limit) bytes that this gateway takes (\(setting)).")
        case .malformed(let fault):
            self.init(kind: .invalidRequest, status: 400, message: "The body breaks HTTP: \(fault)")
        case .timedOut:
            self.init(kind: .timeout, status: 408, message: "The body did not arrive in time.")
        case .disconnected:
            self.init(kind: .invalidRequest, status: 400, message: "The connection ended inside the body.")
        }
    }
}

/// The gateway reads JSON and nothing else.
enum MediaTypeCheck {
    static func failure(of headers: HTTPFields) -> ProviderFailure? {
        if let coding = headers["content-encoding"], !coding.equalsIgnoringASCIICase("identity") {
            return refusal("The content coding \"\(coding)\" is not supported; send the body as it is.")
        }
        guard let type = headers["content-type"], type != "application/json" else { return nil }
        let essence = Substring(type.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") })
        if essence.equalsIgnoringASCIICase("application/json") || essence.lowercased().hasSuffix("+json") { return nil }
        return refusal("The body must be JSON: send it with content-type: application/json.")
    }

    private static func refusal(_ message: String) -> ProviderFailure {
        ProviderFailure(kind: .invalidRequest, status: 415, message: message)
    }
}
