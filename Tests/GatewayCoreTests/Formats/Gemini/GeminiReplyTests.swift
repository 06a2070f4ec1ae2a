import Testing

@testable import GatewayCore

struct GeminiReplyTests {
    @Test func aReplyIsRead() throws {
        let reply = try GeminiTest.decodeReply(
            #"""
            {"candidates":[{"content":{"parts":[{"text":"Hm","thought":true},{"text":"Hi"}],"role":"model"},
              "finishReason":"STOP","citationMetadata":{"citations":[]}}],
             "modelVersion":"gemini-x","responseId":"r1","createTime":"2026-03-01T12:00:00.5Z","modelStatus":{}}
            """#)
        #expect(reply.id == "r1")
        #expect(reply.model == "gemini-x")
        #expect(reply.created == 1_772_366_400)
        #expect(reply.candidates[0].index == 0, "an index that is absent is 0")
        #expect(reply.candidates[0].parts == [.reasoning(ReasoningPart(text: "Hm")), .text("Hi")])
        #expect(reply.candidates[0].stop == .endOfTurn)
        #expect(reply.candidates[0].extras?.fields == ["citationMetadata": ["citations": []]])
        #expect(reply.extras?.fields == ["createTime": "2026-03-01T12:00:00.5Z", "modelStatus": [:]])
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59.123456Z", 951_868_799),
        ("2026-11-21T10:00:00Z", 1_795_255_200),
        ("2026-11-21", nil), ("2026-13-01T00:00:00Z", nil), ("2026-11-21T10:00:00+01:00", nil), ("x", nil),
    ])
    func timesAreReadInUTC(_ text: String, _ seconds: Int?) throws {
        let reply = try GeminiTest.decodeReply(#"{"candidates":[],"createTime":"\#(text)"}"#)
        #expect(reply.created == seconds)
    }

    @Test func partsMayBeMissing() throws {
        for candidate in [
            #"{"finishReason":"MAX_TOKENS"}"#, #"{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}"#,
        ] {
            let reply = try GeminiTest.decodeReply(#"{"candidates":[\#(candidate)]}"#)
            #expect(reply.candidates == [Candidate(stop: .maxTokens)])
        }
    }

    @Test func aBlockedPromptHasNoCandidates() throws {
        let text = #"{"promptFeedback":{"blockReason":"SAFETY"},"modelVersion":"m","responseId":"r"}"#
        let reply = try GeminiTest.decodeReply(text)
        #expect(reply.candidates.isEmpty)
        let written = GeminiTest.codec.encodeReply(reply, for: GeminiTest.echo)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(try JSONValue(parsing: text)))
    }

    @Test(arguments: ["{}", #"{"error":{"code":500}}"#, #"{"candidates":[{"index":-1}]}"#, #"{"candidates":{}}"#])
    func whatIsNoReplyIsRefused(_ text: String) {
        #expect(throws: ConversionError.self) { try GeminiTest.decodeReply(text) }
    }

    @Test("PITFALLS 8: a reply that calls tools stops for them, and says STOP in this format")
    func toolCallsStop() throws {
        let call = #"{"functionCall":{"name":"f","args":{}}}"#
        let reply = try GeminiTest.decodeReply(
            #"{"candidates":[{"content":{"parts":[\#(call),\#(call)]},"finishReason":"STOP"}],"responseId":"r"}"#)
        #expect(reply.stop == .toolUse)
        #expect(Set(reply.toolCalls.map(\.id)).count == 2)
        let written = GeminiTest.codec.encodeReply(reply, for: GeminiTest.echo)
        #expect(written["candidates"]?[0]?["finishReason"] == "STOP")
        #expect(written["candidates"]?[0]?["content"]?["parts"]?[0] == (try JSONValue(parsing: call)))
    }

    @Test func mintedIdentifiersDifferFromReplyToReply() throws {
        let ids = try ["r1", "r2"].map { id in
            try GeminiTest.decodeReply(
                #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]}}],"responseId":"\#(id)"}"#
            ).toolCalls[0].id
        }
        #expect(ids[0] != ids[1])
        #expect(ids.allSatisfy { $0.utf8.count <= 40 }, "OpenAI's limit")
    }

    @Test func requiredMembersAreThereInTheUsualOrder() {
        #expect(
            JSONValue.object(GeminiTest.encodeReply([.text("Hi")])).serializedString
                == #"{"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"finishReason":"STOP","index":0}],"modelVersion":"model-a","responseId":"req-1"}"#
        )
    }

    @Test func everyPartFindsItsPlace() {
        var call = ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#)
        call.signature = Signature(origin: .gemini, value: "c2ln")
        let body = GeminiTest.encodeReply([
            .text(""), .refusal("No."), .reasoning(ReasoningPart(text: "Hm")), .toolCall(call),
            .media(MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png")),
            .foreign(Foreign(origin: .gemini, value: ["executableCode": [:]])),
            .foreign(Foreign(origin: .anthropic, value: ["type": "x"])),
            .reasoning(ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "r"))),
        ])
        #expect(
            body["candidates"]?[0]?["content"]?["parts"]?.serializedString
                == #"[{"text":"No."},{"text":"Hm","thought":true},{"functionCall":{"id":"c","name":"f","args":{"a":1}},"thoughtSignature":"c2ln"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"executableCode":{}}]"#
        )
    }

    @Test("PITFALLS 6: broken arguments are told as text under one key")
    func brokenArguments() {
        let body = GeminiTest.encodeReply([.toolCall(ToolCall(id: "c", name: "f", arguments: "{\"a\":"))])
        #expect(
            body["candidates"]?[0]?["content"]?["parts"]?[0]?["functionCall"]?["args"] == ["_raw": "{\"a\":"])
    }

    @Test("PITFALLS 14: signatures of other providers are left out")
    func foreignSignatures() {
        let body = GeminiTest.encodeReply([
            .reasoning(ReasoningPart(text: "Hm", signature: Signature(origin: .anthropic, value: "s")))
        ])
        #expect(body["candidates"]?[0]?["content"]?["parts"] == [["text": "Hm", "thought": true]])
    }
}
