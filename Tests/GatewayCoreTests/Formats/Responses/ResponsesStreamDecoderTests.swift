import Testing

@testable import GatewayCore

struct ResponsesStreamDecoderTests {
    private let codec = ResponsesCodec()
    private let message =
        #"{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}"#

    private func call(_ index: Int, _ id: String) -> String {
        #"{"type":"response.output_item.added","output_index":\#(index),"item":{"id":"fc_\#(id)","type":"function_call","call_id":"\#(id)","name":"f","arguments":""}}"#
    }

    private func arguments(_ index: Int, _ text: String) -> String {
        #"{"type":"response.function_call_arguments.delta","output_index":\#(index),"item_id":"x","delta":"\#(text)"}"#
    }

    private func fold(_ frames: [String]) throws -> ReplyAccumulator {
        let events = try codec.events([created] + frames)
        #expect(GrammarChecker.violation(in: events) == nil)
        return ReplyAccumulator.fold(events)
    }

    @Test("PITFALLS 5: calls that interleave keep their arguments")
    func keepsInterleavedCallsApart() throws {
        let reply = try fold([
            call(0, "a"), call(1, "b"), arguments(1, "{\\\"y\\\""), arguments(0, "{\\\"x\\\":1}"), arguments(1, ":2}"),
            completed,
        ]).reply
        #expect(reply.toolCalls.map(\.id) == ["a", "b"])
        #expect(reply.toolCalls.map(\.arguments) == ["{\"x\":1}", "{\"y\":2}"])
        #expect(reply.stop == .toolUse)
    }

    @Test("PITFALLS 6: the whole arguments count once, also when no piece of them came")
    func takesArgumentsFromTheDoneEvents() throws {
        let done =
            #"{"type":"response.function_call_arguments.done","output_index":0,"item_id":"fc_a","arguments":"{\"x\":1}"}"#
        let item =
            #"{"type":"response.output_item.done","output_index":0,"item":{"id":"fc_a","type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":1}","status":"completed"}}"#
        for frames in [
            [call(0, "a"), done, item], [call(0, "a"), item], [item],
            [call(0, "a"), arguments(0, "{\\\"x\\\":1}"), done, item],
        ] {
            #expect(try fold(frames + [completed]).reply.toolCalls.map(\.arguments) == ["{\"x\":1}"])
        }
    }

    @Test("PITFALLS 4: a text without its opening events is not lost")
    func opensPartsThatWereNotAnnounced() throws {
        let delta =
            #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"item_id":"msg_1","delta":"Hi"}"#
        #expect(try fold([message, delta, completed]).reply.text == "Hi")
    }

    @Test func takesAReplyThatTheLastEventAloneTells() throws {
        let output =
            #"[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]}]"#
        let last = "{\"type\":\"response.completed\",\"response\":\(response("completed", output: output))}"
        #expect(try fold([last]).reply.text == "Hi")
    }

    @Test("PITFALLS 14: encrypted reasoning is taken from the end of its item only")
    func takesProofFromTheEnd() throws {
        let added =
            #"{"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAA"}}"#
        let part =
            #"{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}"#
        let delta =
            #"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Hm."}"#
        let done =
            #"{"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"gAAAA"}}"#
        let parts = try fold([added, part, delta, done, completed]).reply.candidates.first?.parts
        guard case .reasoning(let thought)? = parts?.first else {
            Issue.record("a thought was expected")
            return
        }
        #expect(thought.text == "Hm.")
        #expect(thought.signature == Signature(origin: .responses, value: "gAAAA"))
        let hidden =
            #"{"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAAA"}}"#
        let other = try fold([added, hidden, completed]).reply.candidates.first?.parts
        guard case .reasoning(let secret)? = other?.first else {
            Issue.record("a thought was expected")
            return
        }
        #expect(secret.redacted?.value == "gAAAA")
    }

    @Test("PITFALLS 2: events and items that are not known are passed on")
    func passesOnWhatItDoesNotKnow() throws {
        let event = #"{"type":"response.new_thing","sequence_number":3,"value":1}"#
        let added =
            #"{"type":"response.output_item.added","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}"#
        let done =
            #"{"type":"response.output_item.done","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"completed"}}"#
        let events = try codec.events([created, event, added, done, completed])
        #expect(events.contains(.foreign(Foreign(origin: .responses, value: try JSONValue(parsing: event)))))
        let parts = ReplyAccumulator.fold(events).reply.candidates.first?.parts
        #expect(
            parts == [
                .foreign(
                    Foreign(
                        origin: .responses, value: ["id": "ws_1", "type": "web_search_call", "status": "completed"]))
            ])
    }

    @Test("PITFALLS 13: what a failed response has cost is told before the failure")
    func tellsTheUsageOfAFailedResponse() throws {
        let usage = #","usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}"#
        let failed =
            #"{"type":"response.failed","response":{"id":"resp_1","status":"failed","output":[],"error":{"code":"server_error","message":"Broken."}"#
            + usage + "}"
        let fold = try fold([failed])
        #expect(fold.failure?.kind == .server)
        #expect(fold.failure?.message == "Broken.")
        #expect(fold.reply.usage?.output == 4)
    }

    @Test(arguments: [
        #"{"type":"error","code":"rate_limit_exceeded","message":"Slow down.","param":null,"sequence_number":2}"#,
        #"{"type":"error","error":{"type":"tokens","code":"rate_limit_exceeded","message":"Slow down."}}"#,
    ])
    func takesErrorsInBothShapes(frame: String) throws {
        let failure = try fold([frame]).failure
        #expect(failure?.kind == .rateLimited)
        #expect(failure?.message == "Slow down.")
    }

    @Test("PITFALLS 3: the end without its event is a failure")
    func takesAnEarlyEndForAFailure() throws {
        #expect(try fold([message]).failure?.kind == .truncated)
        #expect(try ReplyAccumulator.fold(codec.events([])).failure?.kind == .truncated)
    }

    @Test(arguments: [
        #"{"type":"response.output_text.delta","output_index":7,"content_index":0,"delta":"x"}"#,
        #"{"type":"response.output_item.added","output_index":0}"#, "[]", "7", "{", #"{"no":"type"}"#,
    ])
    func refusesWhatTheFormatDoesNotAllow(frame: String) {
        #expect(throws: ConversionError.self) { try codec.events([created, frame]) }
    }

    @Test func keepsTheTypeThatOnlyTheNameOfTheEventSays() throws {
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        try decoder.decode(Frame(data: Array(created.utf8)), into: &events)
        try decoder.decode(Frame(event: "response.later", data: Array(#"{"x":1}"#.utf8)), into: &events)
        #expect(events.last == .foreign(Foreign(origin: .responses, value: ["x": 1, "type": "response.later"])))
    }

    @Test func ignoresTheMarkOfChatsStreams() throws {
        #expect(try fold([completed, "[DONE]"]).isEnded)
    }
}
