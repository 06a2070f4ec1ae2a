import Testing

@testable import GatewayCore

@Suite struct AnthropicFailureTests {
    private func decode(_ status: Int, _ body: String, headers: HTTPFields = [:]) -> ProviderFailure {
        AnthropicTest.codec.decodeFailure(status: status, headers: headers, body: Array(body.utf8))
    }

    private func body(_ type: String) -> String {
        #"{"type":"error","error":{"type":"\#(type)","message":"M"},"request_id":"req_1"}"#
    }

    @Test(
        "PITFALLS 20: every error type has its class",
        arguments: [
            (400, "invalid_request_error", ProviderFailure.Kind.invalidRequest),
            (401, "authentication_error", .authentication), (402, "billing_error", .billing),
            (403, "permission_error", .permission), (404, "not_found_error", .notFound),
            (409, "conflict_error", .conflict),
            (413, "request_too_large", .requestTooLarge), (413, "invalid_request_error", .requestTooLarge),
            (429, "rate_limit_error", .rateLimited), (500, "api_error", .server), (504, "timeout_error", .timeout),
            (529, "overloaded_error", .overloaded),
        ])
    func typesAreRead(status: Int, type: String, kind: ProviderFailure.Kind) {
        let failure = decode(status, body(type))
        #expect(failure.kind == kind)
        #expect(failure.status == status)
        #expect(failure.type == type)
        #expect(failure.message == "M")
    }

    @Test(arguments: [
        (400, ProviderFailure.Kind.invalidRequest), (401, .authentication), (404, .notFound), (408, .timeout),
        (413, .requestTooLarge), (422, .invalidRequest), (429, .rateLimited), (500, .server), (503, .unavailable),
        (529, .overloaded),
    ])
    func statusSpeaksWhereTheBodyDoesNot(status: Int, kind: ProviderFailure.Kind) {
        for body in ["", "<html>", #"{"type":"error","error":{"type":"news_error","message":"x"}}"#] {
            #expect(decode(status, body).kind == kind)
        }
        #expect(decode(status, "<html>").body == nil)
    }

    @Test func waitingTimesAreRead() {
        #expect(decode(429, body("rate_limit_error"), headers: ["Retry-After": "12"]).retryAfter == .seconds(12))
        #expect(decode(529, body("overloaded_error"), headers: ["retry-after-ms": "1500"]).retryAfter == .seconds(1.5))
        #expect(decode(500, body("api_error")).retryAfter == nil)
    }

    @Test func spendingLimitsAreNoRateLimits() {
        let failure = decode(
            429,
            #"{"type":"error","error":{"type":"rate_limit_error","message":"M","details":{"error_code":"enforced_spend_limit_reached"}}}"#
        )
        #expect(failure.kind == .billing)
        #expect(failure.code == "enforced_spend_limit_reached")
    }

    @Test func ownBodiesComeBackAsTheyCame() {
        let text = body("overloaded_error")
        #expect(JSONValue.object(AnthropicTest.codec.encodeFailure(decode(529, text))).serializedString == text)
    }

    @Test(arguments: ProviderFailure.Kind.allCases)
    func everyKindHasAType(kind: ProviderFailure.Kind) throws {
        var failure = ProviderFailure(kind: kind, status: 500, message: "M")
        failure.body = Foreign(origin: .openAI, value: ["error": ["message": "theirs"]])
        let written = AnthropicTest.codec.encodeFailure(failure)
        #expect(written["type"] == "error")
        #expect(written["error"]?["message"] == "M")
        #expect(try #require(written["error"]?["type"]?.string).isEmpty == false)
    }
}
