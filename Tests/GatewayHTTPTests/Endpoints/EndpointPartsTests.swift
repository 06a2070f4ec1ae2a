import GatewayCore
import Testing

@testable import GatewayHTTP

struct MediaTypeCheckTests {
    @Test(arguments: ["application/json", "Application/JSON; charset=utf-8", "application/vnd.api+json"])
    func takesJSON(type: String) {
        #expect(MediaTypeCheck.failure(of: ["content-type": type]) == nil)
    }

    @Test func takesBodiesWithoutAType() {
        #expect(MediaTypeCheck.failure(of: [:]) == nil)
        #expect(MediaTypeCheck.failure(of: ["content-encoding": "identity"]) == nil)
    }

    @Test(arguments: ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
    func refusesOtherTypes(type: String) {
        #expect(MediaTypeCheck.failure(of: ["content-type": type])?.status == 415)
    }

    @Test func refusesCompressedBodies() {
        #expect(MediaTypeCheck.failure(of: ["content-encoding": "gzip"])?.status == 415)
    }
}

struct CORSPolicyTests {
    private func policy(_ origins: [String]) -> CORSPolicy {
        CORSPolicy(CORSConfiguration(isEnabled: true, allowedOrigins: origins))
    }

    private func request(_ method: String, origin: String = "https://app.test") -> ServerRequest {
        ServerRequest(
            method: method, target: RequestTarget(path: "/v1/chat/completions"),
            headers: [
                "origin": origin, "access-control-request-method": "POST",
                "access-control-request-headers": "authorization,x-custom",
            ])
    }

    @Test func answersPreflights() throws {
        let response = try #require(policy(["https://app.test"]).preflight(request("OPTIONS")))
        #expect(response.status == 204)
        #expect(response.headers["access-control-allow-origin"] == "https://app.test")
        #expect(response.headers["access-control-allow-headers"] == "authorization,x-custom")
        #expect(response.headers["vary"] == "Origin")
    }

    @Test func keepsOtherOriginsOut() throws {
        let response = try #require(
            policy(["https://app.test"]).preflight(request("OPTIONS", origin: "https://evil.test")))
        #expect(response.headers["access-control-allow-origin"] == nil)
        #expect(response.headers["access-control-allow-methods"] == nil)
    }

    @Test func permitsAnyOriginByAStar() {
        var headers: HTTPFields = [:]
        policy(["*"]).permit(request("POST"), &headers)
        #expect(headers["access-control-allow-origin"] == "*")
        #expect(headers["access-control-expose-headers"]?.contains("X-Request-ID") == true)
    }

    @Test func saysNothingWhenItIsOff() {
        let off = CORSPolicy(CORSConfiguration())
        var headers: HTTPFields = [:]
        off.permit(request("POST"), &headers)
        #expect(headers.isEmpty)
        #expect(off.preflight(request("OPTIONS")) == nil)
    }
}

struct ModelListingTests {
    private let models = ["a", "b", "c"].map { ModelInfo(id: $0, provider: "p") }

    private func page(_ query: String, _ format: WireFormat) -> ModelListPage {
        ModelListPage(RequestTarget(path: "/v1/models", query: query), format)
    }

    @Test func listsInTheShapeOfEachApi() {
        let openAI = ModelListing.list(models, .openAI, page("", .openAI))
        #expect(openAI["object"] == "list")
        #expect(openAI["data"]?[0]?["owned_by"] == "p")
        let anthropic = ModelListing.list(models, .anthropic, page("limit=2", .anthropic))
        #expect(anthropic["has_more"] == true)
        #expect(anthropic["last_id"] == "b")
        let gemini = ModelListing.list(models, .gemini, page("pageSize=2&pageToken=a", .gemini))
        #expect(gemini["models"]?[0]?["name"] == "models/b")
        #expect(gemini["nextPageToken"] == nil)
    }

    @Test func pagesByIdentifiers() {
        let after = ModelListing.list(models, .anthropic, page("after_id=a&limit=1", .anthropic))
        #expect(after["first_id"] == "b")
        let before = ModelListing.list(models, .anthropic, page("before_id=c", .anthropic))
        #expect(before["data"]?.array?.count == 2)
        #expect(before["has_more"] == false)
    }
}
