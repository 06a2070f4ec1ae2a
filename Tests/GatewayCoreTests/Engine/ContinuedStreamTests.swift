import Testing

@testable import GatewayCore

/// `[failover] continue_streams`: what becomes of a stream of plain text whose provider breaks off.
struct ContinuedStreamTests {
    private static let question = #"{"model":"o-1","stream":true,"messages":[{"role":"user","content":"Count"}]}"#

    private static func piece(_ text: String, finish: String = "null") -> String {
        #"data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"delta":"#
            + #"{"content":"\#(text)"},"finish_reason":\#(finish)}]}"# + "\n\n"
    }

    private static let error = #"data: {"error":{"message":"x","type":"server_error"}}"# + "\n\n"
    private static let cut = ScriptedTransport.Step.broken(
        pieces: [piece("one, "), piece("two, ")], error: .truncated(detail: "cut"))
    private static let rest = ScriptedTransport.Step.reply(
        status: 200, body: [piece("three, "), piece("four"), piece("", finish: #""stop""#), "data: [DONE]\n\n"])

    private func bench(
        _ steps: ScriptedTransport.Step..., adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> GatewayBench {
        try GatewayBench(ScriptedTransport(steps: steps)) {
            $0.failover.continuesStreams = true
            adjust(&$0)
        }
    }

    private func answer(_ bench: GatewayBench, _ body: String = question) async -> String {
        let call = InboundCall(id: "r", format: .openAI, body: Array(body.utf8))
        return await bench.clock.run { [gateway = bench.gateway] in await gateway.answer(call).text }
    }

    private func words(_ text: String) throws -> String {
        var words = ""
        for event in text.split(separator: "\n\n") where !event.hasSuffix("[DONE]") {
            let frame = try JSONValue(parsing: String(event.dropFirst(6)))
            words += frame["choices"]?[0]?["delta"]?["content"]?.string ?? ""
        }
        return words
    }

    @Test("PITFALLS 3: a break in a plain text is bridged by another instance, and recorded")
    func goesOnWithAnother() async throws {
        let bench = try bench(Self.cut, Self.rest)
        let text = await answer(bench)
        #expect(try words(text) == "one, two, three, four")
        #expect(text.hasSuffix("data: [DONE]\n\n") && !text.contains(#""error""#))
        #expect(text.components(of: #""finish_reason":"stop""#) == 1)
        let sent = try JSONValue(parsing: bench.transport.requests[1].body)
        #expect(sent["messages"]?.array?.count == 3)
        #expect(sent["messages"]?[1]?["role"] == "assistant" && sent["messages"]?[1]?["content"] == "one, two, ")
        #expect(sent["messages"]?[2]?["role"] == "user")
        let record = try #require(bench.log.records.first)
        #expect(bench.log.records.count == 1)
        #expect(record.outcome == .success && record.instance == "openai-2")
        #expect(record.attempts.map(\.followUp) == [.continued, nil])
        #expect(record.attempts[0].failureKind == .truncated && record.attempts[0].usage?.output != nil)
        let statuses = bench.gateway.instanceStatuses()
        #expect(statuses[0].recentFailures == 1 && statuses.allSatisfy { $0.inFlight == 0 })
    }

    @Test func goesOnWithAProviderOfAnotherFormat() async throws {
        let events = [
            #"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"a-1","content":[],"#
                + #""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"three"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"#,
            #"{"type":"message_stop"}"#,
        ]
        let body = events.map { event in
            let type = event.split(separator: "\"")[3]
            return "event: \(type)\ndata: \(event)\n\n"
        }
        let bench = try bench(Self.cut, .reply(status: 200, body: body)) {
            $0.providers[0].instances.removeLast()
            $0.routing.fallbacks.general = ["anthropic"]
        }
        let text = await answer(bench)
        #expect(try words(text) == "one, two, three")
        #expect(text.hasSuffix("data: [DONE]\n\n"))
        #expect(bench.log.records.first?.provider == "anthropic")
    }

    @Test func anErrorInBandIsABreakToo() async throws {
        let bench = try bench(
            .reply(status: 200, body: [Self.piece("one, "), Self.piece("two, ") + Self.error]), Self.rest)
        #expect(try words(await answer(bench)) == "one, two, three, four")
    }

    @Test func bridgesAsManyBreaksAsThereAreAttempts() async throws {
        let bench = try bench(Self.cut, Self.cut, Self.rest) { configuration in
            var third = configuration.providers[0].instances[1]
            third.name = "openai-3"
            configuration.providers[0].instances.append(third)
        }
        #expect(try words(await answer(bench)) == "one, two, one, two, three, four")
        #expect(bench.log.records.first?.attempts.map(\.followUp) == [.continued, .continued, nil])
    }

    @Test func passesOverWhoCannotBegin() async throws {
        let bench = try bench(Self.cut, .reply(status: 500, body: ["{}"]), Self.rest) { configuration in
            var third = configuration.providers[0].instances[1]
            third.name = "openai-3"
            configuration.providers[0].instances.append(third)
        }
        #expect(try words(await answer(bench)) == "one, two, three, four")
    }

    private static let head = #"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"# + "\n\n"

    /// Such a rest once let the gateway wait for ever for what could not come.
    @Test(
        arguments: [
            .reply(status: 200, body: [head]), .reply(status: 200, body: []),
            .broken(pieces: [head], error: .truncated(detail: "cut")),
            .broken(pieces: [], error: .timedOut(.idle)), .reply(status: 200, body: [head, error]),
            .reply(status: 200, body: [head, "data: {{{\n\n"]),
        ] as [ScriptedTransport.Step])
    func aRestThatBreaksBeforeItsFirstWordIsNone(step: ScriptedTransport.Step) async throws {
        let alone = try bench(Self.cut, step)
        let text = await answer(alone)
        #expect(text.contains("ended its answer early") && !text.contains("[DONE]"))
        #expect(alone.gateway.instanceStatuses().allSatisfy { $0.inFlight == 0 })
        let bench = try bench(Self.cut, step, Self.rest) { configuration in
            var third = configuration.providers[0].instances[1]
            third.name = "openai-3"
            configuration.providers[0].instances.append(third)
        }
        #expect(try words(await answer(bench)) == "one, two, three, four")
        #expect(bench.log.records.first?.attempts.map(\.followUp) == [.continued, .failover, nil])
    }

    @Test func whatBreaksInThePieceOfItsFirstWordBeginsAnew() async throws {
        let bench = try bench(.reply(status: 200, body: [Self.piece("one, ") + Self.error]), Self.rest)
        #expect(try words(await answer(bench)) == "three, four")
    }

    @Test func tellsUsageAtTheEndOfAContinuedStream() async throws {
        let question = #"{"x-gateway":{"usage":true},"# + Self.question.dropFirst()
        let bench = try bench(Self.cut, Self.rest)
        let text = await answer(bench, question)
        #expect(text.contains("four") && text.components(of: #""x-gateway""#) == 1)
        #expect(bench.log.records.first?.attempts.map(\.followUp) == [.continued, nil])
        // Nobody goes on: the break is told, and not waited for.
        let alone = await answer(try self.bench(Self.cut), question)
        #expect(alone.contains(#""error""#) && !alone.contains(#""x-gateway""#))
    }

    @Test func tellsTheBreakWhereNobodyCanGoOn() async throws {
        let bench = try bench(Self.cut, .reply(status: 500, body: ["{}"]))
        let text = await answer(bench)
        #expect(text.contains("one, ") && text.contains(#""error""#) && !text.contains("[DONE]"))
        #expect(text.contains("ended its answer early"))
        let record = try #require(bench.log.records.first)
        #expect(record.outcome == .failure && record.failure?.kind == .truncated)
        #expect(record.instance == "openai-1" && record.attempts.map(\.instance) == ["openai-1", "openai-2"])
        #expect(bench.gateway.instanceStatuses().allSatisfy { $0.inFlight == 0 })
        #expect(bench.gateway.shared.streams.count == 0)
    }

    @Test(arguments: [
        #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"#,
        #""response_format":{"type":"json_object"},"#, #""n":2,"#, #""logprobs":true,"#,
    ])
    func onlyPlainTextIsGoneOnWith(option: String) async throws {
        let bench = try bench(Self.cut, Self.rest)
        let text = await answer(bench, "{" + option + Self.question.dropFirst())
        #expect(text.contains(#""error""#))
        #expect(bench.transport.requests.count == 1)
    }

    @Test func nothingIsGoneOnWithUnlessTheConfigurationSaysSo() async throws {
        let bench = try bench(Self.cut, Self.rest) { $0.failover.continuesStreams = false }
        #expect(await answer(bench).contains(#""error""#))
        #expect(bench.transport.requests.count == 1)
    }

    @Test func aWholeStreamIsAsBefore() async throws {
        let bench = try bench(Self.rest)
        let text = await answer(bench)
        #expect(try words(text) == "three, four" && text.hasSuffix("data: [DONE]\n\n"))
        #expect(bench.log.records.first?.attempts.count == 1)
    }
}

extension String {
    /// How often the text stands in it.
    fileprivate func components(of text: String) -> Int {
        var (count, rest) = (0, self[...])
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
