import Testing

@testable import GatewayCore

struct GeminiFailureTests {
    private func failure(_ status: Int, _ body: String, headers: HTTPFields = [:]) -> ProviderFailure {
        GeminiTest.codec.decodeFailure(status: status, headers: headers, body: Array(body.utf8))
    }

    @Test(arguments: [
        (400, "INVALID_ARGUMENT", ProviderFailure.Kind.invalidRequest), (400, "FAILED_PRECONDITION", .invalidRequest),
        (400, "OUT_OF_RANGE", .invalidRequest), (401, "UNAUTHENTICATED", .authentication),
        (403, "PERMISSION_DENIED", .permission), (404, "NOT_FOUND", .notFound), (409, "ABORTED", .conflict),
        (429, "RESOURCE_EXHAUSTED", .rateLimited), (500, "INTERNAL", .server), (503, "UNAVAILABLE", .unavailable),
        (504, "DEADLINE_EXCEEDED", .timeout), (501, "UNIMPLEMENTED", .server), (499, "CANCELLED", .invalidRequest),
    ])
    func statusesAreRead(_ status: Int, _ word: String, _ kind: ProviderFailure.Kind) {
        let body = #"{"error":{"code":\#(status),"message":"m","status":"\#(word)"}}"#
        for text in [body, "[\(body)]", "[\(body)\n]"] {
            let failure = failure(status, text)
            #expect(failure.kind == kind)
            #expect(failure.status == status)
            #expect(failure.message == "m")
            #expect(failure.type == word)
            #expect(JSONValue.object(GeminiTest.codec.encodeFailure(failure)).serializedString == body)
        }
    }

    @Test func aBadKeyIsAnAuthenticationFailureThoughItsStatusIs400() {
        let failure = failure(
            400,
            #"{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}"#
        )
        #expect(failure.kind == .authentication)
        #expect(failure.code == "API_KEY_INVALID")
    }

    @Test func theTimeToWaitStandsInTheBodyOrTheHeader() {
        let info =
            #"{"error":{"code":429,"details":[{"fieldViolations":[{"field":"contents"}]},{"retryDelay":"22.5s"}]}}"#
        let failure = failure(429, info)
        #expect(failure.retryAfter == .seconds(22.5))
        #expect(failure.parameter == "contents")
        #expect(self.failure(429, "{}", headers: ["retry-after": "3"]).retryAfter == .seconds(3))
        #expect(self.failure(429, #"{"error":{"details":[{"retryDelay":"99999999s"}]}}"#).retryAfter == nil)
    }

    @Test func whatIsNoErrorSpeaksByItsStatus() {
        #expect(failure(502, "<html>").kind == .unavailable)
        #expect(failure(403, "[]").kind == .permission)
        #expect(failure(418, #"{"error":"x"}"#).kind == .invalidRequest)
        #expect(failure(200, #"{"error":{"status":"UNAVAILABLE"}}"#).kind == .unavailable)
    }

    @Test(arguments: [
        (ProviderFailure.Kind.invalidRequest, 400, "INVALID_ARGUMENT"),
        (.contextWindowExceeded, 400, "INVALID_ARGUMENT"),
        (.authentication, 401, "UNAUTHENTICATED"), (.permission, 403, "PERMISSION_DENIED"),
        (.notFound, 404, "NOT_FOUND"),
        (.conflict, 409, "ABORTED"), (.requestTooLarge, 413, "INVALID_ARGUMENT"),
        (.rateLimited, 429, "RESOURCE_EXHAUSTED"),
        (.server, 500, "INTERNAL"), (.truncated, 502, "INTERNAL"), (.shuttingDown, 503, "UNAVAILABLE"),
        (.timeout, 504, "DEADLINE_EXCEEDED"),
    ])
    func otherFailuresAreWritten(_ kind: ProviderFailure.Kind, _ status: Int, _ word: String) {
        let body = GeminiTest.codec.encodeFailure(ProviderFailure(kind: kind, status: status, message: "m"))
        #expect(
            JSONValue.object(body).serializedString
                == #"{"error":{"code":\#(status),"message":"m","status":"\#(word)"}}"#)
    }

    @Test func statusesOfOthersBecomeGooglesAndTheWaitARetryInfo() {
        let overloaded = ProviderFailure(kind: .overloaded, status: 529, message: "m", retryAfter: .milliseconds(1500))
        let body = GeminiTest.codec.encodeFailure(overloaded)
        #expect(body["error"]?["code"] == 503)
        #expect(body["error"]?["details"]?[0]?["retryDelay"] == "2s")
        let billing = GeminiTest.codec.encodeFailure(ProviderFailure(kind: .billing, status: 402, message: "m"))
        #expect(billing["error"]?["code"] == 429)
        #expect(billing["error"]?["status"] == "RESOURCE_EXHAUSTED")
    }
}
