import Testing

@testable import GatewayCore

@Suite struct AnthropicStreamDecoderTests {
    private typealias T = AnthropicTest

    private func content(_ frames: [String]) throws -> [StreamEvent] {
        let events = try T.events([T.start] + frames + T.end)
        return events.filter { event in
            switch event {
            case .opened, .appended, .closed, .stopped, .foreign, .ping: true
            case .began, .logprobs, .usage, .ended, .failed: false
            }
        }
    }

    private let first = PartID(index: 0)
    private let second = PartID(index: 1)
    private let stopped = StreamEvent.stopped(candidate: 0, .endOfTurn)

    @Test func textIsTold() throws {
        let events = try content([
            T.blockStart(0, #"{"type":"text","text":""}"#), T.blockDelta(0, #"{"type":"text_delta","text":"Hé"}"#),
            #"{"type":"ping"}"#, T.blockDelta(0, #"{"type":"text_delta","text":"a\n\u00e9\"\\"}"#), T.blockStop(0),
        ])
        let expected: [StreamEvent] = [
            .opened(first, .text), .appended(first, .text("Hé")), .ping, .appended(first, .text("a\né\"\\")),
            .closed(first), stopped,
        ]
        #expect(events == expected)
    }

    @Test("PITFALLS 9: counts are cumulative: later ones replace, missing ones stay")
    func usageIsMerged() throws {
        let events = try T.events([T.start] + T.end)
        let counts = events.compactMap { event in
            if case .usage(let usage) = event { usage } else { nil }
        }
        #expect(counts == [TokenUsage(freshInput: 5, output: 1), TokenUsage(freshInput: 5, output: 9)])
        #expect(events.last == .ended)
    }

    @Test("PITFALLS 14: thinking and its signature arrive byte for byte, redacted thinking whole")
    func thinkingIsTold() throws {
        let events = try content([
            T.blockStart(0, #"{"type":"thinking","thinking":"","signature":""}"#),
            T.blockDelta(0, #"{"type":"thinking_delta","thinking":"hm"}"#),
            T.blockDelta(0, #"{"type":"signature_delta","signature":"s=="}"#), T.blockStop(0),
            T.blockStart(1, #"{"type":"redacted_thinking","data":"xx"}"#), T.blockStop(1),
        ])
        let redacted = ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "xx"))
        let expected: [StreamEvent] = [
            .opened(first, .reasoning), .appended(first, .text("hm")),
            .appended(first, .signature(Signature(origin: .anthropic, value: "s=="))), .closed(first),
            .opened(second, .whole(.reasoning(redacted))), .closed(second), stopped,
        ]
        #expect(events == expected)
    }

    @Test("PITFALLS 6: fragments of arguments are joined, none at all are {}")
    func argumentsAreTold() throws {
        let events = try content([
            T.blockStart(0, #"{"type":"tool_use","id":"t1","name":"f","input":{}}"#),
            T.blockDelta(0, #"{"type":"input_json_delta","partial_json":""}"#),
            T.blockDelta(0, #"{"type":"input_json_delta","partial_json":"{\"a\":"}"#),
            T.blockDelta(0, #"{"type":"input_json_delta","partial_json":" 1}"}"#), T.blockStop(0),
            T.blockStart(1, #"{"type":"tool_use","id":"t2","name":"g","input":{}}"#), T.blockStop(1),
        ])
        let expected: [StreamEvent] = [
            .opened(first, .toolCall(id: "t1", name: "f")), .appended(first, .arguments(#"{"a":"#)),
            .appended(first, .arguments(" 1}")), .closed(first), .opened(second, .toolCall(id: "t2", name: "g")),
            .appended(second, .arguments("{}")), .closed(second), .stopped(candidate: 0, .toolUse),
        ]
        #expect(events == expected)
    }

    @Test("PITFALLS 6: input sent with the start is not joined with fragments that repeat it")
    func inputAtTheStart() throws {
        let start = T.blockStart(0, #"{"type":"tool_use","id":"t","name":"f","input":{"a":1}}"#)
        let delta = T.blockDelta(0, #"{"type":"input_json_delta","partial_json":"{\"a\":1}"}"#)
        for frames in [[start, T.blockStop(0)], [start, delta, T.blockStop(0)]] {
            let reply = T.fold(try T.events([T.start] + frames + T.end))
            #expect(reply.toolCalls.map(\.arguments) == [#"{"a":1}"#])
        }
    }

    @Test func citationsAndServerToolsAreKept() throws {
        let citation = #"{"type":"char_location","cited_text":"x"}"#
        let result = #"{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"#
        let events = try content([
            T.blockStart(0, #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#),
            T.blockDelta(0, #"{"type":"input_json_delta","partial_json":"{\"query\":"}"#),
            T.blockDelta(0, #"{"type":"input_json_delta","partial_json":"\"q\"}"}"#), T.blockStop(0),
            T.blockStart(1, result), T.blockStop(1), T.blockStart(2, #"{"type":"text","text":""}"#),
            T.blockDelta(2, #"{"type":"citations_delta","citation":\#(citation)}"#), T.blockStop(2),
        ])
        let call: JSONValue = ["type": "server_tool_use", "id": "s", "name": "web_search", "input": ["query": "q"]]
        let third = PartID(index: 2)
        let expected: [StreamEvent] = [
            .opened(first, .whole(.foreign(Foreign(origin: .anthropic, value: call)))), .closed(first),
            .opened(second, .whole(.foreign(Foreign(origin: .anthropic, value: try JSONValue(parsing: result))))),
            .closed(second), .opened(third, .text),
            .appended(third, .citation(Foreign(origin: .anthropic, value: try JSONValue(parsing: citation)))),
            .closed(third), stopped,
        ]
        #expect(events == expected)
    }

    @Test("PITFALLS 2: events and deltas of unknown type are kept")
    func unknownTypesAreKept() throws {
        let event = #"{"type":"message_note","n":1}"#
        let delta = T.blockDelta(0, #"{"type":"mood_delta","mood":"fine"}"#)
        let events = try content([event, T.blockStart(0, #"{"type":"text","text":""}"#), delta, T.blockStop(0)])
        #expect(events.contains(.foreign(Foreign(origin: .anthropic, value: try JSONValue(parsing: event)))))
        #expect(events.contains(.foreign(Foreign(origin: .anthropic, value: try JSONValue(parsing: delta)))))
        let early = try T.events([event, T.start] + T.end)
        guard case .began = early.first else { return #expect(Bool(false), "the stream begins first") }
    }

    @Test func streamedForeignBlocksGrow() throws {
        let events = try content([
            T.blockStart(0, #"{"type":"compaction","content":"a"}"#),
            T.blockDelta(0, #"{"type":"compaction_delta","content":"b","encrypted_content":"e"}"#), T.blockStop(0),
        ])
        let block: JSONValue = ["type": "compaction", "content": "ab", "encrypted_content": "e"]
        #expect(events.first == .opened(first, .whole(.foreign(Foreign(origin: .anthropic, value: block)))))
    }

    @Test("PITFALLS 3: an error inside the stream is a failure with the status of its type")
    func errorsFail() throws {
        let events = try T.events([
            T.start, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, T.end[1],
        ])
        guard case .failed(let failure) = try #require(events.last) else { return #expect(Bool(false)) }
        #expect(failure.kind == .overloaded && failure.status == 529)
    }

    @Test("PITFALLS 3: a stream that just stops has failed", arguments: [0, 1, 2])
    func truncationFails(count: Int) throws {
        let frames = Array([T.start, T.end[0]].prefix(count))
        guard case .failed(let failure) = try #require(try T.events(frames).last) else { return #expect(Bool(false)) }
        #expect(failure.kind == .truncated)
    }

    @Test func nothingFollowsTheEnd() throws {
        let events = try T.events([T.start] + T.end + [T.start, #"{"type":"ping"}"#])
        #expect(events.last == .ended)
        #expect(events.filter { $0 == .ended }.count == 1)
    }

    @Test func whatTheStreamForgotIsMadeUp() throws {
        let events = try T.events([T.start, T.blockStart(0, #"{"type":"text"}"#), #"{"type":"message_stop"}"#])
        #expect(events.suffix(3) == [.closed(first), stopped, .ended])
    }

    @Test func stopDetailsComeWithTheStop() throws {
        let delta =
            #"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null,"stop_details":{"type":"refusal"}},"usage":{"output_tokens":1}}"#
        let events = try T.events([T.start, delta, T.end[1]])
        let extras = Extras(origin: .anthropic, fields: ["stop_details": ["type": "refusal"]])
        #expect(events.contains(.stopped(candidate: 0, .refusal, extras: extras)))
    }

    @Test(
        "PITFALLS 4: what does not fit the format is refused",
        arguments: [
            ["{"], ["[]"], [#"{"no":"type"}"#], [#"{"type":"message_start"}"#],
            [AnthropicTest.blockStart(0, #"{"type":"text","text":""}"#)],
            [AnthropicTest.start, AnthropicTest.start],
            [AnthropicTest.start, AnthropicTest.blockDelta(0, #"{"type":"text_delta","text":"x"}"#)],
            [AnthropicTest.start, AnthropicTest.blockStart(0, #"{"type":"tool_use"}"#)],
            [
                AnthropicTest.start, AnthropicTest.blockStart(0, #"{"type":"text","text":""}"#),
                AnthropicTest.blockDelta(0, #"{"type":"input_json_delta","partial_json":"x"}"#),
            ],
            [
                AnthropicTest.start, AnthropicTest.blockStart(0, #"{"type":"text","text":""}"#),
                AnthropicTest.blockDelta(0, #"{"type":"text_delta","text":"\ud8"}"#),
            ],
        ])
    func malformedFramesAreRefused(frames: [String]) {
        #expect(throws: ConversionError.self) { try AnthropicTest.events(frames) }
    }

    @Test func theNameOfTheEventStandsInForAMissingType() throws {
        var decoder = T.codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        try decoder.decode(Frame(data: Array(T.start.utf8)), into: &events)
        try decoder.decode(Frame(event: "message_stop", data: Array("{}".utf8)), into: &events)
        #expect(events.last == .ended)
    }

    /// The fast way and the careful way read the same.
    @Test(arguments: [
        #"{"type":"text_delta","text":"plain"}"#, #"{"type":"text_delta","text":""}"#,
        #"{"type":"text_delta","text":"\ud83d\ude00 \u0000 / \/"}"#, #"{"type":"text_delta","text":"😀"}"#,
        #"{"type":"text_delta","text":"}}"}"#,
    ])
    func bothWaysAgree(delta: String) throws {
        let fast = T.blockDelta(0, delta)
        let spaced = #"{ "type":"content_block_delta","index":0,"delta":\#(delta)}"#
        let start = T.blockStart(0, #"{"type":"text","text":""}"#)
        #expect(try content([start, fast]) == content([start, spaced]))
    }

    @Test func paddingAfterADeltaIsFine() {
        let delta = T.blockDelta(12, #"{"type":"text_delta","text":"x"}"#)
        #expect(AnthropicDelta(scanning: Array("\(delta)   ".utf8))?.index == 12)
        #expect(AnthropicDelta(scanning: Array("\(delta)x".utf8)) == nil)
        #expect(AnthropicDelta(scanning: Array(delta.utf8.dropLast())) == nil)
    }
}
