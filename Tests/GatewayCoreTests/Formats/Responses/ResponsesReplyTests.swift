import Testing

@testable import GatewayCore

struct ResponsesReplyTests {
    private let codec = ResponsesCodec()

    private func written(_ parts: [ContentPart], _ stop: StopReason = .endOfTurn, repeated: JSONObject = [:])
        -> JSONValue
    {
        var echo = RequestEcho(model: "asked", fallbackID: "0198-a", created: 42)
        echo.repeated = repeated
        let reply = ChatReply(id: "chatcmpl-1", candidates: [Candidate(parts: parts, stop: stop)])
        return .object(codec.encodeReply(reply, for: echo))
    }

    @Test func hasEveryMemberThatTheAPIRequires() {
        let body = written([.text("Hi")])
        let required = [
            "id", "object", "created_at", "model", "output", "error", "incomplete_details", "instructions", "metadata",
            "temperature", "top_p", "parallel_tool_calls", "tool_choice", "tools",
        ]
        for key in required { #expect(body[key] != nil, "\(key)") }
        #expect(body["id"] == "resp_0198a")
        #expect(body["model"] == "asked")
        #expect(body["created_at"] == 42)
    }

    @Test func repeatsTheRequestWithTheDefaultsOfTheAPI() {
        let body = written(
            [], repeated: ["temperature": 0.5, "reasoning": ["effort": "high"], "tools": [["type": "web_search"]]])
        #expect(body["temperature"] == 0.5)
        #expect(body["top_p"]?.number?.text == "1.0")
        #expect(body["reasoning"] == ["effort": "high", "summary": nil])
        #expect(body["tools"] == [["type": "web_search"]])
        #expect(body["text"] == ["format": ["type": "text"]])
    }

    @Test(arguments: [("standard", "default"), ("priority", "priority"), ("batch", nil), ("dedicated", nil)])
    func spellsServiceTiersAsTheAPIDoes(tier: String, expected: String?) {
        var reply = ChatReply(candidates: [Candidate(parts: [.text("Hi")], stop: .endOfTurn)])
        reply.serviceTier = tier
        let body = codec.encodeReply(reply, for: RequestEcho(model: "m", fallbackID: "a", created: 1))
        #expect(body["service_tier"]?.string == expected)
    }

    @Test func writesTextsTogetherAndCallsApart() throws {
        let body = written([
            .text("a"), .text("b"), .toolCall(ToolCall(id: "call_1", name: "f", arguments: "")), .text("c"),
        ])
        let output = try #require(body["output"]?.array)
        #expect(output.map { $0["type"] } == ["message", "function_call", "message"])
        #expect(output[0]["content"]?.array?.count == 2)
        #expect(output[1]["arguments"] == "{}")
        #expect(Set(output.compactMap { $0["id"]?.string }).count == 3)
    }

    @Test func tellsCallsOfCustomToolsByTheirText() throws {
        let call = ToolCall(id: "a", name: "patch", arguments: #"{"input":"x\ny"}"#)
        let body = written([.toolCall(call)], .toolUse, repeated: ["tools": [["type": "custom", "name": "patch"]]])
        let item = try #require(body["output"]?[0])
        #expect(item["type"] == "custom_tool_call")
        #expect(item["input"] == "x\ny")
        #expect(item["call_id"] == "a")
    }

    @Test("PITFALLS 15: a thought that nothing proves says so, and OpenAI never sees it")
    func marksThoughtsWithoutProof() throws {
        let item = try #require(written([.reasoning(ReasoningPart(text: "Hm.")), .text("Hi")])["output"]?[0])
        #expect(item["encrypted_content"] == .string(SealedSignature.unproven))
        let returned =
            #"{"model":"m","store":false,"input":[\#(item.serializedString),{"role":"assistant","content":"Hi"}]}"#
        #expect(SealedSignature.isFound(in: Array(returned.utf8)))
        let request = try codec.decoded(returned)
        #expect(request.messages[0].parts.first == .reasoning(ReasoningPart(text: "Hm.")))
        #expect(try codec.encoded(request).body["input"]?.array?.count == 1)
    }

    @Test(arguments: [
        (#"{"command":["ls"],"timeout_ms":5}"#, #"{"type":"exec","command":["ls"],"timeout_ms":5,"env":{}}"#),
        (#"{"command":["ls"],"env":{"A":"1"}}"#, #"{"type":"exec","command":["ls"],"env":{"A":"1"}}"#),
        (#"{"command":"ls -l"}"#, #"{"type":"exec","command":["bash","-lc","ls -l"],"env":{}}"#),
        ("ls", #"{"type":"exec","command":["ls"],"env":{}}"#),
    ])
    func tellsCallsOfTheLocalShellByTheirAction(arguments: String, action: String) throws {
        let call = ToolCall(id: "a", name: "local_shell", arguments: arguments)
        let item = try #require(
            written([.toolCall(call)], .toolUse, repeated: ["tools": [["type": "local_shell"]]])["output"]?[0])
        #expect(item["type"] == "local_shell_call")
        #expect(item["call_id"] == "a")
        #expect(item["status"] == "completed")
        #expect(item["id"]?.string?.hasPrefix("lsh_") == true)
        #expect(item["action"]?.serializedString == action)
        // A client that named a function so gets its call.
        let other = written(
            [.toolCall(call)], .toolUse, repeated: ["tools": [["type": "function", "name": "local_shell"]]])
        #expect(other["output"]?[0]?["type"] == "function_call")
    }

    @Test(arguments: [#"{"input":1}"#, #"{"input":"a","b":1}"#, "*** Begin", "{"])
    func keepsTheArgumentsWhereTheyAreNoInput(arguments: String) {
        #expect(CustomTool.input(ofArguments: arguments) == arguments)
    }

    @Test func givesChatItsCustomCalls() throws {
        let body = try object(
            #"{"output":[{"type":"custom_tool_call","id":"ctc_1","call_id":"a","name":"sql","input":"SELECT 1"}]}"#)
        let reply = try codec.decodeReply(body)
        let chat = JSONValue.object(
            OpenAICodec().encodeReply(reply, for: RequestEcho(model: "m", fallbackID: "1", created: 1)))
        let message = chat["choices"]?[0]?["message"]
        #expect(
            message?["tool_calls"]?[0] == [
                "id": "a", "type": "custom", "custom": ["name": "sql", "input": "SELECT 1"],
            ])
        #expect(chat["choices"]?[0]?["finish_reason"] == "tool_calls")
    }

    @Test("PITFALLS 14: another vendor's proof goes out under a seal and comes back as it was")
    func sealsForeignSignatures() throws {
        let thought = ReasoningPart(text: "I add.", signature: Signature(origin: .anthropic, value: "sig:+/="))
        let hidden = ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "data"))
        let output = try #require(written([.reasoning(thought), .reasoning(hidden), .text("2")])["output"]?.array)
        #expect(output.count == 3)
        #expect(output[0]["summary"] == [["type": "summary_text", "text": "I add."]])
        let items = output.map(\.serializedString).joined(separator: ",")
        let request = try codec.decoded(items: "\(items),{\"role\":\"user\",\"content\":\"And?\"}")
        #expect(request.messages[0].parts.prefix(2) == [.reasoning(thought), .reasoning(hidden)])
    }

    @Test func leavesOutASealedThoughtWhoseTextWasChanged() throws {
        let thought = ReasoningPart(text: "I add.", signature: Signature(origin: .anthropic, value: "s"))
        let seal = try #require(SealedSignature(thought)).text
        let item =
            #"{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"X"}],"encrypted_content":"\#(seal)"}"#
        let request = try codec.decoded(items: item + #",{"role":"user","content":"And?"}"#)
        #expect(request.messages.flatMap(\.parts) == [.text("And?")])
    }

    @Test(
        "PITFALLS 8: every reason has its status, none is null",
        arguments: [
            (StopReason.endOfTurn, "completed", String?.none), (.stopSequence("x"), "completed", nil),
            (.toolUse, "completed", nil), (.pause, "completed", nil), (.maxTokens, "incomplete", "max_output_tokens"),
            (.contextWindowExceeded, "incomplete", "max_output_tokens"),
            (.contentFilter, "incomplete", "content_filter"), (.refusal, "incomplete", "content_filter"),
            (.malformed, "failed", nil), (.unknown(Foreign(origin: .anthropic, value: "new")), "completed", nil),
        ])
    func hasAStatusForEveryReason(reason: StopReason, status: String, detail: String?) {
        let body = written([.text("Hi")], reason)
        #expect(body["status"] == .string(status))
        #expect(body["incomplete_details"]?["reason"]?.string == detail)
        #expect((body["error"] != .null) == (status == "failed"))
        // A message is incomplete, or it is not; there is no other state for it at the end.
        #expect(body["output"]?[0]?["status"] == (status == "incomplete" ? "incomplete" : "completed"))
    }

    @Test("PITFALLS 8: calls mean tool use, and a new reason is kept")
    func readsReasons() throws {
        func stop(_ members: String) throws -> StopReason? {
            try codec.decodeReply(try object("{\(members)}")).stop
        }
        let call = #""output":[{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}]"#
        #expect(try stop(#""status":"completed",\#(call)"#) == .toolUse)
        #expect(try stop(#""status":"completed","output":[]"#) == .endOfTurn)
        #expect(try stop(#""output":[]"#) == .endOfTurn)
        #expect(
            try stop(#""status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},\#(call)"#)
                == .maxTokens)
        #expect(
            try stop(#""status":"incomplete","incomplete_details":{"reason":"new"},"output":[]"#)
                == .unknown(Foreign(origin: .responses, value: "new")))
        #expect(try stop(#""status":"in_progress","output":[]"#) == nil)
    }

    @Test("PITFALLS 9: cached tokens are inside the input, reasoning inside the output")
    func countsUsage() throws {
        let body = try object(
            #"""
            {"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},
            "output_tokens":50,"output_tokens_details":{"reasoning_tokens":20},"total_tokens":150}}
            """#)
        let usage = try #require(codec.decodeUsage(in: body))
        #expect(usage == TokenUsage(freshInput: 30, cacheRead: 60, cacheWrite5m: 10, output: 50, reasoning: 20))
        #expect(codec.countUsage(in: try JSONPeek(JSONValue.object(body).serialized())) == usage)
        #expect(JSONValue.object(codec.encode(usage)) == body["usage"])
        let odd = try object(
            #"{"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":60},"output_tokens":-3}}"#)
        #expect(codec.decodeUsage(in: odd)?.freshInput == 0)
        #expect(codec.decodeUsage(in: odd)?.output == 0)
    }

    @Test func tellsTheFailureInAReplyOfStatus200() throws {
        let failed = try object(
            #"{"status":"failed","output":[],"error":{"code":"rate_limit_exceeded","message":"Slow down."}}"#)
        let failure = try #require(codec.failure(inReply: failed))
        #expect(failure.kind == .rateLimited)
        #expect(failure.message == "Slow down.")
        #expect(codec.failure(inReply: try object(#"{"status":"completed","error":null,"output":[]}"#)) == nil)
        let blamed = try object(#"{"status":"failed","error":{"code":"invalid_image","message":"No."}}"#)
        #expect(codec.failure(inReply: blamed)?.status == 400)
    }
}
