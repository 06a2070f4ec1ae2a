import Testing

@testable import GatewayCore

struct OpenAIStreamEncoderTests {
    private let codec = OpenAICodec()
    private let head = ReplyHead(id: "c1", model: "m", created: 7)
    private let text = PartID(index: 0)

    private func echo(wantsStreamUsage: Bool = false) -> RequestEcho {
        RequestEcho(model: "asked", fallbackID: "chatcmpl-1", created: 42, wantsStreamUsage: wantsStreamUsage)
    }

    private func frames(_ events: [StreamEvent], wantsStreamUsage: Bool = false) -> [String] {
        let stream = codec.stream(of: events, for: echo(wantsStreamUsage: wantsStreamUsage))
        return DecodedStream([stream[...]], with: SSEDecoder()).texts
    }

    private func chunks(_ events: [StreamEvent], wantsStreamUsage: Bool = false) throws -> [JSONValue] {
        try frames(events, wantsStreamUsage: wantsStreamUsage).filter { $0 != "[DONE]" }.map {
            try JSONValue(parsing: $0)
        }
    }

    @Test func writesAStreamByteForByte() {
        let events: [StreamEvent] = [
            .began(head), .opened(text, .text), .appended(text, .text("Hi \"you\"\n")), .closed(text),
            .stopped(candidate: 0, .endOfTurn), .usage(TokenUsage(freshInput: 1, output: 2)), .ended,
        ]
        let start = #"data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":["#
        let expected = [
            start
                + #"{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}"#,
            start + #"{"index":0,"delta":{"content":"Hi \"you\"\n"},"logprobs":null,"finish_reason":null}]}"#,
            start + #"{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"#, "data: [DONE]",
        ]
        let written = String(decoding: codec.stream(of: events, for: echo()), as: UTF8.self)
        #expect(written == expected.map { $0 + "\n\n" }.joined())
    }

    @Test("PITFALLS 12: usage comes last, to the client that asked")
    func endsWithUsageWhereTheClientAskedForIt() throws {
        let events: [StreamEvent] = [
            .began(head), .usage(TokenUsage(freshInput: 1)), .opened(text, .text), .appended(text, .text("Hi")),
            .closed(text), .stopped(candidate: 0, .endOfTurn), .usage(TokenUsage(output: 2)), .ended,
        ]
        let chunks = try chunks(events, wantsStreamUsage: true)
        #expect(chunks.dropLast().allSatisfy { $0["usage"] == .null })
        #expect(chunks.last?["choices"] == [])
        #expect(chunks.last?["usage"] == ["prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3])
        #expect(frames(events, wantsStreamUsage: true).last == "[DONE]")
        #expect(try self.chunks(events).allSatisfy { $0["usage"] == nil })
    }

    @Test("PITFALLS 5: indexes count tools only")
    func countsToolCallsOnly() throws {
        let calls = (1...2).map { PartID(index: $0) }
        let events: [StreamEvent] = [
            .began(head), .opened(text, .text), .appended(text, .text("Hi")), .closed(text),
            .opened(calls[0], .toolCall(id: "a", name: "f")), .opened(calls[1], .toolCall(id: "b", name: "g")),
            .appended(calls[1], .arguments("{\"y\"")), .appended(calls[0], .arguments("{}")),
            .appended(calls[1], .arguments(":1}")), .closed(calls[0]), .closed(calls[1]),
            .stopped(candidate: 0, .endOfTurn), .ended,
        ]
        let deltas = try chunks(events).compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0] }
        #expect(deltas.map { $0["index"] } == [0, 1, 1, 0, 1])
        #expect(
            deltas[0].serializedString
                == #"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#)
        #expect(deltas[2].serializedString == #"{"index":1,"function":{"arguments":"{\"y\""}}"#)
        #expect(try chunks(events).last?["choices"]?[0]?["finish_reason"] == "tool_calls")
    }

    @Test("PITFALLS 6: calls without arguments get an empty object, as text")
    func givesCallsWithoutArgumentsAnEmptyObject() throws {
        let events: [StreamEvent] = [
            .began(head), .opened(text, .toolCall(id: "a", name: "f")), .closed(text), .stopped(candidate: 0, .toolUse),
            .ended,
        ]
        #expect(ReplyAccumulator.fold(try codec.events(frames(events))).reply.toolCalls.map(\.arguments) == ["{}"])
    }

    @Test func tellsReasoningAndLeavesSignaturesOut() throws {
        let events: [StreamEvent] = [
            .began(head), .opened(text, .reasoning), .appended(text, .text("hm")),
            .appended(text, .signature(Signature(origin: .anthropic, value: "s"))), .closed(text),
            .opened(
                PartID(index: 1), .whole(.foreign(Foreign(origin: .anthropic, value: ["type": "server_tool_use"])))),
            .closed(PartID(index: 1)), .stopped(candidate: 0, .endOfTurn), .ended,
        ]
        #expect(
            try chunks(events).map { $0["choices"]?[0]?["delta"]?.serializedString } == [
                #"{"role":"assistant","content":"","refusal":null}"#, #"{"reasoning_content":"hm"}"#, "{}",
            ])
    }

    @Test("PITFALLS 3: after a failure there is no clean end")
    func neverEndsCleanlyAfterAFailure() throws {
        let failure = ProviderFailure(kind: .overloaded, status: 529, message: "busy")
        let events: [StreamEvent] = [
            .began(head), .opened(text, .text), .appended(text, .text("Hi")), .failed(failure),
        ]
        let frames = frames(events)
        #expect(frames.last == #"{"error":{"message":"busy","type":"server_error","param":null,"code":null}}"#)
        #expect(!frames.contains("[DONE]"))
        #expect(try chunks(events).allSatisfy { $0["choices"]?[0]?["finish_reason"]?.string == nil })
    }

    @Test func usesOneIdentityOnAllChunks() throws {
        let events: [StreamEvent] = [
            .began(ReplyHead()), .opened(text, .text), .appended(text, .text("Hi")), .closed(text),
            .stopped(candidate: 0, .endOfTurn), .ended,
        ]
        let chunks = try chunks(events)
        #expect(Set(chunks.map { $0["id"] }) == ["chatcmpl-1"])
        #expect(Set(chunks.map { $0["created"] }) == [42])
        #expect(Set(chunks.map { $0["model"] }) == ["asked"])
    }

    @Test func saysTheRoleOfEachCandidate() throws {
        let second = PartID(candidate: 1, index: 0)
        let events: [StreamEvent] = [
            .began(head), .opened(second, .text), .appended(second, .text("b")), .closed(second),
            .opened(text, .text), .appended(text, .text("a")), .closed(text), .stopped(candidate: 0, .endOfTurn),
            .stopped(candidate: 1, .maxTokens), .ended,
        ]
        let reply = ReplyAccumulator.fold(try codec.events(frames(events))).reply
        #expect(reply.candidates.map { $0.parts.joinedText } == ["a", "b"])
        let roles = try chunks(events).filter { $0["choices"]?[0]?["delta"]?["role"] != nil }
        #expect(roles.map { $0["choices"]?[0]?["index"] } == [0, 1])
    }

    @Test func tellsABlockedPromptAsContentFilter() throws {
        #expect(try chunks([.began(head), .ended]).last?["choices"]?[0]?["finish_reason"] == "content_filter")
    }

    @Test func keepsItsOwnExtras() throws {
        var head = head
        head.extras = Extras(origin: .openAI, fields: ["system_fingerprint": "fp"])
        let stop = Extras(origin: .openAI, fields: ["message": ["note": 1], "content_filter_results": [:]])
        let chunks = try chunks([.began(head), .stopped(candidate: 0, .endOfTurn, extras: stop), .ended])
        #expect(chunks.allSatisfy { $0["system_fingerprint"] == "fp" })
        #expect(chunks.last?["choices"]?[0]?["delta"] == ["note": 1])
        #expect(chunks.last?["choices"]?[0]?["content_filter_results"] == [:])
    }

    @Test func takesLogprobsAsACandidatesFirstEvent() throws {
        let logprobs = Logprobs(positions: [
            Logprobs.Position(chosen: Logprobs.Entry(token: "a", logprob: JSONNumber(-1)), top: [])
        ])
        let chunks = try chunks([.began(head), .logprobs(candidate: 3, logprobs)])
        #expect(chunks.last?["choices"]?[0]?["index"] == 3)
        #expect(chunks.last?["choices"]?[0]?["logprobs"]?["content"]?[0]?["token"] == "a")
    }

    @Test func pingsWithAComment() {
        #expect(codec.stream(of: [.began(head), .ping], for: echo()).suffix(8) == Array(": ping\n\n".utf8))
    }
}
