import Testing

@testable import GatewayCore

struct EmbeddingTests {
    private func bench(
        _ format: EmbeddingFormat, _ steps: ScriptedTransport.Step...
    ) throws -> (Gateway, ScriptedTransport, RecordCollector) {
        let transport = ScriptedTransport(steps: steps)
        let log = RecordCollector()
        let catalog = ProviderCatalog([
            ProviderKind(key: "vectors", make: { _ in VectorProvider(vectors: format) }),
            ProviderKind(key: "plain", make: { _ in PlainProvider(format: .openAI) }),
        ])
        let gateway = try Gateway(
            configuration: GatewayConfiguration(
                models: [ModelEntry(name: "small", provider: "vectors", apiModel: "embed-1")],
                providers: ["vectors", "plain"].map {
                    ProviderConfiguration(key: $0, instances: [InstanceConfiguration(name: $0, apiKey: "k")])
                }),
            providers: catalog, transport: transport, services: GatewayServices(log: log))
        return (gateway, transport, log)
    }

    private func call(_ body: String, _ format: WireFormat = .openAI, model: String? = nil) -> InboundCall {
        let call = InboundCall(id: "req-1", format: format, body: Array(body.utf8))
        call.modelInPath = model
        return call
    }

    @Test func passesOpenAIsOnWithTheModelsName() async throws {
        let reply = #"{"object":"list","data":[],"model":"embed-1","usage":{"prompt_tokens":3,"total_tokens":3}}"#
        let (gateway, transport, log) = try bench(.openAI, .reply(status: 200, body: [reply]))
        let answer = await gateway.answerEmbeddings(
            call(#"{"model":"small","input":[1,2],"encoding_format":"base64","x":1}"#), isBatch: true)
        #expect(await answer.text == reply)
        #expect(
            String(decoding: transport.requests[0].body, as: UTF8.self)
                == #"{"model":"embed-1","input":[1,2],"encoding_format":"base64","x":1}"#)
        #expect(log.records.first?.usage?.freshInput == 3)
    }

    @Test func bridgesToGemini() async throws {
        let (gateway, transport, _) = try bench(
            .gemini, .reply(status: 200, body: [#"{"embeddings":[{"values":[0.5,-1]},{"values":[0.25,2]}]}"#]))
        let answer = await gateway.answerEmbeddings(
            call(#"{"model":"small","input":["a","b"],"dimensions":2}"#), isBatch: true)
        let json = try JSONValue(parsing: await answer.text)
        #expect(json["data"]?[1]?["embedding"] == [0.25, .number(JSONNumber(validText: "2.0"))])
        #expect(json["data"]?[1]?["index"] == 1)
        #expect(json["model"] == "small")
        let sent = try JSONValue(parsing: transport.requests[0].body)
        #expect(sent["requests"]?[1]?["content"]?["parts"]?[0]?["text"] == "b")
        #expect(sent["requests"]?[0]?["model"] == "models/embed-1")
        #expect(sent["requests"]?[0]?["outputDimensionality"] == 2)
    }

    @Test func packsFloatsForClientsThatWantBase64() async throws {
        let (gateway, _, _) = try bench(.gemini, .reply(status: 200, body: [#"{"embeddings":[{"values":[1,-2]}]}"#]))
        let answer = await gateway.answerEmbeddings(
            call(#"{"model":"small","input":"a","encoding_format":"base64"}"#), isBatch: true)
        // 0x3F800000 and 0xC0000000, the lowest byte first.
        #expect(try JSONValue(parsing: await answer.text)["data"]?[0]?["embedding"] == "AACAPwAAAMA=")
    }

    @Test func asksTitanForOneTextAtATime() async throws {
        let (gateway, transport, log) = try bench(
            .titan, .reply(status: 200, body: [#"{"embedding":[1],"inputTextTokenCount":2}"#]),
            .reply(status: 200, body: [#"{"embedding":[2],"inputTextTokenCount":3}"#]))
        let answer = await gateway.answerEmbeddings(call(#"{"model":"small","input":["a","b"]}"#), isBatch: true)
        let json = try JSONValue(parsing: await answer.text)
        #expect(json["data"]?.array?.count == 2)
        #expect(json["usage"]?["prompt_tokens"] == 5)
        #expect(
            transport.requests.map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"inputText":"a"}"#, #"{"inputText":"b"}"#,
            ])
        #expect(log.records.count == 1)
        #expect(log.records.first?.usage?.freshInput == 5)
    }

    @Test func bridgesToCohere() async throws {
        let (gateway, transport, _) = try bench(
            .cohere, .reply(status: 200, body: [#"{"embeddings":{"float":[[1],[2]]}}"#]))
        let answer = await gateway.answerEmbeddings(call(#"{"model":"small","input":["a","b"]}"#), isBatch: true)
        #expect(try JSONValue(parsing: await answer.text)["data"]?.array?.count == 2)
        let sent = try JSONValue(parsing: transport.requests[0].body)
        #expect(sent["texts"] == ["a", "b"])
        #expect(sent["input_type"] == "search_document")
    }

    @Test func answersGeminisClients() async throws {
        let reply = #"{"object":"list","data":[{"index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":1}}"#
        let (gateway, transport, _) = try bench(.openAI, .reply(status: 200, body: [reply]))
        let answer = await gateway.answerEmbeddings(
            call(#"{"content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING"}"#, .gemini, model: "small"),
            isBatch: false)
        #expect(await answer.text == #"{"embedding":{"values":[0.5]}}"#)
        #expect(answer.headers["x-llm-gateway-warnings"]?.contains("/taskType") == true)
        #expect(try JSONValue(parsing: transport.requests[0].body)["input"] == ["a"])
    }

    @Test(arguments: [
        #"{"model":"small"}"#, #"{"model":"small","input":[]}"#, #"{"model":"small","input":[{}]}"#,
        #"{"model":"small","input":[1,2]}"#, #"{"model":"small","input":"a","encoding_format":"int8"}"#,
    ])
    func refusesWhatCannotBeBridged(body: String) async throws {
        let (gateway, transport, _) = try bench(.gemini)
        #expect(await gateway.answerEmbeddings(call(body), isBatch: true).status == 400)
        #expect(transport.requests.isEmpty)
    }

    @Test func refusesProvidersWithoutEmbeddings() async throws {
        let (gateway, _, _) = try bench(.gemini)
        let answer = await gateway.answerEmbeddings(call(#"{"model":"plain/x","input":"a"}"#), isBatch: true)
        #expect(answer.status == 400)
    }

    @Test(arguments: [#"{"embeddings":7}"#, #"{"embeddings":[{"values":["x"]}]}"#])
    func tellsAReplyThatIsNone(reply: String) async throws {
        let (gateway, _, _) = try bench(.gemini, .reply(status: 200, body: [reply]))
        #expect(await gateway.answerEmbeddings(call(#"{"model":"small","input":"a"}"#), isBatch: true).status == 502)
    }
}

private struct VectorProvider: EmbeddingProvider {
    var vectors: EmbeddingFormat
    var format: WireFormat { .openAI }

    func embeddingFormat(of model: String) -> EmbeddingFormat? { vectors }

    func embeddingRequest(for call: ProviderCall) -> TransportRequest { request(for: call) }

    func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(url: "https://vectors.test/\(call.model)", body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}
