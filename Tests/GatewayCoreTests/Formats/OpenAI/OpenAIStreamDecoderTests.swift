import Testing

@testable import GatewayCore

struct OpenAIStreamDecoderTests {
    private let codec = OpenAICodec()
    private let text = PartID(index: 0)

    private func fold(_ frames: [String], codec: OpenAICodec = OpenAICodec()) throws -> ReplyAccumulator {
        let events = try codec.events(frames)
        #expect(GrammarChecker.violation(in: events) == nil)
        return ReplyAccumulator.fold(events)
    }

    @Test func toleratesEmptyChoicesFirstAndLast() throws {
        let azure = #"{"id":"","model":"","created":0,"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#
        let usage = #"{"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}"#
        let fold = try fold([azure, chunk(#"{"content":"Hi"}"#), chunk("{}", finish: "stop"), usage, "[DONE]"])
        #expect(fold.isEnded)
        #expect(fold.reply.id == "c1" && fold.reply.created == 7 && fold.reply.text == "Hi")
        #expect(fold.reply.extras?.fields.keys == ["prompt_filter_results"])
        #expect(fold.reply.usage == TokenUsage(freshInput: 3, output: 1))
    }

    @Test("PITFALLS 12: usage after the finish, repeated or late, counts once")
    func tellsRepeatedUsageOnce() throws {
        let more = #","usage":{"prompt_tokens":3,"completion_tokens":1}"#
        let frames = [
            chunk(#"{"content":"a"}"#, more: more), chunk(#"{"content":"b"}"#, more: more),
            chunk("{}", finish: "stop", more: #","usage":{"prompt_tokens":3,"completion_tokens":2}"#), "[DONE]",
        ]
        let events = try codec.events(frames)
        let usages = events.compactMap { event -> Int? in
            guard case .usage(let usage) = event else { return nil }
            return usage.output
        }
        #expect(usages == [1, 2])
    }

    @Test("PITFALLS 5: fragments of several calls are joined each to its own")
    func joinsInterleavedToolCalls() throws {
        let frames = [
            chunk(
                #"{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#
            ),
            chunk(
                #"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{\"y\""}}]}"#
            ),
            chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]}"#),
            chunk(
                #"{"tool_calls":[{"index":1,"function":{"arguments":":2}"}},{"index":0,"function":{"arguments":"1}"}}]}"#
            ),
            chunk("{}", finish: "tool_calls"), "[DONE]",
        ]
        let reply = try fold(frames).reply
        #expect(reply.toolCalls.map(\.arguments) == [#"{"x":1}"#, #"{"y":2}"#])
        #expect(reply.toolCalls.map(\.id) == ["a", "b"])
        #expect(reply.stop == .toolUse)
    }

    @Test func tellsCallsApartWhereServicesGetTheIndexWrong() throws {
        let sameIndex = try fold([
            chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"#),
            chunk(#"{"tool_calls":[{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]}"#), "[DONE]",
        ])
        #expect(sameIndex.reply.toolCalls.map(\.name) == ["f", "g"])
        let noIndex = try fold([
            chunk(#"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}"#),
            chunk(#"{"tool_calls":[{"function":{"arguments":":1}"}}]}"#),
            chunk(#"{"tool_calls":[{"id":"b","function":{"name":"g","arguments":"{}"}}]}"#),
            chunk("{}", finish: "stop"), "[DONE]",
        ])
        #expect(noIndex.reply.toolCalls.map(\.arguments) == [#"{"x":1}"#, "{}"])
        #expect(noIndex.reply.stop == .toolUse)
        let repeatedID = try fold([
            chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}"#),
            chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}]}"#), "[DONE]",
        ])
        #expect(repeatedID.reply.toolCalls.map(\.arguments) == ["{}"])
    }

    @Test func mintsIdentifiersThatServicesLeaveOut() throws {
        let fold = try fold([
            chunk(#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]}"#), "[DONE]",
        ])
        #expect(fold.reply.toolCalls.first?.id == "call_\(StableHash.hexadecimal(of: "c1"))_0")
    }

    @Test func holdsArgumentsUntilTheNameIsKnown() throws {
        let fold = try fold([
            chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{\"x\""}}]}"#),
            chunk(#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":":1}"}}]}"#), "[DONE]",
        ])
        #expect(fold.reply.toolCalls == [ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#)])
    }

    @Test func readsTheDeprecatedFunctionCall() throws {
        let fold = try fold([
            chunk(#"{"role":"assistant","function_call":{"name":"f","arguments":""}}"#),
            chunk(#"{"function_call":{"arguments":"{}"}}"#), chunk("{}", finish: "function_call"), "[DONE]",
        ])
        #expect(fold.reply.toolCalls.map(\.arguments) == ["{}"])
        #expect(fold.reply.stop == .toolUse)
    }

    @Test func passesCallsToCustomToolsOnWhole() throws {
        let fold = try fold([
            chunk(#"{"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"c","input":"x"}}]}"#),
            chunk(#"{"tool_calls":[{"index":0,"custom":{"input":"yz"}}]}"#), chunk("{}", finish: "tool_calls"),
            "[DONE]",
        ])
        let call: JSONValue = ["id": "a", "type": "custom", "custom": ["name": "c", "input": "xyz"]]
        #expect(fold.reply.candidates[0].parts == [.foreign(Foreign(origin: .openAI, value: call))])
    }

    @Test func separatesReasoningTextAndRefusal() throws {
        let fold = try fold([
            chunk(#"{"role":"assistant","content":"","reasoning_content":null}"#),
            chunk(#"{"reasoning_content":"h"}"#), chunk(#"{"reasoning_content":"m"}"#), chunk(#"{"content":"Hi"}"#),
            chunk(#"{"refusal":"No"}"#), chunk("{}", finish: "stop"), "[DONE]",
        ])
        #expect(
            fold.reply.candidates[0].parts == [.reasoning(ReasoningPart(text: "hm")), .text("Hi"), .refusal("No")])
        #expect(fold.reply.stop == .refusal)
    }

    @Test func keepsWhatServicesAddUntilTheEnd() throws {
        let fold = try fold([
            chunk(#"{"content":"Hi","provider_note":1}"#),
            #"{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop","content_filter_results":{"hate":{}}}]}"#,
            "[DONE]",
        ])
        #expect(
            fold.reply.candidates[0].extras?.fields
                == ["message": ["provider_note": 1], "content_filter_results": ["hate": [:]]])
    }

    @Test("PITFALLS 3: an error inside the stream is a failure")
    func failsOnErrorsInsideTheStream() throws {
        let fold = try fold([
            chunk(#"{"content":"Hi"}"#), #"{"error":{"message":"boom","code":"rate_limit_exceeded"}}"#,
            chunk(#"{"content":"more"}"#), "[DONE]",
        ])
        #expect(fold.failure?.kind == .rateLimited && fold.failure?.message == "boom")
        #expect(fold.reply.text == "Hi")
    }

    @Test func failsWithoutTheTerminatorUnlessTheServiceNeverSendsIt() throws {
        let frames = [chunk(#"{"content":"Hi"}"#), chunk("{}", finish: "stop")]
        #expect(try fold(frames).failure?.kind == .truncated)
        #expect(try fold(frames, codec: OpenAICodec(requiresTerminator: false)).isEnded)
        let unfinished = try fold([frames[0]], codec: OpenAICodec(requiresTerminator: false))
        #expect(unfinished.failure?.kind == .truncated)
        #expect(try fold([]).failure?.kind == .truncated)
        #expect(try fold(["[DONE]"]).failure?.kind == .truncated)
    }

    @Test func endsWithoutAFinishReason() throws {
        let fold = try fold([chunk(#"{"content":"Hi"}"#), "[DONE] "])
        #expect(fold.isEnded && fold.reply.stop == .endOfTurn)
    }

    @Test("PITFALLS 2: kinds of chunks that are not known are passed on")
    func passesNewKindsOfChunksOn() throws {
        let news = #"{"id":"c1","choices":[],"moderation":{"input":[]}}"#
        let events = try codec.events([chunk(#"{"content":"Hi"}"#), news, chunk("{}", finish: "stop"), "[DONE]"])
        #expect(events.contains(.foreign(Foreign(origin: .openAI, value: try JSONValue(parsing: news)))))
    }

    @Test func refusesFramesThatAreNoChunks() {
        #expect(throws: ConversionError.self) { try codec.events(["not json"]) }
        #expect(throws: ConversionError.self) { try codec.events(["[1]"]) }
        #expect(throws: ConversionError.self) { try codec.events([#"{"choices":7}"#]) }
    }

    @Test func stopsCandidatesOnceAndAfterTheirParts() throws {
        let frames = [
            chunk(#"{"content":"a"}"#), chunk(#"{"content":"b"}"#, index: 1), chunk("{}", finish: "stop"),
            chunk(#"{"content":"c"}"#, index: 1), chunk("{}", finish: "length", index: 1), "[DONE]",
        ]
        let reply = try fold(frames).reply
        #expect(reply.candidates.map { $0.parts.joinedText } == ["a", "bc"])
        #expect(reply.candidates.map(\.stop) == [.endOfTurn, .maxTokens])
    }
}
