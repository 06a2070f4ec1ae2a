import Testing

@testable import GatewayCore

struct ConverseStreamDecoderTests {
    private static let start = ("messageStart", #"{"role":"assistant"}"#)
    private static let stop = ("messageStop", #"{"stopReason":"end_turn"}"#)
    private static let metadata = (
        "metadata",
        #"{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":9},"trace":{"x":1}}"#
    )

    private func delta(_ delta: String, _ index: Int = 0) -> (String, String) {
        ("contentBlockDelta", #"{"delta":\#(delta),"contentBlockIndex":\#(index)}"#)
    }

    @Test("PITFALLS 4: a block begins with its first delta where the API does not say so")
    func opensBlocksByTheirFirstDelta() throws {
        let events = try ConverseTest.events([
            Self.start, delta(#"{"reasoningContent":{"text":"Hm"}}"#),
            delta(#"{"reasoningContent":{"signature":"s"}}"#), ("contentBlockStop", #"{"contentBlockIndex":0}"#),
            delta(#"{"text":"Hi"}"#, 1), ("contentBlockStop", #"{"contentBlockIndex":1}"#), Self.stop, Self.metadata,
        ])
        #expect(GrammarChecker.violation(in: events) == nil)
        let reply = ReplyAccumulator.fold(events).reply
        #expect(reply.text == "Hi")
        guard case .reasoning(let part)? = reply.candidates.first?.parts.first else {
            throw ConversionError("", "no reasoning")
        }
        #expect(part == ReasoningPart(text: "Hm", signature: Signature(origin: .anthropic, value: "s")))
    }

    @Test("PITFALLS 12: the counts come after the stop and are part of the answer")
    func waitsForTheCounts() throws {
        let events = try ConverseTest.events([Self.start, delta(#"{"text":"Hi"}"#), Self.stop, Self.metadata])
        let fold = ReplyAccumulator.fold(events)
        #expect(fold.isEnded)
        #expect(fold.reply.usage == TokenUsage(freshInput: 3, output: 2))
        #expect(fold.reply.candidates.first?.extras?.fields["trace"] == ["x": 1])
    }

    @Test func endsWellWithoutCountsAndBadlyWithoutStop() throws {
        #expect(ReplyAccumulator.fold(try ConverseTest.events([Self.start, Self.stop])).isEnded)
        let cut = ReplyAccumulator.fold(try ConverseTest.events([Self.start, delta(#"{"text":"Hi"}"#)]))
        #expect(cut.failure?.kind == .truncated)
    }

    @Test func tellsEncryptedThoughtsImagesAndServerToolsWhole() throws {
        let events = try ConverseTest.events([
            Self.start, delta(#"{"reasoningContent":{"redactedContent":"cmVk"}}"#),
            ("contentBlockStop", #"{"contentBlockIndex":0}"#),
            ("contentBlockStart", #"{"start":{"image":{"format":"png"}},"contentBlockIndex":1}"#),
            delta(#"{"image":{"source":{"bytes":"iVBORw0K"}}}"#, 1),
            ("contentBlockStop", #"{"contentBlockIndex":1}"#),
            (
                "contentBlockStart",
                #"{"start":{"toolUse":{"toolUseId":"1","name":"n","type":"server_tool_use"}},"contentBlockIndex":2}"#
            ), delta(#"{"toolUse":{"input":"{\"q\":"}}"#, 2), delta(#"{"toolUse":{"input":"1}"}}"#, 2), Self.stop,
            Self.metadata,
        ])
        #expect(GrammarChecker.violation(in: events) == nil)
        let parts = try #require(ReplyAccumulator.fold(events).reply.candidates.first?.parts)
        guard parts.count == 3, case .reasoning(let thought) = parts[0], case .media(let image) = parts[1],
            case .foreign(let tool) = parts[2]
        else { throw ConversionError("", "\(parts)") }
        #expect(thought.redacted?.value == "red")
        #expect(image.source == .base64("iVBORw0K"))
        #expect(tool.value["toolUse"]?["input"] == ["q": 1])
        #expect(ReplyAccumulator.fold(events).reply.stop == .endOfTurn)
    }

    @Test(arguments: ["/v8=", "cmVk==", "cmVk\\n"]) func leavesABlobThatIsNoTextAsItIs(blob: String) throws {
        let block: JSONValue = try JSONValue(
            parsing: Array(#"{"reasoningContent":{"redactedContent":"\#(blob)"}}"#.utf8))
        let events = try ConverseTest.events([
            Self.start, delta(block.serializedString), ("contentBlockStop", #"{"contentBlockIndex":0}"#), Self.stop,
            Self.metadata,
        ])
        let parts = ReplyAccumulator.fold(events).reply.candidates.first?.parts
        #expect(parts == [.foreign(Foreign(origin: .converse, value: block))])
        #expect(try ConverseCodec.decodePart(FieldReader(block.object ?? [:])) == parts?.first)
    }

    @Test(
        "Frames that do not fit are refused",
        arguments: [
            ("contentBlockDelta", #"{"delta":{"toolUse":{"input":"{}"}},"contentBlockIndex":0}"#),
            ("contentBlockDelta", #"{"delta":{"text":"x"}}"#), ("messageStop", "{}"), ("contentBlockStart", "{}"),
            ("messageStart", "nonsense"), ("contentBlockDelta", "[]"),
        ])
    func refusesWhatDoesNotFit(event: String, payload: String) {
        #expect(throws: ConversionError.self) { try ConverseTest.events([Self.start, (event, payload)]) }
    }

    @Test func keepsEventsItDoesNotKnow() throws {
        let events = try ConverseTest.events([("novelty", #"{"a":1}"#), Self.stop])
        #expect(
            events.contains(.foreign(Foreign(origin: .converse, value: .object(["novelty": ["a": 1]])))))
    }
}

struct ConverseStreamEncoderTests {
    @Test("PITFALLS 5: interleaved parts come one after the other")
    func writesBlocksInTurn() {
        let (first, second) = (PartID(index: 0), PartID(index: 1))
        let written = ConverseTest.frames([
            .began(ReplyHead()), .opened(first, .toolCall(id: "a", name: "f")),
            .opened(second, .toolCall(id: "b", name: "g")), .appended(second, .arguments("{\"y\":2}")),
            .appended(first, .arguments("{\"x\"")), .closed(second), .appended(first, .arguments(":1}")),
            .closed(first), .stopped(candidate: 0, .toolUse), .usage(TokenUsage(freshInput: 4, output: 6)), .ended,
        ])
        #expect(
            written.frames == [
                #"messageStart {"role":"assistant"}"#,
                #"contentBlockStart {"start":{"toolUse":{"toolUseId":"a","name":"f"}},"contentBlockIndex":0}"#,
                #"contentBlockDelta {"delta":{"toolUse":{"input":"{\"x\""}},"contentBlockIndex":0}"#,
                #"contentBlockDelta {"delta":{"toolUse":{"input":":1}"}},"contentBlockIndex":0}"#,
                #"contentBlockStop {"contentBlockIndex":0}"#,
                #"contentBlockStart {"start":{"toolUse":{"toolUseId":"b","name":"g"}},"contentBlockIndex":1}"#,
                #"contentBlockDelta {"delta":{"toolUse":{"input":"{\"y\":2}"}},"contentBlockIndex":1}"#,
                #"contentBlockStop {"contentBlockIndex":1}"#, #"messageStop {"stopReason":"tool_use"}"#,
                #"metadata {"usage":{"inputTokens":4,"outputTokens":6,"totalTokens":10},"metrics":{"latencyMs":0}}"#,
            ])
    }

    @Test("PITFALLS 6: a call without arguments has an empty object")
    func writesEmptyArguments() {
        let id = PartID(index: 0)
        let written = ConverseTest.frames([
            .began(ReplyHead()), .opened(id, .toolCall(id: "a", name: "f")), .closed(id),
            .stopped(candidate: 0, .toolUse), .ended,
        ])
        #expect(
            written.frames[2] == #"contentBlockDelta {"delta":{"toolUse":{"input":"{}"}},"contentBlockIndex":0}"#)
    }

    @Test(
        "PITFALLS 3: a failure is an exception of the stream",
        arguments: [
            (ProviderFailure.Kind.rateLimited, 429, "throttlingException"),
            (.overloaded, 529, "serviceUnavailableException"),
            (.truncated, 502, "internalServerException"), (.invalidRequest, 400, "validationException"),
            (.timeout, 504, "modelStreamErrorException"), (.authentication, 401, "validationException"),
        ])
    func endsInAnException(kind: ProviderFailure.Kind, status: Int, name: String) {
        let written = ConverseTest.frames([
            .began(ReplyHead()), .failed(ProviderFailure(kind: kind, status: status, message: "no")),
        ])
        #expect(written.error == .failed(AWSEventStreamFailure(name: name, body: Array(#"{"message":"no"}"#.utf8))))
    }
}

struct ConverseFailureTests {
    @Test(arguments: [
        ("ThrottlingException", 429, ProviderFailure.Kind.rateLimited),
        ("ValidationException:http://internal.amazon.com/", 400, .invalidRequest),
        ("AccessDeniedException", 403, .permission), ("ExpiredTokenException", 403, .authentication),
        ("ModelTimeoutException", 408, .timeout), ("ModelErrorException", 424, .server),
        ("ModelNotReadyException", 429, .unavailable), ("ServiceQuotaExceededException", 400, .rateLimited),
    ])
    func knowsAnErrorByItsHeader(type: String, status: Int, kind: ProviderFailure.Kind) {
        let failure = ConverseTest.codec.decodeFailure(
            status: status, headers: ["X-Amzn-ErrorType": type], body: Array(#"{"message":"m"}"#.utf8))
        #expect(failure.kind == kind && failure.status == status && failure.message == "m")
        #expect(ConverseTest.codec.failureHeaders(failure)["x-amzn-errortype"] == String(type.prefix { $0 != ":" }))
    }

    @Test func knowsAnErrorByItsBodyOrItsStatus() {
        let typed = ConverseTest.codec.decodeFailure(
            status: 403, headers: [:],
            body: Array(##"{"__type":"com.amazon#ExpiredTokenException","Message":"m"}"##.utf8))
        #expect(typed.kind == .authentication && typed.message == "m")
        #expect(ConverseTest.codec.decodeFailure(status: 503, headers: [:], body: []).kind == .unavailable)
    }
}
