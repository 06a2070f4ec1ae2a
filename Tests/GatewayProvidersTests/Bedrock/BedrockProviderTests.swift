import GatewayCore
import Testing

@testable import GatewayProviders

struct BedrockProviderTests {
    private let access = ProviderAccess(
        credential: ProviderCredential(.signingKey(id: "AKID", secret: "s", sessionToken: "t")), instant: 1_000_000_000)

    private func provider(
        _ config: BedrockConfig = BedrockConfig(region: "us-east-1"), base: String? = nil
    ) -> BedrockProvider {
        BedrockProvider(InstanceConfiguration(name: "one", baseURL: base, settings: config))
    }

    private func call(_ model: String, streaming: Bool = false, headers: HTTPFields = [:]) -> ProviderCall {
        ProviderCall(
            model: model, isStreaming: streaming, body: Array(#"{"model":"m","max_tokens":1.0,"stream":true}"#.utf8),
            clientHeaders: headers, access: access)
    }

    @Test(arguments: [(false, "converse"), (true, "converse-stream")])
    func asksConverse(streaming: Bool, action: String) throws {
        let request = try provider().request(for: call("amazon.nova-pro-v1:0", streaming: streaming))
        #expect(
            request.url == "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/\(action)")
        #expect(request.body == call("x").body)
        #expect(request.headers["x-amz-security-token"] == "t")
        #expect(
            request.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 Credential=AKID/20010909/us-east-1/bedrock/")
                == true)
    }

    @Test(
        "Claude is asked in Anthropic's own format, unless the client speaks Converse",
        arguments: [
            (BedrockConfig.API.auto, WireFormat.openAI, true), (.auto, .anthropic, true), (.auto, .converse, false),
            (.invoke, .converse, true), (.converse, .anthropic, false),
        ])
    func choosesTheAPI(api: BedrockConfig.API, client: WireFormat, isInvoke: Bool) {
        let provider = provider(
            BedrockConfig(region: "us-east-1", api: api, modelIDs: ["sonnet": "eu.anthropic.claude-sonnet-4-5:0"]))
        for model in ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "sonnet"] {
            #expect(provider.variants.contains { $0.fits(model, client) } == isInvoke)
        }
        #expect(!provider.variants.contains { $0.fits("meta.llama3", client) })
    }

    @Test func movesAnthropicsHeadersIntoTheBodyForInvokeModel() throws {
        let claude = try #require(provider().variants.first?.provider)
        #expect(claude.format == .anthropic && claude.framing == .wrappedEventStream)
        let request = try claude.request(
            for: call(
                "anthropic.claude-x-v1:0", streaming: true,
                headers: [
                    "anthropic-beta": "a, b", "x-api-key": "client", "x-amzn-bedrock-guardrailidentifier": "g1",
                ]))
        #expect(request.url.hasSuffix("/model/anthropic.claude-x-v1%3A0/invoke-with-response-stream"))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"max_tokens":1.0,"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["a","b"]}"#)
        #expect(request.headers["x-amzn-bedrock-guardrailidentifier"] == "g1")
        #expect(request.headers["x-api-key"] == nil)
    }

    @Test(arguments: [
        ("amazon.titan-embed-text-v2:0", EmbeddingFormat.titan), ("cohere.embed-multilingual-v3", .cohere),
        ("us.cohere.embed-v4:0", .cohere), ("vectors", .titan), ("anthropic.claude-x-v1:0", nil),
        ("amazon.titan-embed-image-v1", nil),
    ])
    func asksForEmbeddings(model: String, format: EmbeddingFormat?) throws {
        let provider = provider(BedrockConfig(region: "eu-west-1", modelIDs: ["vectors": "amazon.titan-embed-text-v1"]))
        #expect(provider.embeddingFormat(of: model) == format)
        guard format != nil else { return }
        let request = try provider.embeddingRequest(for: call(model))
        let identifier = model == "vectors" ? "amazon.titan-embed-text-v1" : model.replacing(":", with: "%3A")
        #expect(request.url == "https://bedrock-runtime.eu-west-1.amazonaws.com/model/\(identifier)/invoke")
        #expect(request.headers["accept"] == "application/json")
        #expect(request.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 ") == true)
        #expect(request.body == call("x").body)
    }

    @Test func takesBedrocksOwnKeys() throws {
        var call = call("amazon.nova")
        call.access = ProviderAccess(credential: ProviderCredential(.token("bedrock-key")))
        let request = try provider().request(for: call)
        #expect(request.headers["authorization"] == "Bearer bedrock-key")
        #expect(request.headers["x-amz-date"] == nil)
    }

    @Test(arguments: ["", "AKID"])
    func refusesToAskWithoutRegionOrCredential(key: String) {
        var call = call("amazon.nova")
        if key.isEmpty { call.access = ProviderAccess() }
        let provider = provider(BedrockConfig(region: key.isEmpty ? "us-east-1" : nil))
        let error = #expect(throws: ProviderError.self) { try provider.request(for: call) }
        #expect(error?.message.contains(key.isEmpty ? "no credentials" : "no region") == true)
    }

    @Test func signsForTheHostItIsSentTo() throws {
        let request = try provider(base: "http://127.0.0.1:9/prefix/").request(for: call("m"))
        #expect(request.url == "http://127.0.0.1:9/prefix/model/m/converse")
        #expect(request.headers["host"] == nil, "libcurl writes it")
    }

    @Test func listsModels() throws {
        let list: JSONValue = ["modelSummaries": [["modelId": "amazon.nova-pro-v1:0", "modelName": "Nova Pro"], [:]]]
        let request = try #require(provider().modelListRequest(with: access))
        #expect(request.url == "https://bedrock.us-east-1.amazonaws.com/foundation-models")
        #expect(provider().models(in: list) == [ListedModel(id: "amazon.nova-pro-v1:0", displayName: "Nova Pro")])
    }
}
