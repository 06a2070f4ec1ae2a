import Testing

@testable import GatewayCore

struct OpenAIFailureTests {
    private let codec = OpenAICodec()

    private func kind(_ status: Int, _ body: String) -> ProviderFailure.Kind {
        codec.decodeFailure(status: status, headers: [:], body: Array(body.utf8)).kind
    }

    @Test func readsTheKindFromCodesBeforeTheStatus() {
        #expect(kind(400, #"{"error":{"code":"context_length_exceeded"}}"#) == .contextWindowExceeded)
        #expect(kind(429, #"{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}"#) == .billing)
        #expect(kind(429, #"{"error":{"type":"tokens","code":"rate_limit_exceeded"}}"#) == .rateLimited)
        #expect(kind(401, #"{"error":{"code":"401","message":"Access denied"}}"#) == .authentication)
        #expect(
            kind(400, #"{"error":{"code":"x","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#)
                == .contentFiltered)
        #expect(kind(503, #"{"error":{"type":"server_error"}}"#) == .unavailable)
        #expect(kind(529, "overloaded") == .overloaded)
        #expect(kind(422, #"{"detail":"bad"}"#) == .invalidRequest)
    }

    @Test func readsMessagesInEveryShape() {
        let shapes = [
            #"{"error":{"message":"bad"}}"#, #"{"error":"bad"}"#, #"{"object":"error","message":"bad"}"#,
            #"[{"error":{"message":"bad"}}]"#, #"{"detail":"bad"}"#,
        ]
        for shape in shapes {
            #expect(
                codec.decodeFailure(status: 400, headers: [:], body: Array(shape.utf8)).message == "bad", "\(shape)")
        }
    }

    @Test func survivesPagesOfProxies() {
        let failure = codec.decodeFailure(
            status: 502, headers: ["Retry-After": "3"], body: Array("<html>Bad gateway</html>".utf8))
        #expect(failure.kind == .server && failure.status == 502 && failure.body == nil)
        #expect(failure.retryAfter == .seconds(3))
    }

    @Test func findsAStatusForErrorsInsideStreams() {
        let named = codec.decodeFailure(status: 200, headers: [:], body: Array(#"{"error":{"code":429}}"#.utf8))
        #expect(named.status == 429 && named.kind == .rateLimited)
        let bare = codec.decodeFailure(status: 200, headers: [:], body: Array(#"{"error":{"message":"x"}}"#.utf8))
        #expect(bare.status == 500 && bare.kind == .server)
    }

    @Test func writesEveryKindWithItsWords() {
        for kind in ProviderFailure.Kind.allCases {
            let body = JSONValue.object(
                codec.encodeFailure(ProviderFailure(kind: kind, status: 500, message: "m", parameter: "p")))
            #expect(body["error"]?["message"] == "m" && body["error"]?["param"] == "p")
            #expect(body["error"]?["type"]?.string?.isEmpty == false)
            #expect(body["error"]?.object?.keys == ["message", "type", "param", "code"])
        }
    }
}
