import Testing

@testable import GatewayCore

struct MultipartFormTests {
    private static let type = "multipart/form-data; boundary=\"xYz\""
    private static let body =
        "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\nContent-Type: audio/wav\r\n\r\n"
        + "RIFF\r\n\r\nmodel\r\n--xYz\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--xYz--\r\n"

    @Test func findsAField() throws {
        let form = try #require(MultipartForm(Array(Self.body.utf8), contentType: Self.type))
        let range = try #require(form.value(of: "model"))
        #expect(String(decoding: Array(Self.body.utf8)[range], as: UTF8.self) == "whisper-1")
        #expect(form.value(of: "file") == nil)
        #expect(form.value(of: "other") == nil)
    }

    @Test(arguments: [
        "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x",
    ])
    func isNoFormByOtherTypes(type: String) {
        #expect(MultipartForm([], contentType: type) == nil)
    }

    @Test(arguments: ["", "--xYz", "--xYz\r\n\r\n--xYz", "--xYz--xYz", "--xYz\r\n\r\n\r\n--xYz--", "garbage"])
    func survivesBrokenForms(body: String) throws {
        let form = try #require(MultipartForm(Array(body.utf8), contentType: Self.type))
        #expect(form.value(of: "model") == nil)
    }
}

struct ResourceDoorTests {
    private func bench(
        _ providers: [String], _ steps: ScriptedTransport.Step...
    ) throws -> (Gateway, ScriptedTransport, RecordCollector) {
        let transport = ScriptedTransport(steps: steps)
        let log = RecordCollector()
        let catalog = ProviderCatalog([
            ProviderKind(key: "one", make: { _ in ShelfProvider() }),
            ProviderKind(key: "two", make: { _ in ShelfProvider() }),
            ProviderKind(key: "plain", make: { _ in ChatProvider() }),
        ])
        let gateway = try Gateway(
            configuration: GatewayConfiguration(
                models: [ModelEntry(name: "voice", provider: "one", apiModel: "tts-1")],
                providers: providers.map {
                    ProviderConfiguration(key: $0, instances: [InstanceConfiguration(name: $0, apiKey: "k")])
                }),
            providers: catalog, transport: transport, services: GatewayServices(log: log))
        return (gateway, transport, log)
    }

    private func call(_ body: String, headers: HTTPFields = [:]) -> InboundCall {
        InboundCall(id: "req-1", format: .openAI, body: Array(body.utf8), headers: headers)
    }

    private let speech = ResourceRequest(
        method: "POST", path: "/audio/speech", contentType: "application/json", isOfModel: true)

    @Test func passesBytesOfAnyKindBack() async throws {
        let (gateway, transport, log) = try bench(
            ["one"], .reply(status: 200, headers: ["content-type": "audio/mpeg"], body: ["\u{0}ID3", "more"]))
        let answer = await gateway.answerResource(
            call(#"{"model":"voice","input":"Hi","x-gateway":{"metadata":{"a":"b"}}}"#), speech)
        #expect(await answer.text == "\u{0}ID3more")
        #expect(answer.headers["content-type"] == "audio/mpeg")
        #expect(transport.requests[0].url == "https://shelf.test/audio/speech")
        #expect(String(decoding: transport.requests[0].body, as: UTF8.self) == #"{"model":"tts-1","input":"Hi"}"#)
        #expect(log.records.first?.metadata["a"] == "b")
        #expect(log.records.first?.isStreaming == false)
    }

    @Test func notesTheUsageOfJSON() async throws {
        let (gateway, _, log) = try bench(
            ["one"],
            .reply(
                status: 200, headers: ["content-type": "application/json"],
                body: [#"{"data":[],"usage":{"prompt_tokens":4,"#, #""completion_tokens":6}}"#]))
        _ = await gateway.answerResource(call(#"{"model":"voice"}"#), speech).text
        #expect(log.records.first?.usage?.output == 6)
    }

    @Test func renamesTheModelOfAForm() async throws {
        let (gateway, transport, _) = try bench(["one"], .reply(status: 200, body: ["{}"]))
        let form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nvoice\r\n--b--\r\n"
        let resource = ResourceRequest(
            method: "POST", path: "/audio/transcriptions", contentType: "multipart/form-data; boundary=b")
        _ = await gateway.answerResource(call(form), resource).text
        #expect(String(decoding: transport.requests[0].body, as: UTF8.self) == form.replacingVoice)
    }

    @Test func asksTheOnlyProviderThatCan() async throws {
        let (gateway, transport, _) = try bench(["plain", "one"], .reply(status: 200, body: ["{}"]))
        let answer = await gateway.answerResource(call(""), ResourceRequest(method: "GET", path: "/files"))
        #expect(answer.status == 200)
        #expect(transport.requests[0].url == "https://shelf.test/files")
    }

    @Test func asksWhichProviderIsMeant() async throws {
        let (gateway, _, _) = try bench(["one", "two"], .reply(status: 200, body: ["{}"]))
        let files = ResourceRequest(method: "GET", path: "/files")
        let refused = await gateway.answerResource(call(""), files)
        #expect(refused.status == 400)
        #expect(await refused.text.contains("one, two"))
        let named = await gateway.answerResource(call("", headers: ["x-gateway-provider": "two"]), files)
        #expect(named.status == 200)
        #expect(named.headers["x-provider"] == "two")
    }

    @Test func refusesProvidersWithoutSuchAPIs() async throws {
        let (gateway, transport, _) = try bench(["plain"])
        #expect(await gateway.answerResource(call(#"{"model":"plain/x"}"#), speech).status == 400)
        #expect(await gateway.answerResource(call(#"{"input":"x"}"#), speech).status == 400)
        #expect(await gateway.answerResource(call("nonsense"), speech).status == 400)
        #expect(transport.requests.isEmpty)
    }

    @Test func breaksOffWhereTheProviderDid() async throws {
        let (gateway, _, log) = try bench(
            ["one"], .broken(pieces: ["half"], error: .truncated(detail: "closed")))
        let answer = await gateway.answerResource(call(#"{"model":"voice"}"#), speech)
        #expect(await answer.text == "half")
        guard case .stream(let stream) = answer.body else {
            Issue.record("must be a stream")
            return
        }
        #expect(stream.isBroken)
        #expect(log.records.first?.outcome == .failure)
    }
}

extension String {
    /// The form with the provider's name of the model.
    fileprivate var replacingVoice: String {
        split(separator: "\r\n", omittingEmptySubsequences: false).map { $0 == "voice" ? "tts-1" : $0 }
            .joined(separator: "\r\n")
    }
}

private struct ShelfProvider: ResourceProvider {
    var format: WireFormat { .openAI }

    func resourceRequest(_ resource: ResourceRequest, for call: ProviderCall) -> TransportRequest {
        TransportRequest(method: resource.method, url: "https://shelf.test" + resource.path, body: call.body)
    }

    func request(for call: ProviderCall) -> TransportRequest { TransportRequest(url: "https://chat.test") }
    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}

/// Has no API but that for replies.
private struct ChatProvider: LlmProvider {
    var format: WireFormat { .openAI }

    func request(for call: ProviderCall) -> TransportRequest { TransportRequest(url: "https://chat.test") }
    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}
