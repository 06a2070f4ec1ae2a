import Testing

@testable import GatewayCore

struct ResponsesStreamEncoderTests {
    private let codec = ResponsesCodec()
    private let head = StreamEvent.began(ReplyHead(id: "msg_x", model: "m", created: 7))
    private let first = PartID(index: 0)
    private let second = PartID(index: 1)
    private let third = PartID(index: 2)

    private func types(_ frames: [JSONValue]) -> [String] {
        frames.compactMap { $0["type"]?.string.map { String($0.dropFirst($0.hasPrefix("response.") ? 9 : 0)) } }
    }

    @Test("PITFALLS 4: every event in its place, numbered without a gap")
    func writesEveryEventOfAMessage() throws {
        let frames = try codec.frames([
            head, .opened(first, .text), .appended(first, .text("Hi ")), .appended(first, .text("\"you\"\n")),
            .closed(first), .usage(TokenUsage(freshInput: 1, output: 2)), .stopped(candidate: 0, .endOfTurn), .ended,
        ])
        #expect(
            types(frames) == [
                "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                "output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed",
            ])
        #expect(frames.map { $0["sequence_number"]?.int } == Array(0..<10))
        #expect(frames[4]["delta"] == "Hi ")
        #expect(frames[4]["logprobs"] == [])
        #expect(frames[6]["text"] == "Hi \"you\"\n")
        let item = frames[2]["item"]?["id"]
        #expect(
            frames[3...7].allSatisfy { $0["item_id"] == item && $0["output_index"] == 0 && $0["content_index"] == 0 })
        #expect(frames[8]["item"] == frames[9]["response"]?["output"]?[0])
        #expect(frames[0]["response"]?["status"] == "in_progress")
        #expect(frames[9]["response"]?["usage"]?["total_tokens"] == 3)
        #expect(frames[9]["response"]?["id"] == frames[0]["response"]?["id"])
    }

    @Test func namesEachEventInItsFrameToo() throws {
        let echo = RequestEcho(model: "m", fallbackID: "1", created: 1)
        let stream = codec.stream(
            of: [head, .opened(first, .text), .appended(first, .text("Hi")), .closed(first), .ended], for: echo)
        for frame in DecodedStream([stream[...]], with: SSEDecoder()).frames {
            #expect(try JSONValue(parsing: frame.data)["type"]?.string == frame.event)
        }
    }

    @Test("PITFALLS 5: calls that interleave are written one after the other")
    func writesInterleavedCallsInTurn() throws {
        let frames = try codec.frames([
            head, .opened(first, .toolCall(id: "a", name: "f")), .opened(second, .toolCall(id: "b", name: "g")),
            .appended(second, .arguments("{\"y\"")), .appended(first, .arguments("{\"x\":1}")),
            .appended(second, .arguments(":2}")), .closed(first), .closed(second), .stopped(candidate: 0, .toolUse),
            .ended,
        ])
        var open: Int?
        for frame in frames {
            if frame["type"] == "response.output_item.added" {
                #expect(open == nil)
                open = frame["output_index"]?.int
            } else if frame["type"] == "response.output_item.done" {
                #expect(frame["output_index"]?.int == open)
                open = nil
            }
        }
        let output = frames.last?["response"]?["output"]?.array ?? []
        #expect(output.map { $0["call_id"] } == ["a", "b"])
        #expect(output.map { $0["arguments"] } == ["{\"x\":1}", "{\"y\":2}"])
    }

    @Test("PITFALLS 6: a call without arguments gets an empty object, also in pieces")
    func givesCallsWithoutArgumentsAnObject() throws {
        let frames = try codec.frames([
            head, .opened(first, .toolCall(id: "a", name: "f")), .closed(first), .stopped(candidate: 0, .toolUse),
            .ended,
        ])
        #expect(
            types(frames)[2...5] == [
                "output_item.added", "function_call_arguments.delta", "function_call_arguments.done",
                "output_item.done",
            ])
        #expect(frames[2]["item"]?["arguments"] == "")
        #expect(frames[4]["arguments"] == "{}")
        #expect(frames[4]["name"] == "f")
    }

    @Test func takesTheTextOfACustomToolOutOfItsArguments() throws {
        let frames = try codec.frames(
            [
                head, .opened(first, .toolCall(id: "a", name: "patch")),
                .appended(first, .arguments("{\"input\":\"x\\")),
                .appended(first, .arguments("ny\"}")), .closed(first), .stopped(candidate: 0, .toolUse), .ended,
            ], repeated: ["tools": [["type": "custom", "name": "patch"]]])
        #expect(
            types(frames)[2...5] == [
                "output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.done", "output_item.done",
            ])
        #expect(frames[3]["delta"] == "x\ny")
        #expect(frames[5]["item"]?["input"] == "x\ny")
        #expect(frames[2]["item"]?["input"] == "")
    }

    @Test func marksAThoughtThatNothingProvesAtItsEnd() throws {
        let frames = try codec.frames([
            head, .opened(first, .reasoning), .appended(first, .text("Hm.")), .closed(first),
            .stopped(candidate: 0, .endOfTurn), .ended,
        ])
        #expect(frames[2]["item"]?["encrypted_content"] == nil)
        #expect(frames[7]["item"]?["encrypted_content"] == .string(SealedSignature.unproven))
    }

    @Test func writesACallOfTheLocalShellWhole() throws {
        let frames = try codec.frames(
            [
                head, .opened(first, .toolCall(id: "a", name: "local_shell")),
                .appended(first, .arguments("{\"command\":[")), .appended(first, .arguments("\"ls\"]}")),
                .closed(first), .stopped(candidate: 0, .toolUse), .ended,
            ], repeated: ["tools": [["type": "local_shell"]]])
        #expect(types(frames)[2...4] == ["output_item.added", "output_item.done", "completed"])
        #expect(frames[3]["item"]?["type"] == "local_shell_call")
        #expect(frames[3]["item"]?["action"]?["command"] == ["ls"])
        #expect(frames[4]["response"]?["output"]?[0] == frames[3]["item"])
    }

    @Test func writesThoughtsAsSummariesAndProvesThemAtTheEnd() throws {
        let frames = try codec.frames([
            head, .opened(first, .reasoning), .appended(first, .text("Hm.")),
            .appended(first, .signature(Signature(origin: .anthropic, value: "s"))), .closed(first),
            .opened(second, .text), .appended(second, .text("Hi")), .closed(second), .stopped(candidate: 0, .endOfTurn),
            .ended,
        ])
        #expect(
            types(frames)[2...7] == [
                "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
                "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
            ])
        #expect(frames[2]["item"]?["encrypted_content"] == nil)
        let seal = try #require(frames[7]["item"]?["encrypted_content"]?.string.flatMap(SealedSignature.init))
        #expect(seal.signature == Signature(origin: .anthropic, value: "s"))
        #expect(seal.part(around: "Hm.") != nil)
        #expect(frames[8]["output_index"] == 1)
    }

    @Test("PITFALLS 12: usage that comes after the end of the text is in the last event")
    func tellsLateUsage() throws {
        let frames = try codec.frames([
            head, .opened(first, .text), .appended(first, .text("Hi")), .closed(first),
            .stopped(candidate: 0, .maxTokens),
            .usage(TokenUsage(freshInput: 1)), .usage(TokenUsage(cacheRead: 4, output: 2)), .ended,
        ])
        let last = try #require(frames.last)
        #expect(last["type"] == "response.incomplete")
        #expect(last["response"]?["usage"]?["input_tokens"] == 5)
        #expect(last["response"]?["output"]?[0]?["status"] == "incomplete")
        #expect(frames.filter { $0["response"] != nil }.count == 3)
    }

    @Test("PITFALLS 3: a failure in the middle ends the stream as failed, with what was said until then")
    func endsAsFailed() throws {
        let failure = ProviderFailure(kind: .rateLimited, status: 429, message: "Slow down.")
        let frames = try codec.frames([
            head, .opened(first, .toolCall(id: "a", name: "f")), .closed(first), .opened(second, .text),
            .appended(second, .text("Hi")), .failed(failure), .ended,
        ])
        let last = try #require(frames.last)
        #expect(last["type"] == "response.failed")
        #expect(last["response"]?["status"] == "failed")
        #expect(last["response"]?["error"] == ["code": "rate_limit_exceeded", "message": "Slow down."])
        #expect(last["response"]?["output"]?.array?.count == 1)
    }

    @Test func tellsAFailureOfAStreamItDidNotBegin() throws {
        var encoder = codec.makeStreamEncoder(for: RequestEcho(model: "m", fallbackID: "1", created: 1))
        encoder.resume(after: Frame(data: Array(#"{"type":"response.output_text.delta","sequence_number":11}"#.utf8)))
        var output: [UInt8] = []
        encoder.encode(.failed(.endedEarly), into: &output)
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.hasPrefix("event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\""))
        #expect(text.contains("\"sequence_number\":12"))
    }

    @Test("PITFALLS 8: a stream without a word is a blocked prompt")
    func endsAnEmptyStreamAsFiltered() throws {
        let last = try #require(try codec.frames([head, .ended]).last)
        #expect(last["response"]?["incomplete_details"] == ["reason": "content_filter"])
    }

    @Test("PITFALLS 2: foreign items keep their events, with the numbers of this stream")
    func passesForeignEventsOn() throws {
        let added: JSONValue = [
            "type": "response.output_item.added", "output_index": 5, "sequence_number": 40,
            "item": ["id": "ws_1", "type": "web_search_call", "status": "in_progress"],
        ]
        let progress: JSONValue = [
            "type": "response.web_search_call.searching", "output_index": 5, "item_id": "ws_1", "sequence_number": 41,
        ]
        let item = Foreign(
            origin: .responses, value: ["id": "ws_1", "type": "web_search_call", "status": "completed"])
        let frames = try codec.frames([
            head, .foreign(Foreign(origin: .responses, value: added)),
            .foreign(Foreign(origin: .responses, value: progress)), .opened(first, .whole(.foreign(item))),
            .closed(first),
            .opened(second, .text), .appended(second, .text("Hi")), .closed(second), .stopped(candidate: 0, .endOfTurn),
            .ended,
        ])
        #expect(types(frames)[2...4] == ["output_item.added", "web_search_call.searching", "output_item.done"])
        #expect(frames[2...4].allSatisfy { $0["output_index"] == 0 })
        #expect(frames.map { $0["sequence_number"]?.int } == Array(0..<frames.count))
        #expect(frames.last?["response"]?["output"]?.array?.count == 2)
    }

    @Test func givesTheWholeReplyOnceItEndedWell() {
        var encoder = codec.makeStreamEncoder(for: RequestEcho(model: "m", fallbackID: "1", created: 1))
        var output: [UInt8] = []
        encoder.encode(head, into: &output)
        #expect(encoder.finishedReply == nil)
        encoder.encode(.ended, into: &output)
        #expect(encoder.finishedReply?["status"] == "incomplete")
    }
}
