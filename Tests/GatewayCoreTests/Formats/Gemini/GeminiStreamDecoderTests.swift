import Testing

@testable import GatewayCore

struct GeminiStreamDecoderTests {
    private func reply(_ frames: [String]) throws -> ChatReply {
        let events = try GeminiTest.events(frames)
        #expect(GrammarChecker.violation(in: events) == nil)
        return GeminiTest.fold(events)
    }

    @Test func increments() throws {
        let reply = try reply([
            GeminiTest.frame(#"{"text":"H","thought":true}"#), GeminiTest.frame(#"{"text":"m","thought":true}"#),
            GeminiTest.frame(#"{"text":"Y"}"#), GeminiTest.frame(#"{"text":"e"},{"text":"s"}"#),
            GeminiTest.frame(#"{"inlineData":{"mimeType":"image/png","data":"AAAA"}}"#),
            GeminiTest.frame(#"{"text":"!"}"#, #""finishReason":"STOP""#),
        ])
        #expect(reply.id == "r1")
        #expect(
            reply.candidates[0].parts == [
                .reasoning(ReasoningPart(text: "Hm")), .text("Yes"),
                .media(MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png")), .text("!"),
            ])
        #expect(reply.stop == .endOfTurn)
    }

    @Test("PITFALLS 5: parallel calls keep their identifiers, names and arguments")
    func parallelCalls() throws {
        let reply = try reply([
            GeminiTest.frame(#"{"functionCall":{"id":"a","name":"f","args":{"x":1.0}}},{"functionCall":{"name":"g"}}"#),
            GeminiTest.frame(#"{"functionCall":{"id":"c","name":"f","args":{"x":9007199254740993}}}"#),
            GeminiTest.stop,
        ])
        let calls = reply.toolCalls
        #expect(calls.map(\.name) == ["f", "g", "f"])
        #expect(calls.map(\.arguments) == [#"{"x":1.0}"#, "{}", #"{"x":9007199254740993}"#])
        #expect([calls[0].id, calls[2].id] == ["a", "c"])
        #expect(GeminiCallIDs.isMinted(calls[1].id))
    }

    @Test("PITFALLS 8: calls stop for tools, whether STOP comes before, with or after them")
    func stopAroundCalls() throws {
        let call = #"{"functionCall":{"id":"a","name":"f","args":{}}}"#
        let streams = [
            [GeminiTest.frame(call), GeminiTest.stop], [GeminiTest.frame(call, #""finishReason":"STOP""#)],
            [GeminiTest.stop, GeminiTest.frame(call)],
        ]
        for frames in streams { #expect(try reply(frames).stop == .toolUse) }
    }

    @Test("PITFALLS 15: a late signature belongs to the text before it, once")
    func lateSignature() throws {
        let reply = try reply([
            GeminiTest.frame(#"{"text":"Yes"}"#), GeminiTest.frame(#"{"text":"","thoughtSignature":"c2ln"}"#),
            GeminiTest.stop,
        ])
        var part = TextPart("Yes")
        part.signature = Signature(origin: .gemini, value: "c2ln")
        #expect(reply.candidates[0].parts == [.text(part)])
    }

    @Test("PITFALLS 15: a signed part is not joined with the next; a signature after thoughts has its own part")
    func signedPartsEnd() throws {
        let signed = try reply([
            GeminiTest.frame(#"{"text":"a","thoughtSignature":"c2ln"}"#), GeminiTest.frame(#"{"text":"b"}"#),
            GeminiTest.stop,
        ])
        #expect(signed.candidates[0].parts.count == 2)
        let late = try reply([
            GeminiTest.frame(#"{"text":"Hm","thought":true}"#),
            GeminiTest.frame(#"{"text":"","thoughtSignature":"c2ln"}"#), GeminiTest.stop,
        ])
        #expect(late.candidates[0].parts.count == 2)
        #expect(late.candidates[0].parts[0] == .reasoning(ReasoningPart(text: "Hm")))
    }

    @Test func candidatesAreTakenApart() throws {
        let events = try GeminiTest.events([
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]}},{"content":{"parts":[{"text":"x"}]},"index":1}]}"#,
            #"{"candidates":[{"content":{"parts":[{"text":"y"}]},"index":1,"finishReason":"MAX_TOKENS"}]}"#,
            #"{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}"#,
        ])
        #expect(GrammarChecker.violation(in: events) == nil)
        let reply = GeminiTest.fold(events)
        #expect(reply.candidates.map(\.parts) == [[.text("ab")], [.text("xy")]])
        #expect(reply.candidates.map(\.stop) == [.endOfTurn, .maxTokens])
    }

    @Test("PITFALLS 9: counts are cumulative: the last are the reply's, and only changes are told")
    func usage() throws {
        let counts = [
            #"{"promptTokenCount":5}"#, #"{"promptTokenCount":5}"#, #"{"promptTokenCount":5,"candidatesTokenCount":2}"#,
        ]
        var frames = counts.map { #"{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":\#($0)}"# }
        frames.append(GeminiTest.stop)
        let events = try GeminiTest.events(frames)
        let told = events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
        #expect(told == [TokenUsage(freshInput: 5, output: 0), TokenUsage(freshInput: 5, output: 2)])
    }

    @Test func anEndWithoutAReasonIsATruncation() throws {
        for frames in [[], [GeminiTest.frame(#"{"text":"a"}"#)], [#"{"usageMetadata":{}}"#]] {
            guard case .failed(let failure)? = try GeminiTest.events(frames).last else { return #expect(Bool(false)) }
            #expect(failure.kind == .truncated)
        }
        let half = try GeminiTest.events([
            GeminiTest.stop, #"{"candidates":[{"content":{"parts":[{"text":"x"}]},"index":1}]}"#,
        ])
        guard case .failed? = half.last else { return #expect(Bool(false), "one of two candidates is open") }
    }

    @Test func aBlockedPromptEndsWell() throws {
        let blocked = #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}"#
        let fold = ReplyAccumulator.fold(try GeminiTest.events([blocked]))
        #expect(fold.isEnded)
        #expect(fold.reply.candidates.isEmpty)
        #expect(fold.reply.extras?.fields["promptFeedback"] == ["blockReason": "SAFETY"])
        let late = try reply([GeminiTest.frame(#"{"text":"a"}"#), blocked])
        #expect(late.stop == .contentFilter)
    }

    @Test(arguments: [
        #"{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"#, #"[{"error":{"code":503,"message":"m"}}]"#,
    ])
    func errorsInBandAreFailures(_ error: String) throws {
        let events = try GeminiTest.events([GeminiTest.frame(#"{"text":"a"}"#), error, GeminiTest.stop])
        guard case .failed(let failure)? = events.last else { return #expect(Bool(false)) }
        #expect(failure.kind == .unavailable)
        #expect(failure.status == 503)
        #expect(failure.message == "m")
    }

    @Test(arguments: ["x", "[]", "1", #"{"candidates":1}"#, #"{"candidates":[{"index":"a"}]}"#])
    func framesOfNoReplyAreRefused(_ text: String) {
        #expect(throws: ConversionError.self) { try GeminiTest.events([text]) }
    }

    @Test func membersOfTheCandidateAreKept() throws {
        let reply = try reply([
            GeminiTest.frame(#"{"text":"a"}"#, #""safetyRatings":[1]"#),
            GeminiTest.frame(
                #"{"text":"b"}"#, #""safetyRatings":[2],"groundingMetadata":{"x":1},"finishReason":"STOP""#),
        ])
        #expect(reply.candidates[0].extras?.fields == ["safetyRatings": [2], "groundingMetadata": ["x": 1]])
    }

    @Test func newMembersOfTheReplyAreToldOnce() throws {
        let events = try GeminiTest.events([
            #"{"candidates":[],"createTime":"2026-01-01T00:00:00Z"}"#,
            #"{"candidates":[],"createTime":"2026-01-01T00:00:00Z","modelStatus":{}}"#,
            #"{"candidates":[{"finishReason":"STOP"}],"modelStatus":{}}"#,
        ])
        let foreign = events.filter { if case .foreign = $0 { true } else { false } }
        #expect(foreign == [.foreign(Foreign(origin: .gemini, value: ["modelStatus": [:]]))])
    }
}
