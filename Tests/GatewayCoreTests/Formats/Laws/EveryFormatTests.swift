import Testing

@testable import GatewayCore

/// What must be true of every format alike, whatever the fixtures happen to hold.
struct EveryFormatTests {
    /// Completions have no tools.
    private static let withTools = WireFormat.allCases.filter { $0 != .completions }
    private static let echo = RequestEcho(model: "m", fallbackID: "reply-1", created: 1)

    // MARK: Usage

    private static func usages() -> [TokenUsage] {
        var generator = SeededGenerator(seed: 9)
        return (0..<40).map { _ in
            func count() -> Int { Int.random(in: 0...5000, using: &generator) }
            let output = count()
            return TokenUsage(
                freshInput: count(), cacheRead: count(), cacheWrite5m: count(), output: output,
                reasoning: Int.random(in: 0...output, using: &generator))
        }
    }

    private func written(_ usage: TokenUsage, in format: WireFormat) throws -> JSONObject {
        let reply = ChatReply(candidates: [Candidate(parts: [.text("a")], stop: .endOfTurn)], usage: usage)
        return format.codec.encodeReply(reply, for: Self.echo)
    }

    @Test("PITFALLS 9: every format is told the same sums, and none a negative count", arguments: WireFormat.allCases)
    func sumsAreTheSame(format: WireFormat) throws {
        for usage in Self.usages() {
            let body = try written(usage, in: format)
            let read = try #require(format.codec.decodeUsage(in: body))
            #expect(read.totalInput == usage.totalInput)
            #expect(read.output == usage.output)
            let counts = [read.freshInput, read.cacheRead, read.cacheWrite, read.output, read.reasoning]
            #expect(counts.allSatisfy { $0 ?? 0 >= 0 })
        }
    }

    @Test("PITFALLS 9: OpenAI and Gemini count cached tokens inside the input, Anthropic and Bedrock beside it")
    func cachedTokensStandWhereTheFormatHasThem() throws {
        let usage = TokenUsage(freshInput: 50, cacheRead: 40, cacheWrite5m: 10, output: 20, reasoning: 5)
        let expected: [(WireFormat, [(String, Int)])] = [
            (.openAI, [("/usage/prompt_tokens", 100), ("/usage/completion_tokens", 20), ("/usage/total_tokens", 120)]),
            (.responses, [("/usage/input_tokens", 100), ("/usage/output_tokens", 20), ("/usage/total_tokens", 120)]),
            (.completions, [("/usage/prompt_tokens", 100), ("/usage/total_tokens", 120)]),
            (.anthropic, [("/usage/input_tokens", 50), ("/usage/cache_read_input_tokens", 40)]),
            (.anthropic, [("/usage/cache_creation_input_tokens", 10), ("/usage/output_tokens", 20)]),
            (.gemini, [("/usageMetadata/promptTokenCount", 100), ("/usageMetadata/candidatesTokenCount", 15)]),
            (.gemini, [("/usageMetadata/thoughtsTokenCount", 5), ("/usageMetadata/totalTokenCount", 120)]),
            (
                .converse,
                [("/usage/inputTokens", 50), ("/usage/cacheReadInputTokens", 40), ("/usage/outputTokens", 20)]
            ),
        ]
        for (format, counts) in expected {
            let body = JSONValue.object(try written(usage, in: format))
            for (pointer, count) in counts {
                #expect(JSONPointer(pointer).flatMap { body[$0]?.int } == count, "\(format) \(pointer)")
            }
        }
    }

    // MARK: Why a reply ended

    private static let call = ContentPart.toolCall(ToolCall(id: "call_1", name: "look", arguments: "{}"))

    @Test("PITFALLS 8: a reply that calls tools is read as that in every format", arguments: withTools)
    func callsAreToolUse(format: WireFormat) throws {
        for stop in [StopReason.toolUse, .endOfTurn] {
            let reply = ChatReply(candidates: [Candidate(parts: [Self.call], stop: stop)])
            let body = format.codec.encodeReply(reply, for: Self.echo)
            #expect(try format.codec.decodeReply(body).stop == .toolUse, "\(stop)")
            let stream = format.codec.stream(of: ReplyReplay.events(for: reply), for: Self.echo)
            #expect(ReplyAccumulator.fold(format.codec.events(of: stream)).reply.stop == .toolUse, "\(stop)")
        }
    }

    @Test("PITFALLS 8: a reason that only another format knows still has a word", arguments: WireFormat.allCases)
    func noReasonIsLost(format: WireFormat) throws {
        for origin in WireFormat.allCases where origin != format {
            let stop = StopReason.unknown(Foreign(origin: origin, value: "a_new_reason"))
            let reply = ChatReply(candidates: [Candidate(parts: [.text("a")], stop: stop)])
            #expect(try format.codec.decodeReply(format.codec.encodeReply(reply, for: Self.echo)).stop != nil)
        }
    }

    // MARK: Calls

    private static let interleaved: [StreamEvent] = {
        let (first, second) = (PartID(index: 1), PartID(index: 2))
        return [
            .began(ReplyHead(id: "r", model: "m", created: 1)), .opened(PartID(index: 0), .text),
            .appended(PartID(index: 0), .text("Let me look.")), .closed(PartID(index: 0)),
            .opened(first, .toolCall(id: "call_1", name: "look")), .appended(first, .arguments(#"{"at":"#)),
            .opened(second, .toolCall(id: "call_2", name: "listen")), .appended(second, .arguments(#"{"to":1.0"#)),
            .appended(first, .arguments(#""é}{"}"#)), .appended(second, .arguments("}")),
            .closed(second), .closed(first), .stopped(candidate: 0, .toolUse), .ended,
        ]
    }()

    @Test("PITFALLS 5: calls that interleave arrive whole in every format", arguments: withTools)
    func interleavedCallsArriveWhole(format: WireFormat) throws {
        let stream = format.codec.stream(of: Self.interleaved, for: Self.echo)
        let events = format.codec.events(of: stream)
        #expect(GrammarChecker.violation(in: events) == nil)
        let reply = ReplyAccumulator.fold(events).reply
        #expect(reply.text == "Let me look.")
        // Gemini's calls come whole, in the order in which they are complete.
        let calls = Dictionary(uniqueKeysWithValues: reply.toolCalls.map { ($0.name, $0.arguments) })
        #expect(calls == ["look": #"{"at":"é}{"}"#, "listen": #"{"to":1.0}"#])
        #expect(Set(reply.toolCalls.map(\.id)).count == 2)
    }

    @Test(
        "PITFALLS 6: arguments that are no JSON object are one call with all their text", arguments: WireFormat.allCases
    )
    func brokenArgumentsAreKept(format: WireFormat) throws {
        for arguments in [#"{"a":1}{"b":2}"#, #"{"a":"#, "hello"] {
            var request = ChatRequest(model: "m", messages: [.user("Hi")])
            request.messages += [
                Message(
                    role: .assistant, parts: [.toolCall(ToolCall(id: "call_1", name: "look", arguments: arguments))]),
                .toolResult(callID: "call_1", text: "found"),
            ]
            request.tools = [.function(FunctionTool(name: "look"))]
            var notes: [ConversionNote] = []
            let body = try format.codec.encodeRequest(
                request, for: ConversionTarget(model: "omni"), notes: &notes)
            let text = JSONValue.object(body).strings
            #expect(text.filter { $0.contains(arguments) }.count == 1)
            let isObjectHere = format == .anthropic || format == .gemini || format == .converse
            let isTold = notes.contains { $0.pointer == "/messages/1/content/0/arguments" && $0.level == .warning }
            #expect(isTold == isObjectHere)
        }
    }

    @Test("PITFALLS 7: a result whose call does not go along is told as text", arguments: withTools)
    func resultsWithoutCallsAreText(format: WireFormat) throws {
        let foreign = Foreign(origin: .completions, value: ["id": "call_1", "type": "unheard"])
        let request = ChatRequest(
            model: "m",
            messages: [
                .user("Hi"), Message(role: .assistant, parts: [.foreign(foreign)]),
                .toolResult(callID: "call_1", text: "found it"), .user("And?"),
            ])
        var notes: [ConversionNote] = []
        let body = try format.codec.encodeRequest(request, for: ConversionTarget(model: "omni"), notes: &notes)
        let read = try format.codec.decodeRequest(body, model: "m")
        #expect(read.messages.contains { $0.text.contains("found it") })
        #expect(notes.contains { $0.action == .changed && $0.level == .warning })
    }

    @Test func aChoiceWithoutToolsIsTold() throws {
        for format in Self.withTools {
            for choice in [ToolChoice.required, .named("look"), .allowed(["look"], isRequired: true)] {
                var request = ChatRequest(model: "m", messages: [.user("Hi")])
                request.toolChoice = choice
                var notes: [ConversionNote] = []
                _ = try format.codec.encodeRequest(request, for: ConversionTarget(model: "omni"), notes: &notes)
                #expect(notes.contains { $0.pointer == "/tool_choice" }, "\(format) \(choice)")
            }
        }
    }

    @Test(
        "PITFALLS 17: a tool that is defined twice goes once to who refuses two, and that is told",
        arguments: [
            (WireFormat.anthropic, "/tools"), (.converse, "/toolConfig/tools"),
            (.gemini, "/tools/0/functionDeclarations"),
        ])
    func toolsAreDefinedOnce(format: WireFormat, list: String) throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        request.tools = ["look", "listen", "look"].map { .function(FunctionTool(name: $0)) }
        var notes: [ConversionNote] = []
        let body = try format.codec.encodeRequest(request, for: ConversionTarget(model: "omni"), notes: &notes)
        #expect(JSONPointer(list).flatMap { JSONValue.object(body)[$0]?.array?.count } == 2)
        #expect(notes.contains { $0.pointer == "/tools/2" && $0.action == .dropped && $0.level == .warning })
    }

    // MARK: What the API would refuse

    @Test("PITFALLS 24: system messages alone are a request in every format", arguments: WireFormat.allCases)
    func systemMessagesAloneAreARequest(format: WireFormat) throws {
        let request = ChatRequest(model: "m", messages: [.system("Be brief."), .system("Be kind.")])
        var notes: [ConversionNote] = []
        let body = try format.codec.encodeRequest(request, for: ConversionTarget(model: "omni"), notes: &notes)
        let text = JSONValue.object(body).strings.joined(separator: "\n")
        #expect(text.contains("Be brief.") && text.contains("Be kind."))
        let read = try format.codec.decodeRequest(body, model: "m")
        let isRoleless = format == .openAI || format == .responses
        #expect(isRoleless || read.messages.contains { $0.role == .user })
    }
}

extension JSONValue {
    /// Every text inside.
    fileprivate var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let object): object.members.flatMap(\.value.strings)
        case .null, .bool, .number: []
        }
    }
}
