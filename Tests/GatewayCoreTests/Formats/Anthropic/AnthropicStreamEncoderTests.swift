import Testing

@testable import GatewayCore

@Suite struct AnthropicStreamEncoderTests {
    private typealias T = AnthropicTest

    private let head = StreamEvent.began(ReplyHead(id: "msg_1", model: "m"))
    private let a = PartID(index: 0)
    private let b = PartID(index: 1)
    private let c = PartID(index: 2)

    /// Event names, with the block's index where there is one.
    private func outline(_ events: [StreamEvent]) throws -> [String] {
        try T.frames(events).map { frame in
            frame.data["index"].map { "\(frame.event) \($0.serializedString)" } ?? frame.event
        }
    }

    @Test("PITFALLS 4: the order of events, each named twice")
    func theOrderIsAnthropics() throws {
        let written = T.encodeStream([
            head, .opened(a, .text), .appended(a, .text("Hi\n")), .closed(a), .stopped(candidate: 0, .endOfTurn),
            .usage(TokenUsage(freshInput: 3, output: 2)), .ended,
        ])
        #expect(
            written == #"""
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi\n"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":3,"output_tokens":2}}

                event: message_stop
                data: {"type":"message_stop"}


                """#)
    }

    @Test("PITFALLS 5: interleaved calls come one after the other, nothing lost")
    func blocksNeverInterleave() throws {
        let events: [StreamEvent] = [
            head, .opened(a, .toolCall(id: "1", name: "f")), .opened(b, .toolCall(id: "2", name: "g")),
            .appended(b, .arguments("{\"b\"")), .appended(a, .arguments("{\"a\"")), .opened(c, .text),
            .appended(c, .text("t")), .appended(b, .arguments(":2}")), .closed(b), .appended(a, .arguments(":1}")),
            .closed(a), .appended(c, .text("u")), .closed(c), .stopped(candidate: 0, .toolUse), .ended,
        ]
        #expect(
            try outline(events) == [
                "message_start", "content_block_start 0", "content_block_delta 0", "content_block_delta 0",
                "content_block_stop 0", "content_block_start 1", "content_block_delta 1", "content_block_delta 1",
                "content_block_stop 1", "content_block_start 2", "content_block_delta 2", "content_block_delta 2",
                "content_block_stop 2", "message_delta", "message_stop",
            ])
        let reply = T.fold(try T.events(try T.frames(events).map { $0.data.serializedString }))
        #expect(reply.toolCalls.map(\.arguments) == [#"{"a":1}"#, #"{"b":2}"#])
        #expect(reply.text == "tu")
    }

    @Test("PITFALLS 12: the stop waits for usage that comes after it")
    func theStopWaits() throws {
        var encoder = T.codec.makeStreamEncoder(for: T.echo)
        var output: [UInt8] = []
        for event in [head, .stopped(candidate: 0, .maxTokens)] { encoder.encode(event, into: &output) }
        #expect(!String(decoding: output, as: UTF8.self).contains("message_delta"))
        output = []
        let usage = TokenUsage(freshInput: 7, cacheRead: 4, output: 9)
        for event in [StreamEvent.usage(usage), .ended] { encoder.encode(event, into: &output) }
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.contains(#""stop_reason":"max_tokens""#))
        #expect(text.contains(#""usage":{"input_tokens":7,"cache_read_input_tokens":4,"output_tokens":9}"#))
    }

    @Test(
        "PITFALLS 8: calls end in tool_use, whatever the provider says or leaves out",
        arguments: [
            StreamEvent.stopped(candidate: 0, .endOfTurn), .ping,
        ])
    func callsEndInToolUse(stop: StreamEvent) throws {
        let frames = try T.frames([head, .opened(a, .toolCall(id: "1", name: "f")), .closed(a), stop, .ended])
        let delta = try #require(frames.first { $0.event == "message_delta" })
        #expect(delta.data["delta"]?["stop_reason"] == "tool_use")
    }

    @Test("PITFALLS 3: a failure is an error event and the last one", arguments: [true, false])
    func failures(hasBegun: Bool) throws {
        let failure = ProviderFailure(kind: .overloaded, status: 503, message: "busy")
        let events: [StreamEvent] = (hasBegun ? [head, .opened(a, .text), .appended(a, .text("x"))] : [])
        let frames = try T.frames(events + [.failed(failure), .ended, .appended(a, .text("y"))])
        let last = try #require(frames.last)
        #expect(last.event == "error")
        #expect(last.data == ["type": "error", "error": ["type": "overloaded_error", "message": "busy"]])
        #expect(!frames.contains { $0.event == "message_stop" })
    }

    @Test("PITFALLS 4: everything ends once")
    func nothingFollowsTheEnd() throws {
        #expect(try outline([head, .ended, .ended, .ping]) == ["message_start", "message_delta", "message_stop"])
    }

    @Test("PITFALLS 24: blocks that stay empty are not written, and take no index")
    func emptyBlocks() throws {
        let events: [StreamEvent] = [
            head, .opened(a, .reasoning), .closed(a), .opened(b, .text), .appended(b, .text("")), .closed(b),
            .opened(c, .refusal), .appended(c, .text("No.")), .closed(c), .ended,
        ]
        #expect(
            try outline(events) == [
                "message_start", "content_block_start 0", "content_block_delta 0", "content_block_stop 0",
                "message_delta", "message_stop",
            ])
    }

    @Test("PITFALLS 14: signatures go out only where they are Anthropic's")
    func signatures() throws {
        let own = Signature(origin: .anthropic, value: "s")
        let theirs = Signature(origin: .gemini, value: "g")
        let frames = try T.frames([
            head, .opened(a, .reasoning), .appended(a, .text("hm")), .appended(a, .signature(own)), .closed(a),
            .opened(b, .reasoning), .appended(b, .text("hm")), .appended(b, .signature(theirs)), .closed(b), .ended,
        ])
        let deltas = frames.compactMap { $0.data["delta"]?["signature"] }
        #expect(deltas == ["s"])
        let starts = frames.compactMap { $0.data["content_block"] }
        #expect(starts == Array(repeating: ["type": "thinking", "thinking": "", "signature": ""], count: 2))
    }

    @Test func wholePartsStandInTheirStart() throws {
        let redacted = ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "xx"))
        let own = Foreign(origin: .anthropic, value: ["type": "web_search_tool_result", "content": []])
        let theirs = Foreign(origin: .gemini, value: ["executableCode": [:]])
        let frames = try T.frames([
            head, .opened(a, .whole(.reasoning(redacted))), .closed(a), .opened(b, .whole(.foreign(theirs))),
            .closed(b),
            .opened(c, .whole(.foreign(own))), .closed(c), .ended,
        ])
        let starts = frames.compactMap { $0.data["content_block"] }
        #expect(starts == [["type": "redacted_thinking", "data": "xx"], own.value])
        #expect(frames.compactMap { $0.data["index"]?.int } == [0, 0, 1, 1])
    }

    @Test func onlyTheFirstCandidateIsWritten() throws {
        let other = PartID(candidate: 1, index: 0)
        let events: [StreamEvent] = [
            head, .opened(other, .text), .appended(other, .text("no")), .closed(other),
            .stopped(candidate: 1, .maxTokens), .stopped(candidate: 0, .endOfTurn), .ended,
        ]
        #expect(try outline(events) == ["message_start", "message_delta", "message_stop"])
        #expect(T.encodeStream(events).contains("end_turn"))
    }

    @Test func citationsPingsAndForeignEventsPass() throws {
        let event = Foreign(origin: .anthropic, value: ["type": "message_note", "n": 1])
        let citation = Foreign(origin: .anthropic, value: ["type": "char_location"])
        let frames = try T.frames([
            head, .ping, .foreign(event), .foreign(Foreign(origin: .openAI, value: ["type": "x"])), .opened(a, .text),
            .appended(a, .citation(citation)), .closed(a), .ended,
        ])
        #expect(frames[1].event == "ping" && frames[2].event == "message_note")
        #expect(frames[4].data["delta"] == ["type": "citations_delta", "citation": citation.value])
        #expect(frames.allSatisfy { $0.data["type"] == .string($0.event) })
    }

    @Test func partsThatWereNeverClosedAreClosed() throws {
        let events: [StreamEvent] = [
            head, .opened(a, .text), .appended(a, .text("x")), .opened(b, .text), .appended(b, .text("y")), .ended,
        ]
        #expect(try outline(events).filter { $0.hasPrefix("content_block_stop") }.count == 2)
    }

    @Test("PITFALLS 4: a delta of unknown kind goes to the block that is open, or nowhere")
    func unknownDeltas() throws {
        let delta = Foreign(
            origin: .anthropic,
            value: ["type": "content_block_delta", "index": 7, "delta": ["type": "mood_delta", "mood": "fine"]])
        let frames = try T.frames([
            head, .foreign(delta), .opened(a, .text), .foreign(delta), .appended(a, .text("x")), .foreign(delta),
            .closed(a), .ended,
        ])
        let moods = frames.filter { $0.data["delta"]?["mood"] != nil }
        #expect(moods.map { $0.data["index"] } == [0])
    }
}
