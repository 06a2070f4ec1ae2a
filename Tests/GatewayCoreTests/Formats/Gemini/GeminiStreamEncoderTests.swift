import Testing

@testable import GatewayCore

struct GeminiStreamEncoderTests {
    private let text = PartID(index: 0)
    private let call = PartID(index: 1)
    private let began = StreamEvent.began(ReplyHead(id: "r1", model: "m"))

    @Test func textGoesOutAtOnceAndTheEndHoldsReasonAndUsage() {
        let stream = GeminiTest.encodeStream([
            began, .opened(text, .text), .appended(text, .text("a\"\n")), .appended(text, .text("b")), .closed(text),
            .stopped(candidate: 0, .endOfTurn), .usage(TokenUsage(freshInput: 3, output: 2)), .ended,
        ])
        #expect(
            stream == #"""
                data: {"candidates":[{"content":{"parts":[{"text":"a\"\n"}],"role":"model"},"index":0}],"modelVersion":"m","responseId":"r1"}

                data: {"candidates":[{"content":{"parts":[{"text":"b"}],"role":"model"},"index":0}],"modelVersion":"m","responseId":"r1"}

                data: {"candidates":[{"content":{"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m","responseId":"r1"}


                """#)
    }

    @Test("PITFALLS 5: interleaved calls are told whole, each when it is complete")
    func calls() throws {
        let second = PartID(index: 2)
        let frames = try GeminiTest.frames([
            began, .opened(call, .toolCall(id: "a", name: "f")), .opened(second, .toolCall(id: "b", name: "g")),
            .appended(call, .arguments(#"{"x":"#)), .appended(second, .arguments("")), .closed(second),
            .appended(call, .arguments("1.0}")), .closed(call), .stopped(candidate: 0, .toolUse), .ended,
        ])
        let parts = frames.map { $0["candidates"]?[0]?["content"]?["parts"]?[0]?["functionCall"]?.serializedString }
        #expect(
            parts == [#"{"id":"b","name":"g","args":{}}"#, #"{"id":"a","name":"f","args":{"x":1.0}}"#, nil])
        #expect(frames.last?["candidates"]?[0]?["finishReason"] == "STOP")
    }

    @Test("PITFALLS 15: signatures follow on their part; those of others are left out")
    func signatures() throws {
        var events: [StreamEvent] = [began, .opened(text, .reasoning), .appended(text, .text("Hm"))]
        events += [.appended(text, .signature(Signature(origin: .gemini, value: "c2ln"))), .closed(text)]
        let frames = try GeminiTest.frames(events)
        #expect(frames[0]["candidates"]?[0]?["content"]?["parts"] == [["text": "Hm", "thought": true]])
        #expect(
            frames[1]["candidates"]?[0]?["content"]?["parts"]
                == [["text": "", "thought": true, "thoughtSignature": "c2ln"]])

        events[3] = .appended(text, .signature(Signature(origin: .anthropic, value: "x")))
        #expect(try GeminiTest.frames(events).count == 1)
    }

    @Test func theProvidersOwnMembersStandInTheFirstFrameOnly() throws {
        var head = ReplyHead(id: "r1", model: "m")
        head.extras = Extras(origin: .gemini, fields: ["createTime": "t"])
        let frames = try GeminiTest.frames([
            .began(head), .opened(text, .text), .appended(text, .text("a")), .appended(text, .text("b")), .closed(text),
            .stopped(candidate: 0, .endOfTurn), .ended,
        ])
        #expect(frames.map { $0["createTime"] } == ["t", nil, nil])
        #expect(frames.map { $0["candidates"]?[0]?["content"]?["parts"]?[0]?["text"] } == ["a", "b", nil])
    }

    @Test func anArrayIsClosed() throws {
        let array = GeminiTest.encodeStream(
            [
                began, .opened(text, .text), .appended(text, .text("a")), .appended(text, .text("b")), .closed(text),
                .stopped(candidate: 0, .endOfTurn), .ended,
            ], for: GeminiTest.arrayEcho)
        let frames = try #require(try JSONValue(parsing: array).array)
        #expect(frames.count == 3)
        #expect(frames[1]["candidates"]?[0]?["content"]?["parts"]?[0]?["text"] == "b")
    }

    @Test func aFailureIsToldWithItsFirstKeyAndEndsTheStream() throws {
        let failure = ProviderFailure(kind: .server, status: 500, message: "m")
        let events = [began, .opened(text, .text), .appended(text, .text("a")), .failed(failure), .ended]
        #expect(
            GeminiTest.encodeStream(events).hasSuffix(
                "data: {\"error\":{\"code\":500,\"message\":\"m\",\"status\":\"INTERNAL\"}}\n\n"))
        let array = try JSONValue(parsing: GeminiTest.encodeStream(events, for: GeminiTest.arrayEcho))
        #expect(array[1]?.object?.keys.first == "error")
        let alone = try JSONValue(parsing: GeminiTest.encodeStream([.failed(failure)], for: GeminiTest.arrayEcho))
        #expect(alone[0]?["error"]?["code"] == 500)
    }

    @Test func nothingIsWrittenForAPing() {
        #expect(GeminiTest.encodeStream([began, .ping]).isEmpty)
    }

    @Test func candidatesEndTogether() throws {
        let other = PartID(candidate: 1, index: 0)
        let frames = try GeminiTest.frames([
            began, .opened(other, .text), .appended(other, .text("x")), .closed(other),
            .stopped(candidate: 1, .maxTokens), .stopped(candidate: 0, .endOfTurn), .ended,
        ])
        #expect(frames[0]["candidates"]?[0]?["index"] == 1)
        #expect(frames[1]["candidates"]?.array?.map { $0["finishReason"] } == ["STOP", "MAX_TOKENS"])
    }

    @Test func aReplyWithoutCandidatesIsABlockedPrompt() throws {
        let frames = try GeminiTest.frames([began, .ended])
        #expect(frames[0]["candidates"]?[0]?["finishReason"] == "SAFETY")
        var head = ReplyHead(id: "r1", model: "m")
        head.extras = Extras(origin: .gemini, fields: ["promptFeedback": ["blockReason": "OTHER"]])
        let own = try GeminiTest.frames([.began(head), .ended])
        #expect(own[0]["candidates"] == nil)
        #expect(own[0]["promptFeedback"] == ["blockReason": "OTHER"])
    }

    @Test func namesComeFromTheRequestWhereTheProviderGaveNone() throws {
        let frames = try GeminiTest.frames([.began(ReplyHead()), .stopped(candidate: 0, .endOfTurn), .ended])
        #expect(frames[0]["modelVersion"] == "model-a")
        #expect(frames[0]["responseId"] == "req-1")
    }
}
