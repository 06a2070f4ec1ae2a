import Testing

@testable import GatewayCore

/// `POST /v1/responses` in the engine: relayed to instances that speak it, bridged to all others, and gone on from.
struct ResponsesDoorTests {
    private static let native =
        #"{"id":"resp_native","object":"response","created_at":1,"status":"completed","model":"o-1","output":[],"error":null,"#
        + #""incomplete_details":null,"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7},"new_member":1.0}"#
    private static let anthropic =
        #"{"id":"msg_1","type":"message","role":"assistant","model":"a-1","content":[{"type":"text","text":"Hello"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":6,"output_tokens":2}}"#

    private func ask(
        _ bench: GatewayBench, _ body: String, key: String? = "app", id: String = "0198-aa"
    ) async -> OutboundReply {
        await bench.gateway.answer(
            InboundCall(
                id: id, format: .responses, body: Array(body.utf8), client: ClientIdentity(keyName: key)))
    }

    private func ask(
        _ bench: GatewayBench, _ action: StoredResponseCall.Action, _ id: String, query: String? = nil,
        key: String? = "app"
    ) async throws -> (status: Int, body: JSONValue) {
        let inbound = InboundCall(
            id: "req-2", format: .responses, body: [], client: ClientIdentity(keyName: key))
        let reply = await bench.gateway.answer(StoredResponseCall(action, of: id, query: query, inbound: inbound))
        return (reply.status, try JSONValue(parsing: await reply.text))
    }

    private func sent(_ bench: GatewayBench, _ place: Int) throws -> JSONValue {
        try JSONValue(parsing: bench.transport.requests[place].body)
    }

    // MARK: Relay

    @Test func relaysToAnInstanceThatSpeaksItBesidesItsOwnFormat() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.native])))
        let body = #"{"model":"o-1","input":[{"role":"user","content":"Hi"}],"unknown":12345678901234567890}"#
        let answer = await ask(bench, body)
        #expect(await answer.text == Self.native)
        #expect(String(decoding: bench.transport.requests[0].body, as: UTF8.self) == body)
        #expect(bench.transport.requests[0].url == "https://openai.test/responses/o-1")
        let record = try #require(bench.log.records.first)
        #expect(record.isRelayed)
        #expect(record.usage == TokenUsage(freshInput: 3, output: 4))
    }

    @Test("PITFALLS 2: a relayed stream is byte-identical, events that are not known included")
    func relaysStreamsByteForByte() async throws {
        let events = [created, #"{"type":"response.new_thing","sequence_number":1}"#, completed]
        let stream = events.map { "event: x\ndata: \($0)\n\n" }.joined()
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [stream])))
        let answer = await ask(bench, #"{"model":"o-1","input":"Hi","stream":true}"#)
        #expect(await answer.text == stream)
        #expect(bench.log.records.first?.outcome == .success)
    }

    @Test("PITFALLS 3: a relayed stream that breaks off ends in an error event with the next number")
    func endsABrokenRelayInBand() async throws {
        let delta =
            #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"x","sequence_number":8}"#
        let item =
            #"{"type":"response.output_item.added","output_index":0,"sequence_number":7,"item":{"id":"msg_1","type":"message","content":[]}}"#
        let pieces = [created, item, delta].map { "data: \($0)\n\n" }
        let bench = try GatewayBench(
            ScriptedTransport(.broken(pieces: pieces, error: .truncated(detail: "reset"))))
        let text = await ask(bench, #"{"model":"o-1","input":"Hi","stream":true}"#).text
        let last = try #require(text.split(separator: "\n\n").last)
        #expect(last.hasPrefix("event: error\n"))
        #expect(last.contains("\"sequence_number\":9"))
        #expect(bench.log.records.first?.outcome != .success)
    }

    @Test func convertsWhatHoldsASealInsteadOfRelayingIt() async throws {
        let thought = ReasoningPart(text: "I add.", signature: Signature(origin: .anthropic, value: "sig"))
        let seal = try #require(SealedSignature(thought)).text
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.native])))
        _ = await ask(
            bench,
            #"{"model":"o-1","store":false,"input":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"I add."}],"encrypted_content":"\#(seal)"},{"role":"assistant","content":"2"},{"role":"user","content":"And?"}]}"#
        )
        #expect(bench.transport.requests[0].url == "https://openai.test/responses/o-1")
        let items = try #require(try sent(bench, 0)["input"]?.array)
        #expect(items.map { $0["role"] } == ["assistant", "user"])
    }

    // MARK: Bridge

    @Test func bridgesToEveryOtherProvider() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.anthropic])))
        let answer = await ask(bench, #"{"model":"a-1","instructions":"Be brief.","input":"Hi","temperature":0.5}"#)
        let body = try JSONValue(parsing: await answer.text)
        #expect(try sent(bench, 0)["system"] == "Be brief.")
        #expect(body["object"] == "response")
        #expect(body["output"]?[0]?["content"]?[0]?["text"] == "Hello")
        #expect(body["instructions"] == "Be brief.")
        #expect(body["temperature"] == 0.5)
        #expect(body["usage"]?["total_tokens"] == 8)
    }

    @Test("PITFALLS 16: a bridged conversation goes on where it was, for any model")
    func goesOnFromABridgedResponse() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(
                .reply(status: 200, body: [Self.anthropic]), .reply(status: 200, body: [Self.anthropic]),
                .reply(status: 200, body: [Self.native])))
        let first = try JSONValue(parsing: await ask(bench, #"{"model":"a-1","instructions":"A.","input":"Hi"}"#).text)
        let firstID = try #require(first["id"]?.string)
        let second = await ask(
            bench, #"{"model":"a-1","previous_response_id":"\#(firstID)","input":[{"role":"user","content":"And?"}]}"#,
            id: "0198-bb")
        let body = try JSONValue(parsing: await second.text)
        #expect(body["previous_response_id"] == .string(firstID))
        let messages = try #require(try sent(bench, 1)["messages"]?.array)
        #expect(messages.map { $0["content"] } == ["Hi", "Hello", "And?"])
        #expect(try sent(bench, 1)["system"] == nil, "instructions are not carried over")

        let secondID = try #require(body["id"]?.string)
        #expect(secondID != firstID)
        _ = await ask(
            bench, #"{"model":"o-1","previous_response_id":"\#(secondID)","input":"Once more."}"#, id: "0198-cc")
        let native = try sent(bench, 2)
        #expect(native["previous_response_id"] == nil)
        #expect(native["input"]?.array?.count == 5)
    }

    @Test("PITFALLS 16: a streamed turn is kept, too")
    func goesOnFromAStreamedResponse() async throws {
        let stream = [
            #"{"type":"message_start","message":{"id":"msg_1","model":"a-1","content":[],"usage":{"input_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}"#,
            #"{"type":"message_stop"}"#,
        ].map { "data: \($0)\n\n" }.joined()
        let bench = try GatewayBench(
            ScriptedTransport(.reply(status: 200, body: [stream]), .reply(status: 200, body: [Self.anthropic])))
        let text = await ask(
            bench, #"{"model":"a-1","input":"Hi","stream":true,"tools":[{"type":"function","name":"f"}]}"#
        ).text
        #expect(text.contains("event: response.completed\n"))
        let output = #"{"type":"function_call_output","call_id":"toolu_1","output":"42"}"#
        _ = await ask(
            bench, #"{"model":"a-1","previous_response_id":"resp_0198aa","input":[\#(output)]}"#, id: "0198-bb")
        let messages = try #require(try sent(bench, 1)["messages"]?.array)
        #expect(messages.map { $0["role"] } == ["user", "assistant", "user"])
        #expect(messages[1]["content"]?[0]?["id"] == "toolu_1")
        #expect(messages[2]["content"]?[0]?["tool_use_id"] == "toolu_1")
    }

    @Test(
        "PITFALLS 16: what is not kept is refused, never a new conversation",
        arguments: [(#""store":false"#, "app"), (#""store":true"#, "other")])
    func refusesToGoOnFromTheUnknown(store: String, key: String) async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.anthropic])))
        _ = await ask(bench, #"{"model":"a-1","input":"Hi",\#(store)}"#)
        let answer = await ask(
            bench, #"{"model":"a-1","previous_response_id":"resp_0198aa","input":"And?"}"#, key: key, id: "0198-bb")
        #expect(answer.status == 400)
        let error = try JSONValue(parsing: await answer.text)["error"]
        #expect(error?["code"] == "previous_response_not_found")
        #expect(error?["param"] == "previous_response_id")
        #expect(bench.transport.requests.count == 1)
    }

    @Test("PITFALLS 16: what OpenAI keeps goes on for the key that asked for it alone")
    func refusesToGoOnFromAnotherKeysResponse() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(.reply(status: 200, body: [Self.native]), .reply(status: 200, body: [Self.native])))
        _ = await ask(bench, #"{"model":"o-1","input":"Hi"}"#)
        let further = #"{"model":"o-1","previous_response_id":"resp_native","input":"And?"}"#
        let answer = await ask(bench, further, key: "other")
        #expect(answer.status == 400)
        #expect(try JSONValue(parsing: await answer.text)["error"]?["code"] == "previous_response_not_found")
        #expect(bench.transport.requests.count == 1)
        #expect(await ask(bench, further).status == 200)
    }

    @Test func forgetsTurnsBeyondItsSize() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [Self.anthropic]))) {
            $0.storedResponses.maxBytes = 0
        }
        _ = await ask(bench, #"{"model":"a-1","input":"Hi"}"#)
        let answer = await ask(bench, #"{"model":"a-1","previous_response_id":"resp_0198aa","input":"And?"}"#)
        #expect(answer.status == 400)
    }

    @Test func tellsAFailureInsideAReplyOfStatus200() async throws {
        let failed =
            #"{"id":"resp_1","status":"failed","output":[],"error":{"code":"rate_limit_exceeded","message":"Slow."}}"#
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [failed])))
        let answer = await bench.answer(
            .openAI, #"{"model":"r-1","messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(answer.status == 429)
        #expect(try JSONValue(parsing: await answer.text)["error"]?["message"] == "Slow.")
    }

    // MARK: Stored responses

    @Test func goesBackToTheInstanceThatMadeAResponse() async throws {
        let busy = ScriptedTransport.Step.reply(status: 503, body: ["{}"])
        let bench = try GatewayBench(
            ScriptedTransport(
                busy, .reply(status: 200, body: [Self.native]), .reply(status: 200, body: [Self.native]),
                .reply(status: 200, body: [Self.native]), .reply(status: 200, body: [#"{"deleted":true}"#])))
        _ = await ask(bench, #"{"model":"o-1","input":"Hi"}"#)
        let read = try await ask(bench, .retrieve, "resp_native", query: "include%5B%5D=x")
        #expect(read.status == 200)
        #expect(bench.transport.requests[2].url == "https://openai.test/responses/resp_native?include%5B%5D=x")
        #expect(bench.transport.requests[2].headers["x-instance"] == bench.transport.requests[1].headers["x-instance"])
        #expect(bench.transport.requests[2].method == "GET")
        _ = await ask(bench, #"{"model":"o-1","previous_response_id":"resp_native","input":"And?"}"#)
        #expect(bench.transport.requests[3].headers["x-instance"] == bench.transport.requests[1].headers["x-instance"])
        let deletion = try await ask(bench, .delete, "resp_native")
        #expect(deletion.body == ["deleted": true])
        #expect(bench.transport.requests[4].method == "DELETE")
        #expect(try await ask(bench, .retrieve, "resp_native").status == 404)
    }

    @Test(arguments: [StoredResponseCall.Action.retrieve, .delete, .cancel, .inputItems])
    func knowsNothingOfAnotherKeysResponse(action: StoredResponseCall.Action) async throws {
        let bench = try GatewayBench(
            ScriptedTransport(.reply(status: 200, body: [Self.native]), .reply(status: 200, body: [Self.anthropic])))
        _ = await ask(bench, #"{"model":"o-1","input":"Hi"}"#)
        _ = await ask(bench, #"{"model":"a-1","input":"Hi"}"#)
        for id in ["resp_native", "resp_0198aa", "resp_none", "../models"] {
            let answer = try await ask(bench, action, id, key: "other")
            #expect(answer.status == 404)
            #expect(answer.body["error"]?["type"] == "invalid_request_error")
            #expect(answer.body["error"]?["message"]?.string?.contains(id) == true)
        }
        #expect(bench.transport.requests.count == 2)
    }

    @Test func answersForABridgedResponseItself() async throws {
        let bench = try GatewayBench(
            ScriptedTransport(.reply(status: 200, body: [Self.anthropic]), .reply(status: 200, body: [Self.anthropic])))
        let first = try JSONValue(parsing: await ask(bench, #"{"model":"a-1","input":"Hi"}"#).text)
        _ = await ask(
            bench, #"{"model":"a-1","previous_response_id":"resp_0198aa","input":"And?"}"#, id: "0198-bb")
        #expect(try await ask(bench, .retrieve, "resp_0198aa").body == first)

        let list = try await ask(bench, .inputItems, "resp_0198bb", query: "order=asc&limit=2").body
        #expect(list["has_more"] == true)
        #expect(list["data"]?.array?.map { $0["role"] } == ["user", "assistant"])
        let after = try #require(list["last_id"]?.string)
        let rest = try await ask(bench, .inputItems, "resp_0198bb", query: "order=asc&after=\(after)").body
        #expect(rest["data"]?[0]?["content"] == [["type": "input_text", "text": "And?"]])
        #expect(rest["has_more"] == false)
        let latest = try await ask(bench, .inputItems, "resp_0198bb").body
        #expect(latest["first_id"] == rest["data"]?[0]?["id"])
        #expect(try await ask(bench, .inputItems, "resp_0198bb", query: "limit=0").status == 400)

        #expect(try await ask(bench, .cancel, "resp_0198aa").status == 400)
        #expect(try await ask(bench, .retrieve, "resp_0198aa", query: "stream=true").status == 400)
        #expect(try await ask(bench, .delete, "resp_0198aa").body["deleted"] == true)
        #expect(try await ask(bench, .retrieve, "resp_0198aa").status == 404)
        let refused = await ask(bench, #"{"model":"a-1","previous_response_id":"resp_0198bb","input":"x"}"#)
        #expect(refused.status == 400, "a turn that it went on from was deleted")
    }
}
