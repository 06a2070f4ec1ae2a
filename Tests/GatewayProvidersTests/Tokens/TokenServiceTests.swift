import GatewayCore
import Testing

@testable import GatewayProviders

@Suite struct TokenServiceTests {
    private func fetch(_ status: Int, _ body: String) async throws(ProviderError) -> ProviderCredential {
        let surroundings = CredentialSurroundings(transport: TokenTransport((status, body)), instant: 1000)
        return try await TokenService(name: "The service").token(
            by: TokenService.request("https://t.test", form: [("a", "b c/+")]), from: surroundings)
    }

    @Test(arguments: [
        (#"{"access_token":"t","expires_in":60}"#, 1060.0), (#"{"access_token":"t","expires_in":"60"}"#, 1060),
        (#"{"access_token":"t","expires_on":"1600"}"#, 1600), (#"{"access_token":"t"}"#, 1300),
        (#"{"access_token":"t","expires_in":-5}"#, 1300), (#"{"access_token":"t","expires_in":1e300}"#, 1300),
        (#"{"access_token":"t","expires_on":"3"}"#, 1300), (#"{"access_token":"t","expires_in":{}}"#, 1300),
    ])
    func readsTokensAndTheirEnd(body: String, end: Double) async throws {
        let credential = try await fetch(200, body)
        #expect(credential == ProviderCredential(.token("t"), expires: end))
    }

    @Test(
        "What cannot stand in a header is no token",
        arguments: [
            "{}", "[]", "x", #"{"access_token":""}"#, #"{"access_token":"a\r\nb"}"#, #"{"access_token":5}"#,
        ])
    func refusesWhatIsNoToken(body: String) async {
        let error = await #expect(throws: ProviderError.self) { try await fetch(200, body) }
        #expect(error?.message == "The service answered without a token")
    }

    @Test(arguments: [
        (401, #"{"error":"invalid_client","error_description":"secret!"}"#, "(HTTP 401, invalid_client)"),
        (403, #"{"error":{"status":"PERMISSION_DENIED","message":"secret!"}}"#, "(HTTP 403, PERMISSION_DENIED)"),
        (500, "<html>secret!</html>", "(HTTP 500)"), (400, #"{"error":"secret! with blanks"}"#, "(HTTP 400)"),
    ])
    func tellsTheServicesWordAndNothingElse(status: Int, body: String, end: String) async {
        let error = await #expect(throws: ProviderError.self) { try await fetch(status, body) }
        #expect(error?.message == "The service refused to give a token \(end)")
    }

    @Test func writesForms() {
        let request = TokenService.request("https://t.test", form: [("scope", "https://a/.default"), ("b", "1+2 &=")])
        #expect(String(decoding: request.body, as: UTF8.self) == "scope=https%3A%2F%2Fa%2F.default&b=1%2B2%20%26%3D")
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
    }
}
