import GatewayCore
import Testing

@testable import GatewayHTTP

struct EndpointMatchTests {
    private func request(
        _ path: String, query: String? = nil, _ headers: HTTPFields = [:], method: String = "POST"
    ) -> ServerRequest {
        ServerRequest(method: method, target: RequestTarget(path: path, query: query), headers: headers)
    }

    private func endpoint(_ path: String, query: String? = nil, _ headers: HTTPFields = [:]) -> Endpoint? {
        EndpointMatch(request(path, query: query, headers, method: "GET"))?.endpoint
    }

    @Test func knowsTheAddressesOfEachAPI() {
        #expect(endpoint("/v1/chat/completions") == .generate(Endpoint.Generation(format: .openAI, isAnyFormat: true)))
        #expect(endpoint("/chat/completions") == .generate(Endpoint.Generation(format: .openAI, isAnyFormat: true)))
        #expect(endpoint("/v1/messages") == .generate(Endpoint.Generation(format: .anthropic)))
        #expect(endpoint("/health") == .health(.overall))
        #expect(endpoint("/ready") == .health(.ready))
    }

    @Test(arguments: ["/v1beta/models/gemini-x", "/v1/models/gemini-x"])
    func readsGeminisActions(path: String) {
        var expected = Endpoint.Generation(format: .gemini, model: "gemini-x", isStreaming: false)
        #expect(endpoint(path + ":generateContent") == .generate(expected))
        expected.isStreaming = true
        expected.framing = .jsonArray
        #expect(endpoint(path + ":streamGenerateContent") == .generate(expected))
        expected.framing = .sse
        #expect(endpoint(path + ":streamGenerateContent", query: "alt=sse") == .generate(expected))
        #expect(endpoint(path + "%3AgenerateContent") != nil)
    }

    @Test func knowsNoOtherActionOfAModel() {
        #expect(EndpointMatch(request("/v1beta/models/gemini-x:dance")) == nil)
        #expect(endpoint("/v1/models/llama3:8b") == .model("llama3:8b", .openAI))
    }

    @Test func knowsWhereTokensAreCounted() {
        #expect(endpoint("/v1/messages/count_tokens") == .countTokens(.anthropic, model: nil))
        #expect(endpoint("/v1/responses/input_tokens") == .countTokens(.responses, model: nil))
        #expect(endpoint("/v1beta/models/g:countTokens") == .countTokens(.gemini, model: "g"))
        #expect(EndpointMatch(request("/x/v1/messages/count_tokens"))?.provider == "x")
    }

    @Test func knowsWhereEmbeddingsAreMade() {
        #expect(endpoint("/v1/embeddings") == .embed(Endpoint.Embedding(format: .openAI)))
        #expect(
            endpoint("/v1beta/models/g:embedContent")
                == .embed(Endpoint.Embedding(format: .gemini, model: "g", isBatch: false)))
        #expect(
            endpoint("/v1beta/models/g:batchEmbedContents") == .embed(Endpoint.Embedding(format: .gemini, model: "g")))
    }

    @Test(arguments: [
        ("/v1/images/generations", ["POST"]), ("/v1/files", ["GET", "POST"]), ("/v1/files/file-1", ["GET", "DELETE"]),
        ("/v1/files/file-1/content", ["GET"]), ("/v1/batches/batch_1/cancel", ["POST"]), ("/v1/rerank", ["POST"]),
    ])
    func knowsTheOtherAPIs(path: String, methods: [String]) {
        #expect(endpoint(path)?.methods == methods)
    }

    @Test func passesQueriesOnWithoutTheClientsKey() {
        guard case .resource(let resource, _)? = endpoint("/v1/files", query: "limit=2&key=secret&after=x") else {
            Issue.record("must be a resource")
            return
        }
        #expect(resource.path == "/files?limit=2&after=x")
        #expect(endpoint("/v1/files", query: "key=secret").map { "\($0)".contains("secret") } == false)
    }

    @Test(arguments: ["/v1/files/..", "/v1/files/a%2Fb", "/v1/files/a%3Fb", "/v1/files/", "/v1/images", "/v1/audio/x"])
    func knowsNoOtherResource(path: String) {
        #expect(endpoint(path) == nil)
    }

    @Test func tellsTheModelListsApart() {
        #expect(endpoint("/v1/models") == .modelList(.openAI))
        #expect(endpoint("/v1/models", ["anthropic-version": "2026-10-21"]) == .modelList(.anthropic))
        #expect(endpoint("/v1/models", ["x-goog-api-key": "k"]) == .modelList(.gemini))
        #expect(endpoint("/v1beta/models") == .modelList(.gemini))
        #expect(endpoint("/v1/models/demo/echo") == .model("demo/echo", .openAI))
        #expect(endpoint("/v1/models/demo%2Fecho") == .model("demo/echo", .openAI))
        #expect(endpoint("/v1beta/models/org/m") == .model("org/m", .gemini))
    }

    @Test(arguments: [
        ("/openai/v1/chat/completions", "openai"), ("/custom/deepseek/v1/chat/completions", "custom:deepseek"),
        ("/azure/v1/chat/completions", "azure"), ("/custom%3Adeepseek/v1/chat/completions", "custom:deepseek"),
        ("/my.provider/v1/chat/completions", "my.provider"), ("/custom/v1/chat/completions", "custom"),
    ])
    func takesTheProviderFromTheAddress(path: String, provider: String) {
        #expect(
            EndpointMatch(request(path))
                == EndpointMatch(.generate(Endpoint.Generation(format: .openAI, isAnyFormat: true)), provider: provider)
        )
    }

    @Test func hasEveryAPIBehindAProvider() {
        #expect(endpoint("/bedrock/v1/messages") == .generate(Endpoint.Generation(format: .anthropic)))
        #expect(
            endpoint("/gemini/v1beta/models/g:generateContent")
                == .generate(Endpoint.Generation(format: .gemini, model: "g", isStreaming: false)))
        #expect(endpoint("/custom/x/v1/models/a/b") == .model("a/b", .openAI))
        #expect(endpoint("/openai/v1/models") == .modelList(.openAI))
    }

    @Test(arguments: [
        "/", "/v1", "/v1/chat", "/v2/models/x", "/v1/models/", "/v1/messages/", "/v1/models/%zz", "*",
        "/openai/chat/completions", "/a/b/v1/chat/completions", "//v1/chat/completions", "/%zz/v1/chat/completions",
        "/custom//v1/chat/completions", "/openai/health", "/openai/v1/health", "/custom/x/y/v1/messages",
        "/openai/v1/chat/completions/", "/openai/v1", "/custom/openai/v1",
    ])
    func knowsNothingElse(path: String) {
        #expect(EndpointMatch(request(path)) == nil)
    }

    @Test func guessesTheAPIWhereThereIsNothing() {
        #expect(EndpointMatch.format(of: request("/v1/messages/batches")) == .anthropic)
        #expect(EndpointMatch.format(of: request("/v1beta/files")) == .gemini)
        #expect(EndpointMatch.format(of: request("/openai/v1/messages/x")) == .anthropic)
        #expect(EndpointMatch.format(of: request("/v1/nothing")) == .openAI)
    }
}
